import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from '../bench/model/finding.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';
import { vanishedAnswer } from './vanished-claims.ts';

const left = (sessions: number, heap: number, half = 0.1, fds = 0) =>
	({
		sessionsPerVanished: [sessions, 0],
		heapKbPerVanished: [heap, half],
		fdsPerVanished: [fds, 0],
	}) as const;
const back = left(0, 0);
const keeps = left(1, 2.5);
const unsure = left(0, 0.8, 3);
type Left = typeof back;

const all = (cases: Record<string, Record<string, Left | Record<string, readonly [number, number]>>>): Figures =>
	figures({}, 100, Object.fromEntries(Object.entries(cases).map(([id, values]) => [id, figures(values, 100)])));

const everywhere = (values: Record<string, Left>) => all({ closed: values, killed: values, silent: values });

test('given back: by all, by none, by some, and not decided', () => {
	const verdict = (given: Figures) => verdictOf('vanished-given-back', given);
	assert.equal(verdict(everywhere({ sse: back, stateless: back })), 'confirmed');
	assert.equal(verdict(everywhere({ sse: keeps, stateful: keeps })), 'refuted');
	assert.equal(verdict(everywhere({ sse: back, stateful: keeps })), 'depends');
	assert.equal(verdict(all({ closed: { sse: back }, silent: { sse: keeps } })), 'depends');
	assert.equal(verdict(everywhere({ sse: unsure, stateless: back })), 'inconclusive');
	assert.equal(verdict(everywhere({ sse: unsure, stateful: keeps })), 'inconclusive');
	assert.equal(verdict(all({})), 'inconclusive');
});

test('the sentence names who keeps how much, and what expiry changes', () => {
	const { because, evidence } = rulingOf(
		'vanished-given-back',
		all({
			closed: { sse: back, stateful: keeps, modern: unsure },
			silent: { sse: left(1, 5, 0.1, 1) },
			expiry: { stateful: back },
		}),
	);
	assert.equal(
		because,
		'Connections closed: sse gives everything back; stateful keeps 1 session and 2.50 KB of heap per client; not decided for modern. ' +
			'Fallen silent: sse keeps 1 session, 1 descriptor and 5.00 KB of heap per client. ' +
			'With idle expiry: stateful gives everything back.',
	);
	assert.equal(evidence.length, 15);
});

test('without sessions nothing is kept: every way to go counts', () => {
	const verdict = (given: Figures) => verdictOf('vanished-stateless', given);
	const pair = { stateless: back, modern: back };
	assert.equal(verdict(all({ closed: pair, polite: pair, killed: pair, silent: pair })), 'confirmed');
	assert.equal(verdict(all({ closed: pair, silent: { stateless: left(0, 0, 0.1, 1), modern: back } })), 'depends');
	assert.equal(verdict(all({ closed: { stateless: keeps, modern: keeps } })), 'refuted');
	assert.equal(verdict(all({ closed: { stateless: back, modern: unsure } })), 'inconclusive');
	assert.equal(verdict(all({ closed: { stateful: keeps } })), 'inconclusive', 'others say nothing of it');
	assert.match(rulingOf('vanished-stateless', all({ closed: pair })).because, /at most 0\.100 KB of heap per client/);
});

test('slots: streams that add up, or newcomers without room', () => {
	const listen = (kept: number, refused: number, half = 0) =>
		all({
			closed: { 'modern-listen': { sessionsPerVanished: [kept, half] } },
			cap: { 'modern-listen': { newcomersRefused: [refused, 0] } },
		});
	const verdict = (given: Figures) => verdictOf('vanished-listen', given);
	assert.equal(verdict(listen(0, 0)), 'confirmed');
	assert.equal(verdict(listen(1, 0)), 'refuted');
	assert.equal(verdict(listen(0, 60)), 'refuted');
	assert.equal(verdict(listen(0, 0.2)), 'confirmed', 'one of hundreds may have had another reason');
	assert.equal(verdict(listen(0, 0, 0.5)), 'inconclusive');
	assert.equal(verdict(all({})), 'inconclusive');
	const two = all({
		closed: {
			'modern-listen': { sessionsPerVanished: [0, 0] },
			'sdk2-modern-listen': { sessionsPerVanished: [1, 0] },
		},
		cap: { 'modern-listen': { newcomersRefused: [0, 0] }, 'sdk2-modern-listen': { newcomersRefused: [50, 0] } },
	});
	assert.equal(verdict(two), 'depends');
});

test('the answer has a sentence for each way to go that was measured, and says whom the cap kept out', () => {
	const answer = vanishedAnswer(
		all({
			closed: { sse: back },
			polite: { stateful: back },
			cap: { stateful: { newcomersRefused: [70, 0], refusedStatus: [503, 0] }, sse: { newcomersRefused: [0, 0] } },
		}),
	);
	assert.equal(answer.length, 3);
	assert.equal(
		answer[2],
		'Newcomers refused with room for one and a half waves: stateful 70.0 % (status 503), sse 0 %.',
	);
});
