import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, quantileSorted } from 'simple-statistics';
import { type TimingCase, timingCases, toleranceUs } from '../../bench/calibrate/timing-cases.ts';
import { arrivals } from '../../bench/load/pacer.ts';
import { withWarmUp } from '../../bench/model/load.ts';
import { answerTo } from './fixture-answer.ts';
import { parseFlags } from './flags.ts';

/** The latencies that a case has where nothing but its server takes time, in µs, sorted. */
function idealUs({ args, load, warmMs }: TimingCase): number[] {
	const { behaviours } = parseFlags(args);
	const schedule = arrivals(withWarmUp(load, warmMs), 1, { worker: 0, workers: 1 });
	const latencies: number[] = [];
	for (let call = 0, next = schedule.next(); !next.done; next = schedule.next(), call++) {
		const { dueUs } = next.value;
		const answer = answerTo(call, dueUs);
		for (const behaviour of behaviours) assert.equal(behaviour.plan(answer).length, 1);
		if (dueUs >= warmMs * 1000) latencies.push(answer.dueUs - dueUs);
	}
	return latencies.sort((a, b) => a - b);
}

test('the server’s plan has the percentiles of theory, in virtual time, to a third of what the harness may be off', () => {
	const off = timingCases.flatMap((each) => {
		const ideal = idealUs(each);
		return each.rows.flatMap(({ of, expectedUs }) => {
			const us = of === 'mean' ? mean(ideal) : quantileSorted(ideal, Number(of.slice(1)) / 100);
			return Math.abs(us - expectedUs) > toleranceUs(expectedUs) / 3
				? [`${each.id} ${of}: ${us} for ${expectedUs}`]
				: [];
		});
	});
	assert.deepEqual(off, []);
});

test('the stall of a second every ten: the 90 + 10·x th percentile is x seconds, and nothing below', () => {
	const load = {
		kind: 'open',
		sessions: 1,
		rate: [{ forMs: 60_000, fromPerS: 151.1, toPerS: 151.1 }],
		arrivals: 'constant',
	} as const;
	const args = ['--stall-ms', '1000', '--stall-every-ms', '10000'];
	const ideal = idealUs({ id: 'stall', transport: 'sse', args, load, warmMs: 0, rows: [] });
	for (const x of [0.1, 0.25, 0.5, 0.75, 0.9]) {
		const us = quantileSorted(ideal, 0.9 + 0.1 * x);
		assert.ok(Math.abs(us / 1e6 - x) < 0.01, `${us} µs for x = ${x}`);
	}
	assert.equal(quantileSorted(ideal, 0.899), 0);
});

test('a table that says what theory says: closed forms', () => {
	const row = (id: string, of: string) =>
		timingCases.find((each) => each.id.startsWith(id))?.rows.find((each) => each.of === of)?.expectedUs ?? Number.NaN;
	const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 1e-6, `${a} for ${b}`);
	near(row('exponential-60ms', 'p50'), 60_000 * Math.LN2);
	near(row('exponential-60ms', 'p99'), 60_000 * Math.log(100));
	near(row('uniform-10-110ms', 'p90'), 100_000);
	near(row('stall', 'p95'), 100_000);
	near(row('stall', 'p99'), 180_000);
	assert.equal(toleranceUs(5000), 200);
	assert.equal(toleranceUs(50_000), 1000);
});
