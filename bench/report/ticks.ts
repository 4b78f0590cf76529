// Where axes begin, end and are marked. This file also runs in the browser: see html/bundle.ts.

/** The marks of a logarithmic axis. */
export interface LogAxis {
	readonly min: number;
	readonly max: number;
	readonly ticks: readonly number[];
}

const mantissas: readonly number[] = [1, 2, 5, 10];

/**
 * A logarithmic axis that begins and ends on a mark: 1, 2, 5 of each decade, or whole decades where these would crowd.
 * @param values what must fit; values of zero or below cannot stand on such an axis and are left out
 */
export function logAxis(values: readonly number[]): LogAxis {
	const positive = values.filter((value) => value > 0 && Number.isFinite(value));
	if (positive.length === 0) return { min: 1, max: 10, ticks: [1, 10] };
	const min = markBelow(Math.min(...positive));
	const above = markAbove(Math.max(...positive));
	const max = above > min ? above : min * 10;
	const decades = Math.log10(max / min);
	const steps = decades > 2.5 ? [1] : [1, 2, 5];
	const ticks: number[] = [];
	for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
		for (const step of steps) {
			const value = Number(`${step}e${power}`);
			if (value > min && value < max) ticks.push(value);
		}
	}
	return { min, max, ticks: [min, ...ticks, max] };
}

function markBelow(value: number): number {
	const power = Math.floor(Math.log10(value));
	const step = mantissas.filter((mantissa) => Number(`${mantissa}e${power}`) <= value).at(-1) ?? 1;
	return Number(`${step}e${power}`);
}

function markAbove(value: number): number {
	const power = Math.floor(Math.log10(value));
	const step = mantissas.find((mantissa) => Number(`${mantissa}e${power}`) >= value) ?? 10;
	return Number(`${step}e${power}`);
}

/** The marks of a percentile axis whose x is 1/(1−p): 50 %, 90 %, 99 % … as far as the data goes. */
export function percentileTicks(largest: number): number[] {
	const ticks = [2];
	for (let x = 10; x <= largest * 1.001 && ticks.length < 8; x *= 10) ticks.push(x);
	return ticks;
}

/** `1000` → `99.9 %`: which percentile 1/(1−p) stands for, with as many nines as it has. */
export function percentileLabel(x: number): string {
	if (!Number.isFinite(x)) return '100\u202f%';
	const percent = (1 - 1 / Math.max(1, x)) * 100;
	const decimals = Math.min(6, Math.max(0, Math.round(Math.log10(Math.max(1, x))) - 2));
	return `${Number(percent.toFixed(decimals + 1))}\u202f%`;
}
