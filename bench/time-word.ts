import { parseTimeUs } from './model/duration-word.ts';

const units = { h: 3_600_000, m: 60_000, s: 1000 } as const;

/** The longest time that can be asked for. */
const longestMs = 24 * units.h;

/**
 * Reads `20m`, `90s` or `1h`, and whatever else is a time of a limit, as whole milliseconds.
 * @throws Error whose message is one sentence
 */
export function parseDuration(text: string): number {
	const ms = (parseTimeUs(text) ?? Number.NaN) / 1000;
	if (!(ms >= units.s && ms <= longestMs)) throw new Error('It takes a time from 1s to 24h, such as 20m, 90s or 1h.');
	return Math.round(ms);
}

/** The shortest word that is read as this time. */
export function durationWord(ms: number): string {
	for (const [unit, each] of Object.entries(units)) if (ms % each === 0) return `${ms / each}${unit}`;
	return `${ms / units.s}s`;
}
