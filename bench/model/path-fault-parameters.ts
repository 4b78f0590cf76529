import { type PathFault, type PathFaultOf, streamEnds } from './path-fault.ts';

/** What a parameter may be. */
export type Parameter = { readonly optional?: true } & (
	| { readonly takes: 'number'; readonly least: number; readonly most: number; readonly whole?: true }
	| { readonly takes: 'one of'; readonly of: readonly (string | number)[] }
	/** Names separated by commas. */
	| { readonly takes: 'names' }
);

type Common = 'kind' | 'stream' | 'toxicity';
type Parameters<F> = { readonly [P in Exclude<keyof F, Common>]-?: Parameter };

/** What a fault is, for lists, and what may be said of it. */
interface Described<F> {
	readonly title: string;
	readonly parameters: Parameters<F>;
	/** Whether it acts on one direction of a connection, which `stream` names. */
	readonly directed?: true;
}

const aDayMs = 86_400_000;
const ms: Parameter = { takes: 'number', least: 0, most: aDayMs };
/** Of a limit: a clock that is over at once would let nothing through. */
const limitMs: Parameter = { takes: 'number', least: 1, most: aDayMs };
const count: Parameter = { takes: 'number', least: 0, most: 1e12, whole: true };
const end: Parameter = { takes: 'one of', of: streamEnds };

/** Every fault of the embedded proxy with its parameters; their meaning stands in `path-fault.ts`. */
export const pathFaultParameters: { readonly [K in PathFault['kind']]: Described<PathFaultOf<K>> } = {
	latency: {
		title: 'every byte is late',
		parameters: { latencyMs: ms, jitterMs: { ...ms, optional: true } },
		directed: true,
	},
	bandwidth: {
		title: 'so many kilobytes pass in a second',
		parameters: { rateKbPerS: { takes: 'number', least: 0.01, most: 1e7 } },
		directed: true,
	},
	slow_close: { title: 'the end of a connection is late', parameters: { delayMs: ms }, directed: true },
	timeout: {
		title: 'nothing passes, and the connection is closed after a time (0: never)',
		parameters: { timeoutMs: ms },
		directed: true,
	},
	reset_peer: { title: 'the connection is reset after a time', parameters: { timeoutMs: ms }, directed: true },
	slicer: {
		title: 'what is sent comes in pieces',
		parameters: {
			averageBytes: { ...count, least: 1 },
			variationBytes: { ...count, optional: true },
			delayUs: { takes: 'number', least: 0, most: 1e9, optional: true },
		},
		directed: true,
	},
	limit_data: { title: 'the connection is closed after so many bytes', parameters: { bytes: count }, directed: true },
	idle_timeout: {
		title: 'a connection without payload for so long ends; 504 before an answer’s head',
		parameters: { idleMs: limitMs, end },
	},
	max_duration: {
		title: 'an exchange ends after so long, whatever flows; 504 before an answer’s head',
		parameters: { maxMs: limitMs, end },
	},
	first_byte_timeout: {
		title: 'an answer whose head is not there in time is given by the proxy',
		parameters: { firstByteMs: limitMs, status: { takes: 'one of', of: [502, 503, 504, 524] } },
	},
	buffering: {
		title: 'answers are held: in blocks of 4 KiB, or until they are whole',
		parameters: { mode: { takes: 'one of', of: ['none', 'fill', 'full'] }, maxBytes: { ...count, optional: true } },
	},
	cut_event: {
		title: 'an event stream is cut in the middle of the event after so many',
		parameters: { afterEvents: count, end },
	},
	strip_headers: {
		title: 'headers that are not passed on',
		parameters: { names: { takes: 'names' } },
		directed: true,
	},
};

export const pathFaultKinds = Object.keys(pathFaultParameters) as readonly PathFault['kind'][];

/** All that may be said of a fault of this kind, by name. */
export function parametersOf(kind: PathFault['kind']): Readonly<Record<string, Parameter>> {
	const { parameters, directed } = pathFaultParameters[kind];
	return {
		...(parameters as Readonly<Record<string, Parameter>>),
		...(directed && { stream: { takes: 'one of', of: ['upstream', 'downstream'], optional: true } as const }),
		toxicity: { takes: 'number', least: 0, most: 1, optional: true },
	};
}

/** What a fault of this kind takes, in one line: `latencyMs=… [jitterMs=…] [stream=upstream|downstream]`. */
export function parametersInWords(kind: PathFault['kind']): string {
	return Object.entries(parametersOf(kind))
		.map(([name, parameter]) => [`${name}=${inWords(parameter)}`, parameter.optional] as const)
		.map(([word, optional]) => (optional ? `[${word}]` : word))
		.join(' ');
}

function inWords(parameter: Parameter): string {
	if (parameter.takes === 'one of') return parameter.of.join('|');
	return parameter.takes === 'names' ? 'name,name' : '…';
}

function isKind(kind: string): kind is PathFault['kind'] {
	return Object.hasOwn(pathFaultParameters, kind);
}

/** Of what may stand on a timeline: what acts on the embedded proxy. */
export function isPathFault<F extends { readonly kind: string }>(fault: F): fault is F & PathFault {
	return isKind(fault.kind);
}

/**
 * Reads a fault as a user writes it: `latency?latencyMs=50&jitterMs=10`.
 * @throws RangeError, one sentence that names what is allowed
 */
export function parsePathFault(text: string): PathFault {
	const [kind = '', query = ''] = text.split('?', 2);
	if (!isKind(kind)) {
		throw new RangeError(`Unknown path fault "${kind}". Known are ${Object.keys(pathFaultParameters).join(', ')}.`);
	}
	const allowed = parametersOf(kind);
	const given = [...new URLSearchParams(query)];
	const values = given.map(([name, value], n) => {
		const parameter = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
		const takes = `${kind} takes ${parametersInWords(kind)}`;
		if (!parameter) throw new RangeError(`"${name}" is no parameter of ${kind}: ${takes}.`);
		if (given.findIndex(([other]) => other === name) < n) {
			throw new RangeError(`"${name}" stands twice in "${text}"; give it once.`);
		}
		return [name, parsed(name, value, parameter)] as const;
	});
	const missing = Object.entries(allowed).find(([name, { optional }]) => !optional && !given.some(([g]) => g === name));
	if (missing) throw new RangeError(`${kind} lacks ${missing[0]}: it takes ${parametersInWords(kind)}.`);
	// The table that was followed is one of this very type.
	return { kind, ...Object.fromEntries(values) } as PathFault;
}

function parsed(name: string, text: string, parameter: Parameter): string | number | readonly string[] {
	if (parameter.takes === 'names') {
		const names = text.split(',').map((each) => each.trim());
		if (names.every((each) => /^[!#$%&'*+.^_`|~\w-]+$/.test(each))) return names;
		throw new RangeError(`${name}=${text}: it takes names of headers, separated by commas.`);
	}
	if (parameter.takes === 'one of') {
		const found = parameter.of.find((each) => String(each) === text);
		if (found !== undefined) return found;
		throw new RangeError(`${name}=${text}: it takes one of ${parameter.of.join(', ')}.`);
	}
	const { least, most, whole = false } = parameter;
	const value = Number(text);
	const isNumber = /^\d+(\.\d+)?$/.test(text) && value >= least && value <= most;
	if (isNumber && (!whole || Number.isInteger(value))) return value;
	throw new RangeError(`${name}=${text}: it takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
}

/** The fault as it is written for `parsePathFault`. */
export function pathFaultWord({ kind, ...parameters }: PathFault): string {
	const words = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
	return words.length === 0 ? kind : `${kind}?${words.join('&')}`;
}
