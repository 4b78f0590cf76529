import type { Objective } from './objective.ts';

/** Between which levels a search looks, and when it is content. A level is calls per second, or sessions. */
export interface SearchBounds {
	/** The first level. */
	readonly from: number;
	/** No level is higher. */
	readonly most: number;
	/** The search ends when the lowest level that missed ÷ the highest that met is no more than this; above 1. */
	readonly resolution: number;
	/** It ends after this many steps in any case. */
	readonly mostSteps: number;
	/** Levels are whole numbers. */
	readonly whole: boolean;
}

/**
 * What a step showed: the target met the objective, or missed it; or it was missed, but the target cannot be blamed, because
 * the generator itself was too busy or too late, or because other programs took the CPU from one of the two (`disturbed`).
 */
export type StepVerdict = 'met' | 'missed' | 'generator' | 'disturbed';

export interface Tried {
	readonly level: number;
	readonly verdict: StepVerdict;
}

/** What a search found. */
export interface SearchResult {
	/** The highest level that met the objective; 0 where none did. */
	readonly level: number;
	/** The lowest level that did not; absent where all did. */
	readonly missedAt?: number;
	/**
	 * - `resolved`: the true level lies between `level` and `missedAt`.
	 * - `most`: even the highest level met the objective.
	 * - `generator`: above `level` the generator, not the target, was the limit.
	 * - `disturbed`: above `level` other programs kept target or generator from running.
	 * - `steps`: no step was left.
	 * - `none`: not even the lowest level met it.
	 */
	readonly ended: 'resolved' | 'most' | 'generator' | 'disturbed' | 'steps' | 'none';
}

export type SearchState =
	| { readonly done: false; readonly level: number }
	| { readonly done: true; readonly result: SearchResult };

/** Below this a level is not looked for. */
const leastLevel = 1;

/** A level counts as not met after as many attempts that nothing disturbed; or after the most, whatever they were. */
const attemptsThatCount = 2;
const mostAttempts = 4;

/**
 * What a search does next, from its steps so far. It doubles the level until one does not meet the objective (or halves it
 * until one does), then bisects by the geometric mean. A level counts as not met only when it was tried twice, attempts that
 * were disturbed not counted: what a neighbour of the machine does for a second is no limit of the target. Pure.
 */
export function nextStep(bounds: SearchBounds, tried: readonly Tried[]): SearchState {
	const { low, high } = bracket(tried);
	const last = tried.at(-1);
	const steps = tried.length;
	const again = last !== undefined && last.verdict !== 'met' && !isSettled(tried, last.level);
	const next = again ? last.level : nextLevel(bounds, low, high?.level);
	if (next === undefined || steps >= bounds.mostSteps) {
		return { done: true, result: resultOf(low, high, next !== undefined) };
	}
	return { done: false, level: next };
}

interface Bracket {
	/** The highest level that met the objective. */
	readonly low: number;
	/** The lowest above it that did not, twice. */
	readonly high?: Tried;
}

function bracket(tried: readonly Tried[]): Bracket {
	const low = Math.max(0, ...tried.filter(({ verdict }) => verdict === 'met').map(({ level }) => level));
	const failed = tried.filter((step) => step.level > low && isSettled(tried, step.level));
	const least = Math.min(...failed.map(({ level }) => level));
	const attempts = failed.filter(({ level }) => level === least);
	// The last attempt that counts says why.
	const counted = attempts.filter(({ verdict }) => verdict !== 'disturbed');
	if (attempts.length === 0) return { low };
	const last = counted.length >= attemptsThatCount ? counted.at(-1) : undefined;
	return { low, high: last ?? { level: least, verdict: 'disturbed' } };
}

/** Whether a level that was not met needs no further attempt. */
function isSettled(tried: readonly Tried[], level: number): boolean {
	const attempts = tried.filter((step) => step.level === level);
	const counted = attempts.filter(({ verdict }) => verdict !== 'disturbed');
	return counted.length >= attemptsThatCount || attempts.length >= mostAttempts;
}

/** The level to try now; undefined when there is none that would tell more. */
function nextLevel(bounds: SearchBounds, low: number, high: number | undefined): number | undefined {
	const { from, most, resolution, whole } = bounds;
	if (high === undefined) {
		if (low >= most) return undefined;
		return rounded(Math.min(most, low === 0 ? from : low * 2), whole);
	}
	if (low === 0) return high <= leastLevel ? undefined : rounded(Math.max(leastLevel, high / 2), whole);
	if (high / low <= resolution || (whole && high - low <= 1)) return undefined;
	const middle = rounded(Math.sqrt(low * high), whole);
	return middle > low && middle < high ? middle : undefined;
}

/** Figures that people read; the bisection stays strictly within its bracket for any resolution above 1.01. */
function rounded(level: number, whole: boolean): number {
	return whole ? Math.max(1, Math.round(level)) : Number(level.toPrecision(4));
}

function resultOf(low: number, high: Tried | undefined, cutShort: boolean): SearchResult {
	if (high === undefined) return { level: low, ended: cutShort ? 'steps' : 'most' };
	const { verdict } = high;
	const ended =
		verdict === 'generator' || verdict === 'disturbed' ? verdict : cutShort ? 'steps' : low === 0 ? 'none' : 'resolved';
	return { level: low, missedAt: high.level, ended };
}

/** Whether the true level may be higher than the one that was found: the target was not shown to be the limit. */
export function isLowerBound({ ended }: SearchResult): boolean {
	return ended !== 'resolved' && ended !== 'none';
}

/** The figures of one step, from which its verdict follows. */
export interface StepFigures {
	/** Calls that fell due in the measured part and were answered. */
	readonly ok: number;
	/** Those that failed or stayed unknown. */
	readonly notOk: number;
	readonly dropped: number;
	/** Of the answered ones, from due; absent where there are none. */
	readonly p99Us?: number;
	/** The generator's own delay, 99 % of the calls. */
	readonly lagP99Us: number;
	/** Share of the time in which the busiest worker had something to do. */
	readonly busyShare: number;
	/** Share of the time in which target or generator, the worse, waited for a CPU that others had; absent where not known. */
	readonly waitShare?: number;
}

/** Beyond these a step that missed the objective is not put down to the target. */
export const stepLimits = {
	/** The worker had next to no time left in which it could have noticed an answer. */
	busyShare: 0.95,
	/** The generator's own lag, as a share of the p99 that the objective allows: it spoils what it should judge. */
	lagShare: 0.2,
	/** On a CPU of its own a process waits for next to nothing. */
	waitShare: 0.05,
} as const;

export function errorShareOf({ ok, notOk, dropped }: StepFigures): number {
	const offered = ok + notOk + dropped;
	return offered === 0 ? 0 : (notOk + dropped) / offered;
}

/** Whether a step met the objective; if not, whose fault it was. A step without any answered call missed it. */
export function verdictOf(step: StepFigures, objective: Objective): StepVerdict {
	const { p99Us, lagP99Us, busyShare, waitShare = 0 } = step;
	const met = p99Us !== undefined && p99Us <= objective.p99Us && errorShareOf(step) <= objective.errorShare;
	if (met) return 'met';
	if (waitShare > stepLimits.waitShare) return 'disturbed';
	if (busyShare > stepLimits.busyShare) return 'generator';
	// Without the lag the objective would have been met: it is what made the step miss.
	const byLag =
		lagP99Us > objective.p99Us * stepLimits.lagShare &&
		errorShareOf(step) <= objective.errorShare &&
		p99Us !== undefined &&
		p99Us - lagP99Us <= objective.p99Us;
	return byLag ? 'generator' : 'missed';
}
