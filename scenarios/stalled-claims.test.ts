import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownTargets } from '../bench/targets.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';
import { scenarios } from './index.ts';
import { slowReaders } from './slow-readers.ts';

/** Rules of `slow-readers`, `large-answers` and `long-calls`, with figures made by hand. */

const held = {
	unreadMb: [10, 0],
	unreadHeapKb: [7000, 100],
	unreadHeldShare: [68, 2],
	givenUpShare: [0, 0],
} as const;
const left = {
	unreadMb: [3, 0],
	unreadHeapKb: [10, 5],
	unreadHeldShare: [0.3, 0.1],
	givenUpShare: [100, 0],
	givenUpMs: [300, 20],
	givenUpMb: [3, 0.1],
} as const;
const pushes = (values: Parameters<typeof figures>[0]) => figures({}, 4, { pushes: figures(values) });

test('unread without a bound: on every server, on none, on some, or not for certain', () => {
	assert.equal(verdictOf('unread-unbounded', pushes({ sse: held, 'sdk1-sse': held })), 'confirmed');
	const refuted = rulingOf('unread-unbounded', pushes({ sse: left, stateful: left }));
	assert.equal(refuted.verdict, 'refuted');
	assert.match(refuted.because, /^Every server gave such a client up: sse after 3\.00.MB \(300.ms\), stateful/);
	const depends = rulingOf('unread-unbounded', pushes({ sse: left, 'sdk1-sse': held }));
	assert.equal(depends.verdict, 'depends');
	assert.match(depends.because, /Held for a client that does not read: sdk1-sse .* of 10.*; given up: sse after/);
	const partly = { ...left, givenUpShare: [50, 0] } as const;
	assert.equal(verdictOf('unread-unbounded', pushes({ sse: partly, 'sdk1-sse': held })), 'inconclusive');
	assert.equal(
		verdictOf('unread-unbounded', pushes({ sse: { ...held, unreadHeldShare: [20, 1] } })),
		'inconclusive',
		'the kernel has most of it',
	);
	assert.equal(verdictOf('unread-unbounded', pushes({})), 'inconclusive');
});

test('slower beside those who do not read: the whole interval decides, of calls or of pushes, whichever grew more', () => {
	const times = (calls: number, deliveries: number, half = 0.1) =>
		({ othersP50Ratio: [calls, half], deliveryP50Ratio: [deliveries, half] }) as const;
	const verdict = (values: Parameters<typeof figures>[0]) => verdictOf('unread-hurts-others', pushes(values));
	assert.equal(verdict({ sse: times(1, 1.1), 'sdk1-sse': times(0.9, 1.2) }), 'refuted');
	assert.equal(verdict({ sse: times(1, 2.5), 'sdk1-sse': times(3, 1) }), 'confirmed');
	assert.equal(verdict({ sse: times(1, 1), 'sdk1-sse': times(3, 1) }), 'depends');
	assert.equal(verdict({ sse: times(1, 1), 'sdk1-sse': times(3, 1, 2) }), 'inconclusive');
	assert.equal(verdict({ sse: {} }), 'inconclusive');
});

test('answers are left unread only where they come on the stream that is not read', () => {
	const { cases = [] } = slowReaders.sizes.full ?? {};
	const asked = cases.find(({ id }) => id === 'answers')?.arms?.(knownTargets) ?? [];
	assert.ok(asked.length > 0 && asked.every(({ transport }) => transport === 'sse'));
});

test('large answers: p99 of the others, by its interval', () => {
	const p99 = (...values: (readonly [number, number])[]) =>
		figures(Object.fromEntries(values.map((value, n) => [n === 0 ? 'sse' : `t${n}`, { othersP99Ratio: value }])));
	assert.equal(verdictOf('large-answers-block', p99([8, 2], [5, 1])), 'confirmed');
	assert.equal(verdictOf('large-answers-block', p99([1.1, 0.2], [1, 0.1])), 'refuted');
	assert.equal(verdictOf('large-answers-block', p99([8, 2], [1, 0.1])), 'depends');
	assert.equal(verdictOf('large-answers-block', p99([8, 7], [5, 1])), 'inconclusive');
	assert.equal(verdictOf('large-answers-block', p99()), 'inconclusive');
});

test('long calls: who can stop them, and whose run on', () => {
	const stops = (notified: number, closed: number) =>
		({
			notifiedStoppedShare: [notified, 0],
			closedStoppedShare: [closed, 0],
			closedRanOnShare: [100 - closed, 0],
			...(closed > 0 && { closedStoppedMs: [4, 1] as const }),
		}) as const;
	const some = figures({ sse: stops(100, 100), stateless: stops(0, 0), modern: stops(0, 100) });
	const depends = rulingOf('cancel-stops', some);
	assert.equal(depends.verdict, 'depends');
	assert.match(depends.because, /stateless not at all; modern by closing the connection\.$/);
	assert.equal(verdictOf('cancel-stops', figures({ sse: stops(100, 0), modern: stops(0, 100) })), 'confirmed');
	assert.equal(verdictOf('cancel-stops', figures({ stateless: stops(0, 0) })), 'refuted');
	assert.equal(verdictOf('cancel-stops', figures({ stateless: stops(40, 0) })), 'inconclusive');
	assert.equal(verdictOf('cancel-stops', figures({})), 'inconclusive');
	for (const id of ['disconnected-runs-on', 'disconnected-runs-on-sdk']) {
		const ruling = rulingOf(id, some);
		assert.equal(ruling.verdict, 'depends');
		assert.match(ruling.because, /^Runs on to its end: stateless; stopped: sse after 4.* modern after/);
		assert.equal(verdictOf(id, figures({ stateful: stops(100, 0), stateless: stops(0, 0) })), 'confirmed');
		assert.equal(verdictOf(id, figures({ modern: stops(0, 100) })), 'refuted');
		assert.equal(verdictOf(id, figures({ modern: stops(0, 60) })), 'inconclusive');
		const unseen = { ...stops(0, 0), closedRanOnShare: [0, 0] } as const;
		assert.equal(verdictOf(id, figures({ modern: unseen })), 'inconclusive', 'not stopped is not seen to its end');
		assert.equal(verdictOf(id, figures({})), 'inconclusive');
	}
});

test('the answers say what the figures show, and nothing where there are none', () => {
	const answerOf = (id: string) => scenarios.find((scenario) => scenario.id === id)?.answer;
	assert.match(
		String(answerOf('slow-readers')?.(pushes({ sse: left, 'sdk1-sse': held }))),
		/^Kept for each client that does not read, to the end: sdk1-sse .* of 10.*\. Given up, and everything for it freed: sse/,
	);
	for (const id of ['slow-readers', 'large-answers', 'long-calls']) {
		assert.equal(answerOf(id)?.(id === 'slow-readers' ? pushes({}) : figures({})), undefined, id);
	}
});
