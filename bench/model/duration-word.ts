/** What may follow the number of a time, wherever one is given, and how many µs it stands for. Both letters that look like µ are read. */
export const timeUnits: Readonly<Record<string, number>> = {
	us: 1,
	µs: 1,
	μs: 1,
	ms: 1e3,
	s: 1e6,
	m: 6e7,
	min: 6e7,
	h: 3.6e9,
};

/** The units as a sentence names them: each once. */
export const timeUnitWords: readonly string[] = ['us', 'ms', 's', 'm', 'h'];

/**
 * Reads `50ms`, `1.5s`, `90s`, `20m`, `20min` or `1h`: the one parser of times, for limits and budgets alike.
 * @returns µs; undefined for anything else, a number without a unit included
 */
export function parseTimeUs(text: string): number | undefined {
	const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,15})?)(\p{L}+)$/u.exec(text) ?? [];
	if (digits === '' || !Object.hasOwn(timeUnits, unit)) return undefined;
	return Number(digits) * (timeUnits[unit] ?? Number.NaN);
}
