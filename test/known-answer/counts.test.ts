import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
	return play(target, size, { sharesMachine: true });
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

describe('what a server does wrong is counted exactly', { concurrency: 2 }, () => {
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
});

describe('what a server does for clients whose tokens were revoked is counted exactly', { concurrency: 2 }, () => {
	const auth = { alg: 'hs256', at: 'request', streams: 'open' } as const;
	const faults = [{ atMs: 500, fault: { kind: 'revoke', forMs: 1000 } }] as const;
	const playRevoked = (...args: string[]) => {
		const target = (more: readonly string[]): Target =>
			timingTarget({ id: 'revoked', transport: 'stateless', args: [...args, ...more], load, warmMs: 0, rows: [] });
		return play(target, { ...size, auth, faults, ledger: true }, { sharesMachine: true });
	};

	for (const served of [0, 1, 37]) {
		test(`${served} further calls are served, and all others refused`, async () => {
			const { measures, events } = await playRevoked('--serves-after-revocation', String(served));
			const instant = (change: string) =>
				events.find((event) => event.is === 'tokens' && event.change === change)?.at ?? Number.NaN;
			const [sinceUs, untilUs] = [instant('revoked'), instant('restored')];
			const { callsAfterLapse, callsAfterLapseMs, refusedShare, refusedMs } = measures;
			// The server's own word: it ran as many as it was told to. What was sent before the instant and came after it is one of them.
			const ran = new Set(
				events
					.filter((event) => event.is === 'ran')
					.filter(({ at }) => at >= sinceUs && at < untilUs)
					.map(({ callId }) => callId),
			);
			assert.equal(ran.size, served);
			const sentAfter = events
				.filter((event) => event.is === 'call' && ran.has(event.callId))
				.filter((event) => event.is === 'call' && event.sentUs >= sinceUs && event.at <= untilUs).length;
			assert.equal(callsAfterLapse?.value, sentAfter);
			assert.equal(callsAfterLapseMs?.atLeast, undefined, 'it is over');
			assert.equal((callsAfterLapseMs?.value ?? Number.NaN) > 0, sentAfter > 0);
			assert.ok(refusedShare && refusedShare.value > 0 && (refusedMs?.value ?? -1) >= 0);
		});
	}

	test('one that never looks serves to the end: the time is a lower bound, and nobody is refused', async () => {
		const { measures } = await playRevoked();
		assert.ok((measures.callsAfterLapse?.value ?? 0) > 20, `${measures.callsAfterLapse?.value} of some 400`);
		assert.equal(measures.callsAfterLapseMs?.atLeast, true);
		assert.deepEqual([measures.refusedShare?.value, measures.unawareShare?.value], [0, 100]);
	});
});
