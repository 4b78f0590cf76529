// Numbers as text, the same in every output. Reports run this in the browser too (report/html/bundle.ts): no imports.

/** Between groups of three digits and before a unit; never breaks a line. */
const thin = '\u202f';
const absent = '—';

/** A unit that fits a magnitude: divide by `factor`, then write `unit`. */
export interface Scale {
	readonly unit: string;
	readonly factor: number;
}

const steps: Readonly<Record<string, readonly Scale[]>> = {
	µs: [
		{ unit: 'µs', factor: 1 },
		{ unit: 'ms', factor: 1e3 },
		{ unit: 's', factor: 1e6 },
	],
	ms: [
		{ unit: 'ms', factor: 1 },
		{ unit: 's', factor: 1e3 },
	],
	MB: [
		{ unit: 'MB', factor: 1 },
		{ unit: 'GB', factor: 1024 },
	],
	KB: [
		{ unit: 'KB', factor: 1 },
		{ unit: 'MB', factor: 1024 },
		{ unit: 'GB', factor: 1024 * 1024 },
	],
};

/** The unit in which values up to `magnitude` read well: 12 300 µs as ms. */
export function scaleFor(unit: string, magnitude: number): Scale {
	const fitting = (steps[unit] ?? []).filter((step) => step.factor <= Math.abs(magnitude));
	return fitting.at(-1) ?? steps[unit]?.[0] ?? { unit, factor: 1 };
}

/** `1234567.8` → `1 234 567.8`, with a real minus sign. */
function grouped(digits: string): string {
	const [whole = '', fraction] = digits.replace('-', '').split('.');
	const sign = digits.startsWith('-') && Number(digits) !== 0 ? '−' : '';
	const groups = whole.replace(/\B(?=(\d{3})+$)/g, thin);
	return sign + groups + (fraction === undefined ? '' : `.${fraction}`);
}

/** Significant digits of the largest figure that is written; fewer where a table is narrow. */
const usualDigits = 3;
const narrowDigits = 2;
const mostDecimals = 6;

/** How many decimals leave a number so many significant digits; below zero where more of them stand before its point. */
function decimalsLeaving(value: number, digits: number): number {
	return digits - 1 - Math.floor(Math.log10(Math.abs(value)));
}

/** How many decimals leave so many significant digits of the largest figure; of a descriptor its hundredths. */
function decimalsFor(values: readonly number[], unit: string, digits: number): number {
	const largest = Math.max(...values.map(Math.abs));
	const leaving = decimalsLeaving(largest, digits);
	const wanted = unit === 'fd' ? Math.min(2, leaving) : leaving;
	const decimals = Math.min(mostDecimals, Math.max(0, wanted));
	return unit === 'fd'
		? decimals
		: Math.max(decimals, ...values.map((value) => decimalsBelowAll(value, unit, decimals)));
}

/** What is nearly all is not all: a share just below one, or below 100 %, gets the decimals that show it, R² for one. */
function decimalsBelowAll(value: number, unit: string, least: number): number {
	const all = unit === '%' ? 100 : 1;
	if (unit !== '%' && unit !== '') return least;
	let decimals = least;
	while (value < all && Number(value.toFixed(decimals)) >= all && decimals < mostDecimals) decimals++;
	return decimals;
}

/** The decimals that numbers which belong together all get: as many as the largest of them needs. */
function commonDecimals(values: readonly number[], unit: string, digits = usualDigits): number {
	const finite = values.filter(Number.isFinite);
	// Counts that are whole, and a zero of anything but descriptors, would only pretend precision with decimals.
	const whole = unit !== 'fd' && finite.every((value) => value === 0 || (unit === '' && Number.isInteger(value)));
	return whole ? 0 : decimalsFor(finite, unit, digits);
}

function figures(values: readonly number[], unit: string, digits = usualDigits): string[] {
	const decimals = commonDecimals(values, unit, digits);
	return values.map((value) => (Number.isFinite(value) ? grouped(value.toFixed(decimals)) : absent));
}

/** A plain number with about three significant digits. */
export function figure(value: number, unit = ''): string {
	return figures([value], unit)[0] ?? absent;
}

/** A number on an axis: no more digits than it has. */
export function tick(value: number): string {
	return grouped(String(Number(value.toPrecision(6))));
}

/** So many digits that count, and all that stand before the point. */
function significant(value: number, digits: number): string {
	// What is rounded up to a further digit before the point has one fewer behind it.
	const rounded = Number(value.toPrecision(digits));
	return rounded === 0 ? '0' : value.toFixed(Math.max(0, decimalsLeaving(rounded, digits)));
}

/** Three digits that count, zeros among them, for what is reckoned with: `0.0000200`, `14.6`, `60.0`, `1 790`. */
export function threeDigits(value: number): string {
	return Number.isFinite(value) ? grouped(significant(value, usualDigits)) : absent;
}

/** Three at most, without zeros at the end, for the value of a bar or a cell: `14.6`, `60`, `1 790`. */
export function exactly(value: number): string {
	return tick(Number(significant(value, usualDigits)));
}

/** The same in two digits, for narrow places. */
export function briefly(value: number): string {
	return tick(Number(significant(value, narrowDigits)));
}

/** How a unit follows a number. */
export function unitSuffix(unit: string): string {
	if (unit === '') return '';
	return unit.startsWith('1/') ? unit.slice(1) : thin + unit;
}

/** A written number with its unit, which a dollar has before it. */
export function withUnit(written: string, unit: string): string {
	return unit === '$' ? `$${written}` : written + unitSuffix(unit);
}

/** A value in the unit that fits it: `812 µs`, `12.3 ms`. */
export function quantity(value: number, unit: string): string {
	const scale = scaleFor(unit, value);
	return withUnit(figure(value / scale.factor, scale.unit), scale.unit);
}

/**
 * A lower bound, made so much smaller that no rounding makes it larger than what was measured.
 * @param beside what is written with it, and so decides its decimals
 */
export function roundedDown(value: number, { unit, factor }: Scale, beside: readonly number[] = []): number {
	const decimals = commonDecimals(
		[value, ...beside].map((part) => part / factor),
		unit,
	);
	const steps = (value / factor) * 10 ** decimals;
	// What is whole but for the error of a division is whole.
	return (Math.floor(steps + 1e-6) / 10 ** decimals) * factor;
}

/** A lower bound in the unit that fits it: `≥ 124 s` of 124.7 s. */
export function atLeast(value: number, unit: string): string {
	return `≥${thin}${quantity(roundedDown(value, scaleFor(unit, value)), unit)}`;
}

type Interval = readonly [low: number, high: number];

/** A value and its interval without the unit, for a column whose head carries it: `12.3 [11.9, 12.8]`. */
export function bracketed(value: number, ci: Interval | undefined, scale: Scale): string {
	const [middle = absent, low = absent, high = absent] = figures(
		[value, ...(ci ?? [])].map((part) => part / scale.factor),
		scale.unit,
	);
	return ci === undefined ? middle : `${middle} [${low}, ${high}]`;
}

function ends(low: number, high: number, scale: Scale, digits?: number): string {
	const [from = absent, to = absent] = figures(
		[low, high].map((part) => part / scale.factor),
		scale.unit,
		digits,
	);
	return from === to ? to : `${low === 0 ? '0' : from}–${to}`;
}

/** From the least to the most: `16.7–33.3 %`; a single figure where both are written alike. */
export function range(low: number, high: number, unit: string): string {
	const scale = scaleFor(unit, high);
	return withUnit(ends(low, high, scale), scale.unit);
}

/** The same in two digits and without the unit, for a narrow column whose head carries it: `17–33`. */
export function briefRange(low: number, high: number, scale: Scale): string {
	return ends(low, high, scale, narrowDigits);
}

/** A value with its interval and unit: `12.3 [11.9, 12.8] ms`. */
export function interval(value: number, ci: Interval | undefined, unit: string): string {
	const scale = scaleFor(unit, value);
	return withUnit(bracketed(value, ci, scale), scale.unit);
}

/** For narrow places: half the interval behind a ±. */
export function plusMinus(value: number, ci: Interval | undefined, scale: Scale): string {
	const half = ci === undefined ? [] : [(ci[1] - ci[0]) / 2];
	const [middle = absent, spread] = figures(
		[value, ...half].map((part) => part / scale.factor),
		scale.unit,
	);
	return spread === undefined ? middle : `${middle} ±${spread}`;
}

/** How many times as much, with its interval: `1.80× [1.62, 2.11]`. */
export function ratio(value: number, ci?: Interval): string {
	const [middle = absent, low, high] = figures([value, ...(ci ?? [])], '×');
	if (!Number.isFinite(value)) return absent;
	return `${middle}×${low === undefined ? '' : ` [${low}, ${high}]`}`;
}

/** A stretch of time for people: `9.8 s`, `7 min 12 s`. */
export function duration(ms: number): string {
	if (ms < 1000) return `${Math.max(0, Math.round(ms))}${thin}ms`;
	if (ms < 59_950) return `${(ms / 1000).toFixed(1)}${thin}s`;
	const seconds = Math.round(ms / 1000);
	return `${Math.floor(seconds / 60)}${thin}min ${seconds % 60}${thin}s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerated(names: readonly string[]): string {
	return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `1 trial`, `2 trials`. */
export function counted(n: number, one: string, many = `${one}s`): string {
	return `${tick(n)}${thin}${n === 1 ? one : many}`;
}

/** The text with a capital first letter. */
export function capital(text: string): string {
	// `p50` is a name, not a word.
	return /^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
