import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { delayMs, type Policy, type PolicyId, policies } from './policy.ts';

/** The waits before attempts that all fail, until the client gives up or eight were made. */
function waits(policy: Policy, random: () => number, retryMs?: number): number[] {
	const all: number[] = [];
	for (let number = 0; number < 8; number++) {
		const ms = delayMs(policy, { number, random: random(), previousMs: all.at(-1), retryMs });
		if (ms === undefined) break;
		all.push(ms);
	}
	return all;
}

const half = () => 0.5;
const least = () => 0;

test('the wait before each attempt, with chance in the middle of its range', () => {
	const expected: Record<PolicyId, number[]> = {
		'fixed-3s': Array(8).fill(3000),
		'sdk-default': [1000, 1500],
		none: [],
		'full-jitter': [250, 500, 1000, 1500, 1500, 1500, 1500, 1500],
		'equal-jitter': [375, 750, 1500, 2250, 2250, 2250, 2250, 2250],
		'decorrelated-jitter': [1000, 1750, 2875, 3000, 3000, 3000, 3000, 3000],
		immediate: [0, 250, 250, 250, 250, 250, 250, 250],
		'fixed-50ms': Array(8).fill(50),
		'server-retry': Array(8).fill(1000),
		'full-jitter-resend': [250, 500, 1000, 1500, 1500, 1500, 1500, 1500],
	};
	for (const [id, all] of Object.entries(expected)) assert.deepEqual(waits(policies[id as PolicyId], half), all, id);
});

test('without its limits the exponential wait stops growing at its cap, and decorrelated jitter can fall back to its base', () => {
	const { wait } = policies['sdk-default'];
	const patient = { wait, honoursRetry: false, reinitializes: false, resends: 0 };
	assert.deepEqual(waits(patient, half).slice(-2), [1000 * 1.5 ** 6, 1000 * 1.5 ** 7]);
	assert.equal(delayMs(patient, { number: 9, random: 0.5 }), 30_000);
	assert.deepEqual(new Set(waits(policies['decorrelated-jitter'], least)), new Set([500]));
});

test('what a server asks for with retry is waited before every attempt, by the policies that honour it and within bounds', () => {
	assert.deepEqual(waits(policies['server-retry'], half, 20), Array(8).fill(20));
	assert.deepEqual(waits(policies['sdk-default'], half, 20), [20, 20], 'and the attempts stay as many');
	assert.deepEqual(waits(policies['fixed-3s'], half, 20), Array(8).fill(3000));
	assert.deepEqual(waits(policies['full-jitter'], half, 20), waits(policies['full-jitter'], half));
	assert.equal(waits(policies['server-retry'], half, 0)[0], 10);
	assert.equal(waits(policies['server-retry'], half, 1e12)[0], 3_600_000);
});

test('jitters keep within their bounds, reach both ends of them, and differ in how they spread', () => {
	const draw = seededRandom(7);
	const firsts = (id: PolicyId) => {
		const all = Array.from({ length: 4000 }, () => waits(policies[id], () => draw.next())[2] as number);
		const mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
		return { min: Math.min(...all), max: Math.max(...all), mean };
	};
	const [full, equal, decorrelated] = (['full-jitter', 'equal-jitter', 'decorrelated-jitter'] as const).map(firsts);
	assert.ok(full && equal && decorrelated);
	// The third attempt's limit is 2000 ms.
	assert.ok(full.min >= 0 && full.min < 20 && full.max < 2000 && full.max > 1980, JSON.stringify(full));
	assert.ok(Math.abs(full.mean - 1000) < 50, JSON.stringify(full));
	assert.ok(equal.min >= 1000 && equal.min < 1010 && equal.max < 2000 && equal.max > 1990, JSON.stringify(equal));
	assert.ok(Math.abs(equal.mean - 1500) < 25, JSON.stringify(equal));
	assert.ok(
		decorrelated.min >= 500 && decorrelated.min < 520 && decorrelated.max === 3000,
		JSON.stringify(decorrelated),
	);
});

test('only clients that are said to be so never initialize again or send a call twice', () => {
	const those = (holds: (policy: Policy) => boolean) =>
		Object.entries(policies).flatMap(([id, policy]) => (holds(policy) ? [id] : []));
	assert.deepEqual(
		those(({ reinitializes }) => !reinitializes),
		['sdk-default', 'none'],
	);
	assert.deepEqual(
		those(({ resends }) => resends > 0),
		['full-jitter-resend'],
	);
});
