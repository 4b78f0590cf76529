import { parseTimeUs, timeUnits, timeUnitWords } from './duration-word.ts';
import type { Estimate } from './finding.ts';
import { type MeasureName, measures } from './measures.ts';
import { nearest } from './nearest.ts';

/** A limit whose passing makes the command fail. */
export interface Gate {
	/** As it was given, in one form. */
	readonly word: string;
	readonly scenario: string;
	/** Absent: every case. */
	readonly case?: string;
	readonly measure: MeasureName;
	/** Absent: every target. */
	readonly target?: string;
	/** Which side of the limit fails. */
	readonly fails: 'above' | 'below';
	readonly limit: Limit;
}

/** `relative`: to the other run, as a ratio. `absolute`: in the unit of the measure. */
export type Limit = { readonly is: 'relative' | 'absolute'; readonly value: number };

/**
 * `open`: the interval holds the limit, so that the figures do not decide. `void`: there was nothing to check. `skipped`: what it is about was not
 * asked for in this run.
 */
export type GateState = 'broken' | 'held' | 'open' | 'void' | 'skipped';

/** What became of a gate at one place. */
export interface GateResult {
	readonly gate: string;
	readonly state: GateState;
	/** Given, measured, limit and next step, for people. */
	readonly sentence: string;
	readonly scenario: string;
	readonly case?: string;
	readonly measure: MeasureName;
	/** Absent where it is void or skipped as a whole. */
	readonly target?: string;
	readonly limit: Limit;
	readonly a?: Estimate;
	readonly b?: Estimate;
	/** B ÷ A, of a relative one, with its 95 % interval. */
	readonly ratio?: number;
	readonly ci?: readonly [low: number, high: number];
}

const form =
	'scenario[.case].measure[@target] > limit, such as steady-calls.p99Us > 1.10x or restart.recovery99Ms@sse > 2s';

/**
 * Reads `steady-calls.p99Us > 1.10x`, `restart.crash-502.callsFailed@stateless > 0`, `capacity.capacityPerS < 500/s`.
 * @throws Error with one sentence that says what is allowed
 */
export function parseGate(text: string): Gate {
	const [, path = '', target, sign, limit = ''] =
		/^\s*([^\s<>@]+)(?:@([^\s<>]+))?\s*([<>])\s*(\S+)\s*$/.exec(text) ?? [];
	const names = path.split('.');
	const [scenario = '', name = ''] = [names.at(0), names.at(-1)];
	if (sign === undefined || names.length < 2 || names.includes('')) throw new Error(`It takes ${form}.`);
	const inCase = names.slice(1, -1).join('.');
	const measure = measureNamed(name);
	return {
		word: `${path}${target === undefined ? '' : `@${target}`} ${sign} ${limit}`,
		...{ scenario, measure },
		...(inCase !== '' && { case: inCase }),
		...(target !== undefined && { target }),
		fails: sign === '>' ? 'above' : 'below',
		limit: parseLimit(limit, measure),
	};
}

/** @throws Error naming the nearest names */
export function measureNamed(name: string): MeasureName {
	if (Object.hasOwn(measures, name)) return name as MeasureName;
	throw new Error(`There is no measure "${name}"; near are ${nearest(name, Object.keys(measures), 5).join(', ')}.`);
}

const sizes: Readonly<Record<string, number>> = { KB: 1, MB: 1024, GB: 1024 ** 2 };

/** What may follow a number, and by what it is multiplied to be in the unit of a measure. */
function factors(unit: string): Readonly<Record<string, number>> {
	const own = sizes[unit];
	if (own !== undefined) return Object.fromEntries(Object.entries(sizes).map(([word, of]) => [word, of / own]));
	// `%` must stand there; a count, a rate or a price may stand alone.
	return unit === '%' ? { '%': 1 } : { '': 1, ...(unit !== '' && { [unit.replace(/^1/, '')]: 1 }) };
}

function parseLimit(text: string, measure: MeasureName): Limit {
	const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)(\D*)$/.exec(text) ?? [];
	const value = Number(digits);
	if (digits !== '' && (suffix === 'x' || suffix === '×')) {
		if (value > 0) return { is: 'relative', value };
		throw new Error('A ratio is above 0, such as 1.10x.');
	}
	const { unit } = measures[measure];
	const own = timeUnits[unit];
	const allowed = own === undefined ? factors(unit) : {};
	const factor = Object.hasOwn(allowed, suffix) ? allowed[suffix] : undefined;
	const read = own === undefined ? value * (factor ?? Number.NaN) : (parseTimeUs(text) ?? Number.NaN) / own;
	if (digits !== '' && Number.isFinite(read)) return { is: 'absolute', value: read };
	const examples = (own === undefined ? Object.keys(allowed) : timeUnitWords).map((word) => `20${word}`);
	throw new Error(`"${text}" is no limit of ${measure}: give a ratio such as 1.10x, or ${examples.join(', ')}.`);
}

/** The gate that an objective of the config file stands for, on one side. @throws Error as `parseGate` */
export function gateOf(place: string, target: string | undefined, sign: '<' | '>', limit: string | number): Gate {
	return parseGate(`${place}${target === undefined ? '' : `@${target}`} ${sign} ${limit}`);
}
