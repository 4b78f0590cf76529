import { parseArgs } from 'node:util';
import type { Behaviour } from './answer.ts';
import { delay, exponential, fixed, uniform } from './behaviours/delay.ts';
import { double } from './behaviours/double.ts';
import { drop } from './behaviours/drop.ts';
import { ignore } from './behaviours/ignore.ts';
import { late } from './behaviours/late.ts';
import { leakFds, leakHeap, leakPages } from './behaviours/leak.ts';
import { marks } from './behaviours/marks.ts';
import { slow } from './behaviours/slow.ts';
import { stall } from './behaviours/stall.ts';
import { type Swapped, swap } from './behaviours/swap.ts';
import { work } from './behaviours/work.ts';
import { wrongId } from './behaviours/wrong-id.ts';
import type { SessionLife } from './endpoint.ts';

export interface Flags {
	readonly transport: 'stateless' | 'sse';
	/** 0 lets the system choose. */
	readonly port: number;
	/** Where the report is written at the end; absent: nowhere. */
	readonly report?: string;
	/** Where it is written down which calls ran; absent: nowhere. */
	readonly ledger?: string;
	/** From when instants in the ledger count. */
	readonly ledgerOriginUs: number;
	/** Of `sse`. */
	readonly session: SessionLife;
	/** After a revocation so many further calls are answered, and all others with 401; absent: none of it is noticed. */
	readonly servesAfterRevocation?: number;
	/** In the order in which they are asked. */
	readonly behaviours: readonly Behaviour[];
}

/** A wrong command line; its message is one sentence. */
export class UsageError extends Error {}

const text = { type: 'string' } as const;
const options = {
	transport: text,
	port: text,
	report: text,
	ledger: text,
	'ledger-origin-us': text,
	seed: text,
	/** Delays: the same for all; exponential with this mean; uniform as `from-to`. */
	'delay-ms': text,
	'delay-exponential-ms': text,
	'delay-uniform-ms': text,
	/** Rounds of arithmetic for every call. */
	'work-rounds': text,
	/** After so many calls a drawn delay has had every value once. */
	draws: text,
	'stall-ms': text,
	'stall-every-ms': text,
	/** How many of every `of` calls. */
	of: text,
	drop: text,
	double: text,
	ignore: text,
	late: text,
	'late-ms': text,
	swap: text,
	'wrong-id': text,
	/** `results` or `messages`. */
	swapped: text,
	'leak-heap-kb': text,
	'leak-pages-kb': text,
	'leak-fds': text,
	/** Of `sse`: what a session keeps, and how long it outlives its stream: ms, or `never`. */
	'session-kb': text,
	'forget-after-ms': text,
	'slow-head-ms': text,
	'slow-body-ms': text,
	'serves-after-revocation': text,
	/** What the harness tells a server that asks for tokens; this one asks nobody. */
	auth: text,
	'auth-at': text,
	'auth-streams': text,
} as const;

type Name = keyof typeof options;
type Values = { readonly [K in Name]?: string | undefined };

/** @throws UsageError */
export function parseFlags(args: readonly string[]): Flags {
	let values: Values;
	try {
		values = parseArgs({ args: [...args], options, strict: true }).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
	const { transport = 'stateless', report, ledger } = values;
	if (transport !== 'stateless' && transport !== 'sse') {
		throw new UsageError(`--transport ${transport} is not known; it is stateless or sse.`);
	}
	return {
		transport,
		port: number(values, 'port', 0),
		...(report === undefined ? {} : { report }),
		...(ledger === undefined ? {} : { ledger }),
		ledgerOriginUs: number(values, 'ledger-origin-us', 0),
		session: {
			kb: number(values, 'session-kb', 0),
			forgetAfterMs: values['forget-after-ms'] === 'never' ? 'never' : number(values, 'forget-after-ms', 0),
		},
		...(values['serves-after-revocation'] !== undefined && {
			servesAfterRevocation: number(values, 'serves-after-revocation', 0),
		}),
		behaviours: [...marked(values), ...timed(values), ...leaks(values)],
	};
}

function number(values: Values, name: Name, otherwise: number): number {
	const given = values[name];
	const value = given === undefined ? otherwise : Number(given);
	if (given === '' || !Number.isFinite(value) || value < 0) {
		throw new UsageError(`--${name} ${given} is not a number of at least 0.`);
	}
	return value;
}

/** A behaviour where its flag is given and above 0. */
function where(values: Values, name: Name, make: (value: number) => Behaviour): readonly Behaviour[] {
	const value = number(values, name, 0);
	return value > 0 ? [make(value)] : [];
}

function timed(values: Values): readonly Behaviour[] {
	const seed = number(values, 'seed', 1);
	const draws = number(values, 'draws', 1000);
	const [from = Number.NaN, to = Number.NaN] = (values['delay-uniform-ms'] ?? '0-0').split('-').map(Number);
	if (!(from <= to)) throw new UsageError('--delay-uniform-ms takes two numbers: 5-35.');
	const everyMs = number(values, 'stall-every-ms', 10_000);
	if (number(values, 'stall-ms', 0) > everyMs) throw new UsageError('--stall-ms is longer than --stall-every-ms.');
	return [
		...where(values, 'work-rounds', (rounds) => work(rounds)),
		...where(values, 'delay-ms', (ms) => delay(fixed(ms * 1000), 1, seed)),
		...where(values, 'delay-exponential-ms', (ms) => delay(exponential(ms * 1000), draws, seed)),
		...(to > 0 ? [delay(uniform(from * 1000, to * 1000), draws, seed)] : []),
		...where(values, 'slow-head-ms', (ms) => slow('head', ms * 1000)),
		...where(values, 'slow-body-ms', (ms) => slow('body', ms * 1000)),
		...where(values, 'stall-ms', (ms) => stall(ms, everyMs)),
	];
}

/** Before the delays: a swapped pair waits for its later call, and then both are as late as any other. */
function marked(values: Values): readonly Behaviour[] {
	const of = number(values, 'of', 100);
	const shares = {
		drop: number(values, 'drop', 0),
		double: number(values, 'double', 0),
		swap: number(values, 'swap', 0),
		'wrong-id': number(values, 'wrong-id', 0),
		ignore: number(values, 'ignore', 0),
		late: number(values, 'late', 0),
	};
	const sum = Object.values(shares).reduce((a, b) => a + b, 0);
	if (sum === 0) return [];
	if (sum > of) throw new UsageError(`The shares of ${Object.keys(shares).join(', ')} together exceed --of ${of}.`);
	if (shares.swap % 2 !== 0) throw new UsageError('--swap must be even: a swap takes two calls.');
	const { swapped = 'results' } = values;
	if (swapped !== 'results' && swapped !== 'messages') throw new UsageError('--swapped is results or messages.');
	return markedBehaviours(values, shares, of, swapped);
}

type MarkName = 'drop' | 'double' | 'swap' | 'wrong-id' | 'ignore' | 'late';

function markedBehaviours(
	values: Values,
	shares: Readonly<Record<MarkName, number>>,
	of: number,
	swapped: Swapped,
): readonly Behaviour[] {
	const markOf = marks(shares, of, number(values, 'seed', 1));
	// Drawn once per call, though several behaviours ask.
	let asked = -1;
	let mark: MarkName | undefined;
	const is = (name: MarkName) => (call: number) => {
		if (call !== asked) mark = markOf(call);
		asked = call;
		return mark === name;
	};
	return [
		ignore(is('ignore')),
		drop(is('drop')),
		double(is('double')),
		wrongId(is('wrong-id')),
		late(is('late'), number(values, 'late-ms', 1000) * 1000),
		swap(is('swap'), swapped),
	];
}

function leaks(values: Values): readonly Behaviour[] {
	return [
		...where(values, 'leak-heap-kb', (kb) => leakHeap(kb)),
		...where(values, 'leak-pages-kb', (kb) => leakPages(kb)),
		...where(values, 'leak-fds', (fds) => leakFds(fds)),
	];
}
