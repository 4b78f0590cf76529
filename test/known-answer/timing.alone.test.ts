import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
	type TimingCase,
	type TimingResult,
	timingCases,
	timingResults,
	timingSize,
	timingTarget,
	undelayed,
} from '../../bench/calibrate/timing-cases.ts';
import type { Latency } from '../../bench/judge/accounts/latency.ts';
import { mostContention } from '../support/pressure.ts';
import type { ServerReport } from './answer.ts';
import { type Played, play } from './play.ts';

/** How many trials may be repeated because the machine was busy, over all cases. */
let repeats = 3;

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

/** By transport: what this machine takes for a call without a delay, measured in this very run. */
const undelayedLatency = new Map<TimingCase['transport'], Latency>();

/** Undefined where the machine is busy with something else: it would tell of the neighbours. */
async function latencyWithoutDelay(transport: TimingCase['transport']): Promise<Latency | undefined> {
	const known = undelayedLatency.get(transport);
	if (known) return known;
	const each = undelayed(transport);
	const { facts, contention = 0 } = await play((more) => timingTarget(each, more), timingSize(each));
	if (contention > mostContention) return undefined;
	undelayedLatency.set(transport, facts.latency);
	return facts.latency;
}

/**
 * By how much a row is later without any fault of the harness: by this machine's own time for a call, at the same percentile, and
 * by what the server was late itself, as it says.
 */
function ownUs(result: TimingResult, own: Latency | undefined, server: ServerReport): number {
	const percentile = / p([\d.]+)$/.exec(result.case)?.[1];
	if (percentile === undefined) return server.lateMeanUs + (own?.meanUs ?? 0);
	const lateUs = Number(percentile) <= 50 ? server.lateP50Us : server.lateP99Us;
	return lateUs + (own?.percentileUs(Number(percentile)) ?? 0);
}

function shown({ case: name, expectedUs, measuredUs, toleranceUs }: TimingResult): string {
	return `${name}: expected ${expectedUs.toFixed(0)} µs, measured ${measuredUs.toFixed(0)}, allowed ± ${toleranceUs.toFixed(0)}`;
}

async function findsTheTruth(t: TestContext, each: TimingCase): Promise<void> {
	const own = await latencyWithoutDelay(each.transport);
	const [p50, p90, p99] = [50, 90, 99].map((percentile) => own?.percentileUs(percentile).toFixed(0));
	t.diagnostic(own ? `a call without a delay takes ${p50} µs here, p90 ${p90} µs, p99 ${p99} µs` : 'busy machine');
	for (;;) {
		const played = await play((more) => timingTarget(each, more), timingSize(each));
		const results = timingResults(each, played.facts.latency);
		const { measures, contention = 0, report } = played;
		for (const result of results) t.diagnostic(shown(result));
		t.diagnostic(`the server was late by ${report.lateP50Us} µs, p99 ${report.lateP99Us} µs`);
		t.diagnostic(`something waited for a CPU ${(contention * 100).toFixed(0)} % of the time`);
		assert.equal(measures.callsFailed?.value, 0);
		assert.equal(calls(played).length, report.calls, 'every call is in the history');
		// A busy machine makes calls later, never earlier: what is below the truth is wrong on any machine.
		const early = results.filter((result) => result.measuredUs < result.expectedUs - result.toleranceUs);
		assert.deepEqual(early.map(shown), []);
		// What a call takes on this machine is no error of the harness, and on a slow one it is more than the tolerance.
		const wrong = results.filter(
			(result) => result.measuredUs > result.expectedUs + result.toleranceUs + ownUs(result, own, report),
		);
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
