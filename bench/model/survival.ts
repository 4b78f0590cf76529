import type { Figures } from './finding.ts';
import type { MeasureName } from './measures.ts';
import type { PlatformProfile } from './platform.ts';
import type { GridClasses } from './scenario.ts';

/** From this share of streams on, in percent, all of them are said to have lived. */
export const allFromShare = 99.5;
/** Up to this share of streams, in percent, none of them is said to have lived. */
const noneToShare = 0.5;

/** `lives`: as long as it was watched. `nothing`: not a byte arrived, or it was not even opened. `mixed`: not all fared alike. */
export type StreamFate = 'lives' | 'mixed' | 'cut' | 'nothing';

/**
 * What became of a target's streams.
 * @param survivedShare in percent
 * @param lifeS how long they were of use, in seconds of the world that the trial stands for
 */
export function streamFate(survivedShare: number, lifeS: number): StreamFate {
	if (survivedShare >= allFromShare) return 'lives';
	if (survivedShare > noneToShare) return 'mixed';
	return lifeS > 0 ? 'cut' : 'nothing';
}

/** A stream that is cut after this many seconds or more has a long life: most sessions need no longer one. */
const longLifeS = 300;
/** A limit is met a little early or late; one of just this length must not change its class with that. */
const earlyShare = 0.05;

/** What a reader must tell apart: a share of survivors alone shows a life of an hour and one of no time alike. */
export const survivalClasses: GridClasses = {
	words: [
		'lives while watched',
		'cut for some clients, not for all',
		`cut after a long time, ${longLifeS} s or more`,
		`cut sooner than after ${longLifeS} s`,
		'nothing arrives, or refused',
	],
	classOf(survivedShare, lifeS) {
		const isLong = lifeS >= longLifeS * (1 - earlyShare);
		return { lives: 0, mixed: 1, cut: isLong ? 2 : 3, nothing: 4 }[streamFate(survivedShare, lifeS)];
	},
};

/** Measures of what a stream did for as long as it was watched: a limit that comes later would change them. */
export const whileWatched: readonly MeasureName[] = [
	'streamSurvivedShare',
	'streamLifeS',
	'deafShare',
	'reconnectsPerHour',
];

/**
 * The first limit, in seconds, that a platform sets to a stream and that a target's streams, all of which lived, had not come to
 * when the watch ended: their survival proves nothing. Undefined where a stream was cut, and where they outlived every limit.
 * @param figures of the platform's case
 */
export function limitNotMetS(
	figures: Figures,
	target: string,
	{ idleMs, maxDurationMs }: Pick<PlatformProfile, 'idleMs' | 'maxDurationMs'>,
): number | undefined {
	const survived = figures.estimate(target, 'streamSurvivedShare')?.value;
	const lifeS = figures.estimate(target, 'streamLifeS')?.value;
	if (survived === undefined || survived < allFromShare || lifeS === undefined) return undefined;
	const ahead = [idleMs, maxDurationMs].flatMap((ms) => (ms !== undefined && ms > lifeS * 1000 ? [ms / 1000] : []));
	return ahead.length === 0 ? undefined : Math.min(...ahead);
}
