import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type VanishWord, vanishWord } from '../../model/vanish-verdict.ts';
import { Vanished } from './vanished.ts';

const clients = 100;

/** What a server holds, above what it has by itself: sessions, KB of heap, descriptors. */
type Held = readonly [sessions: number, heapKb: number, fds: number];

interface Told {
	readonly wave: number;
	readonly gone: number;
	readonly isEnd?: true;
	readonly moment?: 'held';
	/** A look does not read memory. */
	readonly isLook?: true;
}

function reading(
	atS: number,
	[sessions, heapKb, fds]: Held,
	{ wave, gone, isEnd, moment, isLook }: Told,
): HistoryEvent {
	return {
		is: 'vanish-reading',
		at: atS * 1e6,
		wave,
		moment: moment ?? 'gone',
		gone,
		isWhole: !isLook,
		...(isEnd && { isEnd }),
		target: {
			openSessions: sessions,
			openStreams: 0,
			...(isLook ? {} : { heapUsedKb: 5000 + heapKb, externalKb: 1000, ussKb: 20_000 + heapKb }),
		},
		fds: 20 + fds,
	};
}

/** Five waves, the first unwatched; after each the server has what `left` says of so many clients, and of the last wave as `after` says. */
function waves(left: (gone: number) => Held, after: readonly (readonly [sinceS: number, left: Held])[] = []): Vanished {
	const account = new Vanished();
	const take = (event: HistoryEvent) => account.take(event);
	take(reading(0, [0, 0, 0], { wave: 0, gone: 0, isEnd: true }));
	for (let wave = 1; wave <= 5; wave++) {
		const gone = wave * clients;
		const before = left(gone - clients);
		if (wave === 5) {
			const held: Held = [before[0] + clients, before[1] + 10 * clients, before[2] + clients];
			take(reading(wave * 10 - 1, held, { wave, gone: gone - clients, moment: 'held' }));
		}
		take({ is: 'vanished', at: wave * 10e6, wave, way: 'closed', clients });
		if (wave === 5) {
			for (const [sinceS, held] of after) take(reading(wave * 10 + sinceS, held, { wave, gone }));
		}
		if (wave > 1) take(reading(wave * 10 + 6, left(gone), { wave, gone, isEnd: true }));
	}
	return account;
}

function wordOf(measures: Measures): VanishWord {
	return vanishWord((name) => {
		const found = measures[name];
		return found && { ...found, repeats: 1 };
	});
}

test('a session and 8 KB that stay of every client are slopes of exactly that, without the waves in which code was compiled', () => {
	// 300 KB of code, whoever came.
	const measures = waves((gone) => [gone, gone === 0 ? 0 : 300 + 8 * gone, 0]).measures();
	assert.deepEqual(measures.sessionsPerVanished, { value: 1, unit: '', ci: [1, 1] });
	assert.equal(measures.heapKbPerVanished?.value.toFixed(6), '8.000000');
	assert.equal(measures.fdsPerVanished?.value, 0);
	assert.equal(measures.vanishedClients?.value, 500);
	assert.equal(measures.heldHeapKb?.value, 10);
	assert.equal(wordOf(measures), 'leaks');
});

test('what is given back is said with its time, as a share of what the wave had added', () => {
	const account = waves(
		() => [0, 0, 0],
		[
			[0.9, [100, 1000, 100]],
			[2.1, [50, 250, 0]],
			[5, [0, 0, 0]],
		],
	);
	const measures = account.measures();
	const shares = (['sessions', 'heap', 'fds'] as const).map((what) =>
		([1, 2, 5] as const).map((afterS) => measures[`${what}Back${afterS}s`]?.value),
	);
	assert.deepEqual(shares, [
		[0, 50, 100],
		[0, 75, 100],
		[0, 100, 100],
	]);
	assert.deepEqual(account.still('sessions').slice(0, 3), [
		[0, 100],
		[0.9, 100],
		[2.1, 50],
	]);
	assert.equal(wordOf(measures), 'gives back');
});

test('what was read too long before or after an instant says nothing of it, and a look nothing of memory', () => {
	const account = waves(() => [0, 0, 0]);
	account.take(reading(51.5, [0, 0, 0], { wave: 5, gone: 500 }));
	account.take(reading(55, [0, 0, 0], { wave: 5, gone: 500, isLook: true }));
	const { sessionsBack1s, sessionsBack2s, sessionsBack5s, heapBack5s } = account.measures();
	assert.deepEqual([sessionsBack1s, sessionsBack2s, heapBack5s?.value], [undefined, undefined, 100]);
	assert.equal(sessionsBack5s?.value, 100);
	assert.equal(account.still('heapKb').length, account.still('sessions').length - 1);
});

test('where clients add no session there is none to give back, and streams count where there are no sessions', () => {
	const account = new Vanished();
	const told = (at: number, streams: number, wave: number, moment: 'held' | 'gone'): HistoryEvent => ({
		...{ is: 'vanish-reading', at, wave, moment, gone: 0, isWhole: true, isEnd: true },
		target: { openSessions: 0, openStreams: streams },
	});
	account.take(told(0, 0, 0, 'gone'));
	account.take(told(1e6, 100, 1, 'held'));
	account.take({ is: 'vanished', at: 2e6, wave: 1, way: 'closed', clients });
	account.take(told(3e6, 0, 1, 'gone'));
	assert.equal(account.measures().sessionsBack1s?.value, 100);
	assert.deepEqual(account.still('fds'), []);
});

test('newcomers that were refused are counted with the status that most of them got', () => {
	const account = waves(() => [0, 0, 0]);
	const session = (change: 'opened' | 'open-failed', status?: number): HistoryEvent => ({
		...{ is: 'session', at: 1, session: 1, change },
		...(status !== undefined && { status }),
	});
	for (const event of [
		session('opened'),
		session('open-failed', 503),
		session('open-failed', 503),
		session('open-failed'),
	])
		account.take(event);
	const { newcomersRefused, refusedStatus } = account.measures();
	assert.deepEqual([newcomersRefused?.value, refusedStatus?.value], [75, 503]);
});

test('without waves there is nothing to say', () => {
	const account = new Vanished();
	account.take({ is: 'session', at: 1, session: 1, change: 'opened' });
	assert.deepEqual(account.measures(), {});
	assert.deepEqual([account.remains('heapKb'), account.still('heapKb')], [[], []]);
});

test('the word follows from intervals alone', () => {
	const word = (sessions: readonly [number, number], heap: readonly [number, number]) =>
		vanishWord((name) => {
			const ci = name === 'sessionsPerVanished' ? sessions : name === 'heapKbPerVanished' ? heap : ([0, 0] as const);
			return { value: (ci[0] + ci[1]) / 2, ci, repeats: 1 };
		});
	assert.equal(word([0, 0], [-0.5, 0.5]), 'gives back');
	assert.equal(word([1, 1], [-0.5, 0.5]), 'leaks');
	assert.equal(word([0, 0], [2, 3]), 'leaks');
	assert.equal(word([0, 0], [-1, 3]), 'inconclusive');
	assert.equal(
		vanishWord(() => ({ value: 0, repeats: 1 })),
		'inconclusive',
		'no interval',
	);
	assert.equal(
		vanishWord((name) => (name === 'fdsPerVanished' ? { value: 0, ci: [0, 0], repeats: 1 } : undefined)),
		'inconclusive',
		'a server that tells neither its heap nor its sessions',
	);
	assert.equal(
		vanishWord(() => undefined),
		'inconclusive',
		'nothing read',
	);
});
