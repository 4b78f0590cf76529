import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutAfter, lives, nothing, rulingOf, streams, type Values, verdictOf } from './fixture-platforms.ts';

/** It lived for as long as it was watched, and every limit came later. */
const unproved: Values = { ...lives, streamLifeS: 20 };
const unprovedAt = (id: string, others: Values) => streams((platform) => (platform === id ? unproved : others));

test('a stream whose limit was not met is no proof against SSE, nor for Streamable HTTP', () => {
	const ids = ['cloud-run-timeout', 'cloudflare-sse', 'corporate-sse'];
	for (const id of [...ids, 'cloudflare-streamable', 'api-gateway-streamable', 'corporate-streamable']) {
		const { verdict, because } = rulingOf(
			id,
			streams(() => unproved),
		);
		assert.equal(verdict, 'inconclusive', id);
		assert.match(because, /the watch ended before (a|the) limit/i, id);
	}
});

test('Cloud Run: the longest setting, not met, confirms where the default was outlived, and refutes nothing', () => {
	const of = (shortest: Values, longest: Values) =>
		verdictOf(
			'cloud-run-timeout',
			streams((platform) => (platform === 'cloud-run-max' ? longest : shortest)),
		);
	assert.equal(of(cutAfter(300), { ...unproved, streamLifeS: 900 }), 'confirmed');
	assert.equal(of(cutAfter(300), unproved), 'inconclusive');
	assert.equal(of(cutAfter(300), cutAfter(300)), 'refuted');
	assert.equal(of(lives, unproved), 'refuted', 'the default is decided, whatever the longest does');
});

test('Cloudflare: that heartbeats keep a stream alive is not said of one that had a limit before it', () => {
	const { verdict, because } = rulingOf(
		'cloudflare-sse',
		streams((_, heart) => (heart === 'heartbeat' ? unproved : cutAfter(120))),
	);
	assert.equal(verdict, 'inconclusive');
	assert.doesNotMatch(because, /whether anything flows/);
	assert.match(because, /Nothing is proved of cloudflare and cloudflare-100s: /);
	const beating = (id: string) => (id === 'cloudflare' ? lives : unproved);
	const one = rulingOf(
		'cloudflare-sse',
		streams((id, heart) => (heart === 'heartbeat' ? beating(id) : cutAfter(120))),
	);
	assert.equal(one.verdict, 'depends', 'one that outlived its limits is enough');
	assert.doesNotMatch(one.because, /whether anything flows/);
	const partly = streams((id, heart) => (heart === 'silent' && id === 'cloudflare' ? cutAfter(120) : unproved));
	assert.equal(verdictOf('cloudflare-sse', partly), 'inconclusive');
});

test('what was seen to be cut, or not to be answered, decides, whatever was not met beside it', () => {
	const cutting = streams((_, heart) => (heart === 'heartbeat' ? unproved : cutAfter(900)));
	assert.equal(verdictOf('corporate-sse', cutting), 'confirmed');
	assert.equal(verdictOf('corporate-sse', unprovedAt('squid', nothing)), 'inconclusive', 'it may still be cut');
	assert.equal(verdictOf('corporate-streamable', cutting), 'depends');
	assert.equal(verdictOf('cloudflare-streamable', unprovedAt('cloudflare', cutAfter(120))), 'depends');
});
