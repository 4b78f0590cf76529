import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsPerHour, mostMessages, type PollCost, type StreamCost, whereStreamIsCheaper } from './push-cost.ts';

const stream: StreamCost = { kind: 'stream', idleMsPerHour: 0, pushUs: 20 };
const poll: PollCost = { kind: 'poll', everyMs: 1000, idleUs: 40, fullUs: 50 };

/** To a thousandth. */
function near(value: number, expected: number): void {
	assert.ok(Math.abs(value - expected) <= expected / 1000, `${value}, expected ${expected}`);
}

test('a stream costs its idle hour and each message; polls cost the same whatever they bring, and a little more when they bring something', () => {
	assert.equal(cpuMsPerHour({ ...stream, idleMsPerHour: 7 }, 1000), 27);
	assert.equal(cpuMsPerHour(poll, 0), 144);
	near(cpuMsPerHour(poll, mostMessages), 180);
	// As many messages as polls, at random: 1 − 1/e of the polls bring some.
	near(cpuMsPerHour(poll, 3600), 144 + 36 * (1 - Math.exp(-1)));
});

test('a stream that is nearly free when idle is cheaper from the first message on, until polls bring many at once', () => {
	const found = whereStreamIsCheaper(stream, poll);
	assert.equal(found?.from, 0);
	near(found?.to ?? 0, 180_000 / 20 - (36_000 * Math.exp(-9000 / 3600)) / 20);
	near(cpuMsPerHour(stream, found?.to ?? 0), cpuMsPerHour(poll, found?.to ?? 0));
});

test('a stream that costs something when idle is cheaper from some number of messages on, or never', () => {
	const dear: PollCost = { ...poll, idleUs: 10, fullUs: 400 };
	const found = whereStreamIsCheaper({ ...stream, idleMsPerHour: 40 }, dear);
	assert.ok(found && found.from > 0 && found.from < found.to, JSON.stringify(found));
	near(cpuMsPerHour({ ...stream, idleMsPerHour: 40 }, found.from), cpuMsPerHour(dear, found.from));
	assert.equal(whereStreamIsCheaper({ ...stream, idleMsPerHour: 5000 }, poll), undefined);
});

test('what is cheaper however many messages come is so as far as was looked', () => {
	assert.deepEqual(whereStreamIsCheaper({ ...stream, pushUs: 0.001 }, poll), { from: 0, to: mostMessages });
});
