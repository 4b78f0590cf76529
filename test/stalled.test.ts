import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guests, StallingGuests } from '../bench/model/guests.ts';
import { constantRate } from '../bench/model/load.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import type { Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { type PlayedTrial, playJudged } from './known-answer/play.ts';
import { known } from './support/trials.ts';

/** Clients that stall, ask for much or give up, against servers of which it is known what they do: real processes and sockets. */

const keptKb = 256;
const pushEveryMs = 20;

/** The server whose dealings are known, with these. */
function knowing(...args: string[]): Target {
	const target = known('stateful');
	return { ...target, server: { kind: 'node', file: 'test/fixtures/stalling-server.ts', args } };
}

/** Others call, and hold no stream: what the server pushes it pushes to those who stall. */
function size(guests: Guests, forMs: number, more: Partial<Size> = {}): Size {
	const load = { kind: 'open', sessions: 4, rate: constantRate(100, forMs), arrivals: 'constant' } as const;
	return { load, warmMs: 300, faults: [], repeats: 1, ledger: true, client: { stream: false }, guests, ...more };
}

function figureOf({ measures }: PlayedTrial, name: MeasureName): number {
	const measure = measures[name];
	assert.ok(measure, `${name} is measured`);
	return measure.value;
}

const stalling: StallingGuests = { kind: 'stall', atMs: 200, clients: 2, pushBytes: keptKb * 1024 };
const asking: Guests = {
	kind: 'answers',
	atMs: 200,
	answers: [
		{ bytes: 1000, times: 2 },
		{ bytes: 1_000_000, times: 2 },
		{ bytes: 10_000_000, times: 1 },
	],
};
const working: Guests = { kind: 'work', atMs: 100, each: 2, forMs: [1000], everyMs: 50, overdueMs: 2000 };
const longMs = 500;

describe('of real trials', { concurrency: 2 }, () => {
	test('a server that keeps what nobody reads: all of it is found in its memory, and no client is given up', async (t) => {
		const played = await playJudged(knowing(`keep-kb=${keptKb}`), size(stalling, 2000, { pushEveryMs }), {
			sharesMachine: true,
		});
		// What it was to keep for pushes before they stalled, or afterwards until it was read, is in its memory too.
		const until = played.events.findLast((event) => event.is === 'reading')?.at ?? 0;
		const emitted = played.events.filter((event) => event.is === 'emitted' && event.at <= until).length;
		const [keptMb, foundMb] = [(emitted * keptKb) / 1024, (figureOf(played, 'unreadHeapKb') * stalling.clients) / 1024];
		t.diagnostic(`${emitted} pushes: ${keptMb} MB kept, ${foundMb} MB found`);
		assert.ok(figureOf(played, 'unreadMb') > 1, 'pushes went to those who stall');
		assert.ok(Math.abs(foundMb - keptMb) < 0.1 * keptMb + 1, `${foundMb} MB found of ${keptMb} MB`);
		assert.equal(figureOf(played, 'givenUpShare'), 0);
		assert.equal(figureOf(played, 'overflows'), 0);
	});

	test('a server that ends the stream after 20 pushes: every client is given up, after as much as that', async () => {
		const played = await playJudged(knowing('end-after=20'), size(stalling, 2500, { pushEveryMs }), {
			sharesMachine: true,
		});
		assert.equal(figureOf(played, 'givenUpShare'), 100);
		const pushes = (figureOf(played, 'givenUpMb') * 1024) / keptKb;
		// One at least came before they stalled, and told them who they are.
		assert.ok(pushes < 20 && pushes > 0, `${pushes} pushes`);
		assert.ok(figureOf(played, 'givenUpMs') >= (pushes - 1) * pushEveryMs * 0.5, 'no sooner than they were made');
	});

	test('a bound of 64 KB: whoever does not read is given up, by its own count', async () => {
		const flags = ['--push-bytes', '1000000', '--stream-buffer-bytes', '65536'];
		const guests: Guests = { kind: 'stall', atMs: 200, clients: 2, pushBytes: 1_000_000 };
		const more = { pushEveryMs: 50, serverFlags: flags };
		const played = await playJudged(known('stateful'), size(guests, 3000, more), { sharesMachine: true });
		assert.equal(figureOf(played, 'givenUpShare'), 100);
		assert.equal(figureOf(played, 'overflows'), 2);
	});

	for (const id of ['sse', 'sdk2-modern']) {
		test(`${id}: large answers are verified to the last byte`, async () => {
			const played = await playJudged(known(id), size(asking, 1500), { sharesMachine: true });
			assert.equal(figureOf(played, 'answersOk'), 5);
			assert.equal(figureOf(played, 'answersFailed'), 0);
			assert.ok(figureOf(played, 'answersPeakMb') > 5, 'ten megabytes at a time go through its memory');
			assert.ok(figureOf(played, 'answer10MbMs') > 0);
		});
	}

	/** Shares in percent: stopped by the notification, stopped by closing, ran on when closed. */
	const stops: readonly [title: string, target: Target, shares: readonly [number, number, number]][] = [
		['one that obeys', knowing(), [100, 0, 100]],
		['one that is deaf', knowing('deaf=1'), [0, 0, 100]],
		['sse', known('sse'), [100, 100, 0]],
		['modern', known('modern'), [0, 100, 0]],
	];
	for (const [title, target, shares] of stops) {
		test(`long calls, ${title}: whether they are stopped is in its ledger`, async (t) => {
			const more = { serverFlags: ['--reply', 'sse'] };
			const played = await playJudged(target, size(working, longMs, more), { sharesMachine: true });
			for (const [name, measure] of Object.entries(played.measures)) {
				if (/^(notified|closed|stayed|progress|work)/.test(name)) t.diagnostic(`${name.padEnd(20)} ${measure?.value}`);
			}
			const names = ['notifiedStoppedShare', 'closedStoppedShare', 'closedRanOnShare'] as const;
			assert.deepEqual(
				names.map((name) => figureOf(played, name)),
				shares,
			);
			assert.equal(figureOf(played, 'stayedDoneShare'), 100);
			assert.equal(figureOf(played, 'progressShare'), 100);
		});
	}
});
