import { parseTimeUs, timeUnits } from './duration-word.ts';

/** What a target must keep at a level of load: both, over the calls that fell due while it was offered. */
export interface Objective {
	/** The 99th percentile of latency from due, of answered calls, may be no more. */
	readonly p99Us: number;
	/** The share (0 to 1) of calls that failed, stayed unknown or were dropped may be no more. */
	readonly errorShare: number;
}

export const defaultObjective: Objective = { p99Us: 50_000, errorShare: 0.001 };

const longestUs = 10_000_000;

/**
 * Reads `p99=50ms,errors=0.1%`; what is not named keeps its default.
 * @throws Error with one sentence that says what is allowed
 */
export function parseObjective(text: string): Objective {
	const read: { p99Us?: number; errorShare?: number } = {};
	for (const part of text.split(',').map((word) => word.trim())) {
		const p99Us = part.startsWith('p99=') ? parseTimeUs(part.slice(4)) : undefined;
		const share = /^errors=(\d+(?:\.\d+)?)%$/.exec(part);
		if (p99Us !== undefined && read.p99Us === undefined) {
			read.p99Us = p99Us;
			// A call is given up after as long; a later answer would never be seen.
			if (!(read.p99Us >= 1 && read.p99Us < longestUs)) throw new Error('Its p99 is a time from 1us to below 10s.');
		} else if (share && read.errorShare === undefined) {
			read.errorShare = Number(share[1]) / 100;
			if (read.errorShare >= 1) throw new Error('Its errors are a percentage below 100%.');
		} else throw new Error('It takes limits such as p99=50ms,errors=0.1%, each at most once.');
	}
	return { ...defaultObjective, ...read };
}

/** The objective as `parseObjective` reads it. */
export function objectiveWord({ p99Us, errorShare }: Objective): string {
	const unit = p99Us % 1e6 === 0 ? 's' : p99Us % 1e3 === 0 ? 'ms' : 'us';
	return `p99=${p99Us / (timeUnits[unit] ?? 1)}${unit},errors=${percent(errorShare)}%`;
}

/** `p99 ≤ 50 ms and errors ≤ 0.1 %`, for people. */
export function objectiveSentence({ p99Us, errorShare }: Objective): string {
	const ms = p99Us / 1000;
	return `p99 ≤ ${ms >= 1000 ? `${ms / 1000}\u202fs` : `${ms}\u202fms`} and errors ≤ ${percent(errorShare)}\u202f%`;
}

/** A share as a percentage, without the dust that binary fractions leave. */
function percent(share: number): number {
	return Number((share * 100).toPrecision(12));
}
