import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timingTarget } from '../../bench/calibrate/timing-cases.ts';
import { constantRate } from '../../bench/model/load.ts';
import type { Target } from '../../bench/model/target.ts';
import { type Played, play } from './play.ts';

/** 600 calls: six blocks of a hundred. */
const load = { kind: 'open', sessions: 100, rate: constantRate(400, 1500), arrivals: 'constant' } as const;
const size = { load, warmMs: 0, faults: [], repeats: 1 } as const;

function playWith(transport: 'stateless' | 'sse', ...args: string[]): Promise<Played> {
	const target = (more: readonly string[]): Target =>
		timingTarget({ id: 'counts', transport, args: [...args, ...more], load, warmMs: 0, rows: [] });
	return play(target, size);
}

/** How many calls ended how, and how many answers nobody waited for. */
function found({ events }: Played): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const event of events) {
		const key =
			event.is === 'call'
				? event.outcome.is === 'ok'
					? 'ok'
					: `${event.outcome.is} ${event.outcome.why}`
				: event.is === 'stray' || event.is === 'dropped'
					? event.is
					: undefined;
		if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
	}
	return counts;
}

const odd = ['--drop', '2', '--swap', '4', '--wrong-id', '5'];

test('sse: dropped, doubled, swapped and wrong ids are each found, to the call', async () => {
	const played = await playWith('sse', ...odd, '--double', '3');
	assert.deepEqual(found(played), { ok: 534, 'unknown timeout': 12, 'failed wrong-answer': 54, stray: 18 });
	const { calls, dropped, doubled, swapped, wrongIds } = played.report;
	assert.deepEqual(
		{ calls, dropped, doubled, swapped, wrongIds },
		{ calls: 600, dropped: 12, doubled: 18, swapped: 24, wrongIds: 30 },
	);
});

test('stateless: dropped, swapped and wrong ids are each found, to the call', async () => {
	const played = await playWith('stateless', ...odd);
	assert.deepEqual(found(played), { ok: 534, 'unknown timeout': 12, 'failed wrong-answer': 54 });
	const { calls, dropped, swapped, wrongIds } = played.report;
	assert.deepEqual({ calls, dropped, swapped, wrongIds }, { calls: 600, dropped: 12, swapped: 24, wrongIds: 30 });
});

test('stateless: whole messages that go to the wrong session are found', async () => {
	const played = await playWith('stateless', '--swap', '4', '--swapped', 'messages');
	assert.deepEqual(found(played), { ok: 576, 'failed wrong-answer': 24 });
	assert.equal(played.report.swapped, 24);
});

test('stateless: a second answer to a POST is nobody’s answer; it is counted, and costs the connection and no call', async () => {
	const played = await playWith('stateless', '--double', '3');
	assert.deepEqual(found(played), { ok: 600, stray: 18 });
	assert.equal(played.report.doubled, 18);
	const connects = played.events.filter((event) => event.is === 'connect').length;
	assert.ok(connects > 100 && connects <= 118, `${connects} connections of 100 clients`);
});
