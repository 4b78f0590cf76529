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

/** How many decimals leave about three significant digits of the largest figure that is written. */
function decimalsFor(magnitude: number, unit: string): number {
	// A share such as R² is decided in its third and fourth digit.
	if (unit === '' && magnitude <= 1.5) return 4;
	if (magnitude >= 100) return 0;
	if (magnitude >= 10) return 1;
	return magnitude >= 1 || unit === 'fd' ? 2 : 3;
}

/** Numbers that belong together, all with the decimals that the largest of them needs. */
function figures(values: readonly number[], unit: string): string[] {
	const finite = values.filter(Number.isFinite);
	// Counts that are whole, and a zero of anything but descriptors, would only pretend precision with decimals.
	const whole = unit !== 'fd' && finite.every((value) => value === 0 || (unit === '' && Number.isInteger(value)));
	const decimals = whole ? 0 : decimalsFor(Math.max(0, ...finite.map(Math.abs)), unit);
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

/** How a unit follows a number. */
export function unitSuffix(unit: string): string {
	if (unit === '') return '';
	return unit.startsWith('1/') ? unit.slice(1) : thin + unit;
}

/** A value in the unit that fits it: `812 µs`, `12.3 ms`. */
export function quantity(value: number, unit: string): string {
	const scale = scaleFor(unit, value);
	return figure(value / scale.factor, scale.unit) + unitSuffix(scale.unit);
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

/** A value with its interval and unit: `12.3 [11.9, 12.8] ms`. */
export function interval(value: number, ci: Interval | undefined, unit: string): string {
	const scale = scaleFor(unit, value);
	return bracketed(value, ci, scale) + unitSuffix(scale.unit);
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

/** `1 trial`, `2 trials`. */
export function counted(n: number, one: string, many = `${one}s`): string {
	return `${tick(n)}${thin}${n === 1 ? one : many}`;
}
