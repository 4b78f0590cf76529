const units = { h: 3_600_000, m: 60_000, s: 1000 } as const;
type Unit = keyof typeof units;

/** The longest time that can be asked for. */
const longestMs = 24 * units.h;

/**
 * Reads `20m`, `90s` or `1h` as milliseconds.
 * @throws Error whose message is one sentence
 */
export function parseDuration(text: string): number {
	const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)([hms])$/.exec(text) ?? [];
	const ms = Number(number) * units[(unit ?? 's') as Unit];
	if (!(ms >= units.s && ms <= longestMs)) throw new Error('It takes a time from 1s to 24h, such as 20m, 90s or 1h.');
	return Math.round(ms);
}

/** The shortest word that is read as this time. */
export function durationWord(ms: number): string {
	for (const [unit, each] of Object.entries(units)) if (ms % each === 0) return `${ms / each}${unit}`;
	return `${ms / units.s}s`;
}
