import type { Estimate } from '../bench/model/finding.ts';

/** Whether the whole interval lies in [low, high]; without an interval, whether the value does. */
export function between({ value, ci }: Estimate, low: number, high: number): boolean {
	return ci ? ci[0] >= low && ci[1] <= high : value >= low && value <= high;
}

export function lowEnd({ value, ci }: Estimate): number {
	return ci ? ci[0] : value;
}

export function highEnd({ value, ci }: Estimate): number {
	return ci ? ci[1] : value;
}

/** `12.3 [11.9, 12.7]`, with as many digits as tell the ends apart from noise. */
export function interval({ value, ci }: Estimate): string {
	return ci ? `${short(value)} [${short(ci[0])}, ${short(ci[1])}]` : short(value);
}

/** A number as a sentence wants it: three significant digits, no more than the eye needs. */
export function short(value: number): string {
	if (Math.abs(value) < 0.005) return '0';
	if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US').replaceAll(',', '\u202f');
	return Number(value.toPrecision(3)).toString();
}
