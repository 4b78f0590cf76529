import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { timingTarget } from '../../bench/calibrate/timing-cases.ts';
import { constantRate } from '../../bench/model/load.ts';
import type { MeasureName } from '../../bench/model/measures.ts';
import type { Target } from '../../bench/model/target.ts';
import type { VanishLoad } from '../../bench/model/vanish.ts';
import { vanishWord } from '../../bench/model/vanish-verdict.ts';
import { type PlayedTrial, playJudged } from './play.ts';

const clients = 25;
const usualWaves = 6;
const sessionKb = 64;

function playWith(
	{ way, watchMs, waves = usualWaves }: Pick<VanishLoad, 'way' | 'watchMs'> & Partial<Pick<VanishLoad, 'waves'>>,
	...args: string[]
): Promise<PlayedTrial> {
	const target: Target = timingTarget({
		id: 'vanished',
		transport: 'sse',
		args: ['--session-kb', String(sessionKb), ...args],
		// Of the target alone; the size has the load.
		load: { kind: 'open', sessions: clients, rate: constantRate(1, 1000), arrivals: 'constant' },
		warmMs: 0,
		rows: [],
	});
	const load: VanishLoad = { kind: 'vanish', sessions: clients, waves, way, watchMs, lastReadAtMs: [] };
	const client = { policy: 'none' } as const;
	return playJudged(target, { load, warmMs: 0, faults: [], repeats: 1, client }, { sharesMachine: true });
}

function slope({ measures }: PlayedTrial, name: MeasureName): { value: number; ci: readonly [number, number] } {
	const { value, ci } = measures[name] ?? {};
	assert.ok(value !== undefined && ci !== undefined, `${name} is measured`);
	return { value, ci };
}

const wordOf = ({ measures }: PlayedTrial) =>
	vanishWord((name) => {
		const found = measures[name];
		return found && { ...found, repeats: 1 };
	});

describe('a server whose sessions have a known end', { concurrency: true }, () => {
	for (const way of ['closed', 'killed'] as const) {
		test(`one that keeps every session leaks one, with its size, for each client that is gone: ${way}`, async () => {
			const played = await playWith({ way, watchMs: 500 }, '--forget-after-ms', 'never');
			assert.equal(played.measures.vanishedClients?.value, clients * usualWaves);
			assert.deepEqual(slope(played, 'sessionsPerVanished'), { value: 1, ci: [1, 1] });
			const { value, ci } = slope(played, 'heapKbPerVanished');
			assert.ok(
				Math.abs(value / sessionKb - 1) < 0.1 && ci[0] > 1,
				`heap: ${value} [${ci}], the truth is ${sessionKb}`,
			);
			assert.deepEqual(slope(played, 'fdsPerVanished').value, 0, 'the streams are closed');
			assert.equal(wordOf(played), 'leaks');
		});
	}

	test('one that forgets them at once gives everything back', async () => {
		const played = await playWith({ way: 'closed', watchMs: 1500 });
		assert.deepEqual(slope(played, 'sessionsPerVanished'), { value: 0, ci: [0, 0] });
		const { value } = slope(played, 'heapKbPerVanished');
		assert.ok(Math.abs(value) < sessionKb / 4, `heap: ${value}, a session is ${sessionKb}`);
		assert.notEqual(wordOf(played), 'leaks');
		const { vanished } = played.facts;
		assert.deepEqual(vanished.still('sessions')[0], [0, 100]);
		assert.equal(vanished.still('sessions').at(-1)?.[1], 0);
		assert.ok((vanished.still('heapKb').at(-1)?.[1] ?? 100) < 25);
	});

	test('one that never hears of it keeps sessions and descriptors of clients that fell silent', async () => {
		const played = await playWith({ way: 'silent', watchMs: 500 });
		assert.deepEqual(slope(played, 'sessionsPerVanished'), { value: 1, ci: [1, 1] });
		assert.equal(slope(played, 'fdsPerVanished').value >= 1, true);
		assert.equal(wordOf(played), 'leaks');
	});

	test('one that forgets them after a time gives them back after that time', async () => {
		const forgetMs = 1500;
		const played = await playWith({ way: 'closed', watchMs: 3500, waves: 4 }, '--forget-after-ms', String(forgetMs));
		assert.equal(played.measures.sessionsPerVanished?.value, 0);
		assert.notEqual(wordOf(played), 'leaks');
		const still = played.facts.vanished.still('sessions');
		// The machine may stand still for half a second at any time.
		for (const [sinceS, share] of still) if (sinceS < forgetMs / 1000 - 0.75) assert.equal(share, 100, `${still}`);
		for (const [sinceS, share] of still) if (sinceS > forgetMs / 1000 + 1.5) assert.equal(share, 0, `${still}`);
		assert.ok(still.some(([sinceS]) => sinceS > forgetMs / 1000 + 1.5));
	});
});
