import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
	type TimingCase,
	type TimingResult,
	timingCases,
	timingResults,
	timingSize,
	timingTarget,
} from '../../bench/calibrate/timing-cases.ts';
import { type Played, play } from './play.ts';

/** How many trials may be repeated because the machine was busy, over all cases. */
let repeats = 3;
/**
 * With more than this share of time in which something waits for a CPU, the server or the generator share theirs with another
 * program, and calls are late by its time slices. The kernel says so, not the harness, which must not be its own witness.
 */
const mostContention = 0.1;

const calls = (played: Played) => played.events.filter((event) => event.is === 'call');

/** What must hold of a case beside its rows, without any absolute time. */
const alsoHolds: readonly [RegExp, (played: Played) => void][] = [
	[
		/^stall/,
		({ facts: { latency }, report }) => {
			assert.ok(Math.abs(report.stalled / report.calls - 0.1) < 0.005, 'a tenth of the calls met a stall');
			assert.ok(latency.percentileUs(88) < latency.percentileUs(95) / 10, 'below the 90th percentile nothing is seen');
		},
	],
	[
		/^slow-body/,
		(played) => {
			const early = calls(played).filter(
				(call) => (call.firstByteUs ?? call.at) - call.sentUs < (call.at - call.sentUs) / 4,
			);
			assert.ok(early.length > calls(played).length * 0.9, 'the head was there long before the body');
		},
	],
	[
		/^slow-head/,
		(played) => {
			const early = calls(played).filter(
				(call) => (call.firstByteUs ?? call.at) - call.sentUs < (call.at - call.sentUs) * 0.75,
			);
			assert.ok(
				early.length > calls(played).length * 0.9,
				'the first byte of a head that dribbles is there before its last',
			);
		},
	],
];

function shown({ case: name, expectedUs, measuredUs, toleranceUs }: TimingResult): string {
	return `${name}: expected ${expectedUs.toFixed(0)} µs, measured ${measuredUs.toFixed(0)}, allowed ± ${toleranceUs.toFixed(0)}`;
}

async function findsTheTruth(t: TestContext, each: TimingCase): Promise<void> {
	for (;;) {
		const played = await play((more) => timingTarget(each, more), timingSize(each));
		const results = timingResults(each, played.facts.latency);
		const { measures, contention = 0, report } = played;
		for (const result of results) t.diagnostic(shown(result));
		t.diagnostic(`something waited for a CPU ${(contention * 100).toFixed(0)} % of the time`);
		assert.equal(measures.callsFailed?.value, 0);
		assert.equal(calls(played).length, report.calls, 'every call is in the history');
		// A busy machine makes calls later, never earlier: what is below the truth is wrong on any machine.
		const early = results.filter((result) => result.measuredUs < result.expectedUs - result.toleranceUs);
		assert.deepEqual(early.map(shown), []);
		const wrong = results.filter(({ within }) => !within);
		if (contention <= mostContention || wrong.length === 0) {
			assert.deepEqual(wrong.map(shown), []);
			for (const [id, holds] of alsoHolds) if (id.test(each.id)) holds(played);
			return;
		}
		if (repeats-- > 0) continue;
		t.skip(`the machine was busy with something else ${(contention * 100).toFixed(0)} % of the time`);
		return;
	}
}

for (const each of timingCases) {
	test(`latency of ${each.id} is what theory says`, (t) => findsTheTruth(t, each));
}
