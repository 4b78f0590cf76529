import type { MeasureInfo } from './measures.ts';
import type { Remains } from './vanish.ts';

const perVanished = (title: string, unit: string, meaning: string): MeasureInfo => ({
	title,
	unit,
	better: 'lower',
	meaning: `${meaning} over the clients that have come and gone, from the end of one wave to the end of the next; its interval within a trial is that of a random walk`,
	slopeWithin: true,
});

const back = (what: string, afterS: number): MeasureInfo => ({
	title: `${what} back after ${afterS} s`,
	unit: '%',
	better: 'higher',
	meaning: `of what the clients of the last wave had added to the server’s ${what}, the share that was gone ${afterS} s after they were`,
});

/** Measures of clients that go without a word: what is left of them. */
export const vanishMeasures = {
	sessionsPerVanished: perVanished('sessions per vanished client', '', 'slope of the sessions that the server keeps'),
	heapKbPerVanished: perVanished(
		'heap per vanished client',
		'KB',
		'slope of heap and buffers after a forced collection',
	),
	ussKbPerVanished: perVanished('USS per vanished client', 'KB', 'slope of private memory after a forced collection'),
	fdsPerVanished: perVanished('descriptors per vanished client', 'fd', 'slope of open descriptors'),
	heldHeapKb: {
		title: 'heap per client that is there',
		unit: 'KB',
		better: 'lower',
		meaning: 'heap and buffers while the last wave was there less those before it, for each of its clients',
	},
	sessionsBack1s: back('sessions', 1),
	sessionsBack2s: back('sessions', 2),
	sessionsBack5s: back('sessions', 5),
	heapBack1s: back('heap', 1),
	heapBack2s: back('heap', 2),
	heapBack5s: back('heap', 5),
	fdsBack1s: back('descriptors', 1),
	fdsBack2s: back('descriptors', 2),
	fdsBack5s: back('descriptors', 5),
	newcomersRefused: {
		title: 'newcomers refused',
		unit: '%',
		better: 'lower',
		meaning: 'share of the clients that came, over all waves, which the server did not let in; each asked once',
	},
	refusedStatus: {
		title: 'status of the refusal',
		unit: '',
		better: 'neither',
		meaning: 'the HTTP status that most of the refused clients got; absent: none was refused with a status',
	},
	vanishedClients: {
		title: 'clients that vanished',
		unit: '',
		better: 'neither',
		meaning: 'clients that had a session, or had called, and went, over all waves',
	},
} as const satisfies Record<string, MeasureInfo>;

/** The slope of each over the clients that have gone. */
export const slopeOfRemains = {
	sessions: 'sessionsPerVanished',
	heapKb: 'heapKbPerVanished',
	ussKb: 'ussKbPerVanished',
	fds: 'fdsPerVanished',
} as const satisfies Record<Remains, keyof typeof vanishMeasures>;

/** The share that was given back, by seconds. */
export const backAfter = {
	sessions: { 1: 'sessionsBack1s', 2: 'sessionsBack2s', 5: 'sessionsBack5s' },
	heapKb: { 1: 'heapBack1s', 2: 'heapBack2s', 5: 'heapBack5s' },
	fds: { 1: 'fdsBack1s', 2: 'fdsBack2s', 5: 'fdsBack5s' },
} as const satisfies Partial<Record<Remains, Record<number, keyof typeof vanishMeasures>>>;
