import type { HistoryEvent } from './history.ts';

/**
 * What a line of a history must be before anybody counts with it. JSON also parses what this program never wrote: a number beyond all
 * numbers, a word where a number belongs, half an event. One such value turns figures into nonsense, or a loop over time endless.
 */

type Check = (value: unknown) => boolean;

/** Of one kind of event, field by field; the compiler asks for each of them. */
type Shape<E> = { readonly [F in Exclude<keyof E, 'is' | 'at' | 'what'>]-?: Check };
/** Of a kind that has kinds of its own, by their name. */
type Shapes<E> = E extends { readonly what: infer W extends string }
	? { readonly [K in W]: Shape<Extract<E, { readonly what: K }>> }
	: never;
type Event<K extends HistoryEvent['is']> = Extract<HistoryEvent, { readonly is: K }>;
type Divided = 'browser' | 'observed' | 'guest';

/** No trial lasts twelve days; whoever counts buckets of time up to an instant must come to an end. */
const longestUs = 1e12;

const number: Check = (value) => typeof value === 'number' && Math.abs(value) <= Number.MAX_VALUE;
const instant: Check = (value) => typeof value === 'number' && Math.abs(value) <= longestUs;
const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const textOrNumber: Check = (value) => text(value) || number(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const maybe =
	(check: Check): Check =>
	(value) =>
		value === undefined || check(value);
const listOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);
const objectOf =
	(fields: Readonly<Record<string, Check>>): Check =>
	(value) =>
		isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const oneOf =
	(words: Readonly<Record<string, true>>): Check =>
	(value) =>
		typeof value === 'string' && Object.hasOwn(words, value);
/** A figure that was worked out; one that could not be is null in JSON. */
const figure: Check = (value) => value === null || number(value);
const figures: Check = (value) => isObject(value) && Object.values(value).every(figure);

const outcomes: Readonly<Record<Event<'call'>['outcome']['is'], true>> = { ok: true, failed: true, unknown: true };
const outcome: Check = (value) => isObject(value) && oneOf(outcomes)(value.is) && maybe(text)(value.why);
const histograms: Readonly<Record<Event<'histogram'>['of'], true>> = { latencyUs: true, serviceUs: true, lagUs: true };
const ends: Readonly<Record<Extract<Event<'observed'>, { what: 'call' }>['ended'], true>> = {
	...{ ok: true, failed: true, hangs: true },
};

const figuresOfCollections = { count: number, major: number, totalUs: number, maxUs: number, longest: maybe(text) };
const told = { error: maybe(text), httpStatus: maybe(number) };
const seen = objectOf({ arrived: number, otherAnswered: flag });

const shapes: { readonly [K in Exclude<HistoryEvent['is'], Divided>]: Shape<Event<K>> } = {
	call: {
		...{ callId: text, session: number, phase: text, dueUs: instant, sentUs: instant, firstByteUs: maybe(instant) },
		...{ outcome, status: maybe(number), bytesIn: number, bytesOut: number },
	},
	resent: { callId: text, session: number },
	dropped: { phase: text, dueUs: instant },
	session: { session: number, change: text, why: maybe(text), status: maybe(number), initialized: maybe(flag) },
	connect: { session: number, ok: flag },
	push: { session: number, method: text, key: maybe(text), number: maybe(number), polled: maybe(flag) },
	stray: { session: number, kind: maybe(text) },
	closing: { session: number },
	phase: { phase: text },
	fault: { fault: objectOf({ kind: text }), change: text, healingUs: maybe(instant) },
	process: {
		...{ role: text, pid: number, change: text, cpus: maybe(text), places: maybe(listOf(number)), exit: maybe(text) },
	},
	gauge: { role: text, pid: number, values: figures },
	reading: {
		...{ sessions: number, state: text, opened: maybe(number), openMs: maybe(figure) },
		...{ target: figures, swarm: figures, machine: figures },
	},
	histogram: { worker: number, of: oneOf(histograms), data: text, step: maybe(number) },
	generator: {
		...{ role: text, pid: number, worker: maybe(number), queuedPeak: maybe(number), spanUs: number, cpuUs: number },
		...{ spunUs: maybe(number), emptyTurnUs: maybe(number), waitedUs: maybe(number) },
		...{ loopDelayP99Us: figure, loopDelayMaxUs: figure, gc: objectOf(figuresOfCollections) },
	},
	ran: { pid: number, callId: text, stage: text },
	emitted: { pid: number, key: text, number },
	tick: { pid: number, number, to: maybe(number), chosen: maybe(flag) },
	sent: { pid: number, number, toUs: instant, bookUs: number },
	tokens: { place: number, change: text, count: number },
	cut: { place: number, by: text, end: textOrNumber, lastedMs: number, idleMs: number },
	place: {
		...{ place: number, factor: number, sessions: number, callers: maybe(number), slow: maybe(flag), stream: flag },
		limitsMs: maybe(listOf(number)),
	},
	listen: { sessions: number, pollMs: maybe(number) },
	pushes: { change: text },
	'cpu-use': { spanUs: number, cpus: number, ownUs: number, othersUs: number, idleUs: number },
	traffic: { worker: number, bytesIn: number, bytesOut: number, hurried: maybe(number) },
	invocation: {
		...{ askedUs: instant, fromUs: instant, platform: text, factor: number, pid: number, coldStartMs: maybe(number) },
		...{ held: flag, end: text, status: maybe(number), clientLeftUs: maybe(instant) },
	},
	search: {
		...{ of: text, objective: objectOf({ p99Us: number, errorShare: number }) },
		bounds: objectOf({ from: number, most: number, resolution: number, mostSteps: number, whole: flag }),
	},
	step: {
		...{ step: number, level: number, fromUs: instant, toUs: instant, open: number, busyShare: figure },
		waitShare: maybe(figure),
	},
	ceiling: {
		...{ connections: number, forUs: number, ok: number, otherStatuses: figures, errors: number },
		...{ clientCpuShare: figure, targetCpuShare: maybe(figure) },
	},
	vanished: { wave: number, way: text, clients: number },
	'vanish-reading': {
		...{ wave: number, moment: text, gone: number, isWhole: flag, isEnd: maybe(flag) },
		...{ target: figures, fds: maybe(figure) },
	},
	'checkpoint-begun': {},
	checkpoint: {
		...{ number, sessions: number, gone: number, target: figures, fds: maybe(figure) },
		...{ swarmKb: maybe(figure), harnessKb: maybe(figure) },
	},
};

const dividedShapes: { readonly [K in Divided]: Shapes<Event<K>> } = {
	browser: {
		programs: { chromium: text, nginx: maybe(text), haproxy: maybe(text) },
		'left-out': { because: text },
		header: { client: text, header: text, requests: number, received: number },
		tokens: { approach: text, place: text, count: number },
		ticket: { use: number, status: number },
		cookies: {
			...{ page: text, client: text, credentials: flag, cors: flag, received: maybe(listOf(text)) },
			...{ noneBlocked: maybe(text), readable: flag },
		},
		crowd: {
			...{ client: text, asked: number, arrived: number, watchedMs: number, otherAnswered: flag },
			...{ afterOne: seen, afterTwo: seen },
		},
		basics: {
			...{ reconnects: number, withLastEventId: number, postsTried: number, postsReceived: number },
			...{ statusByEventSource: flag, statusByFetch: flag, retriesAfterError: flag },
		},
		picture: { title: text, caption: text, type: text, base64: text },
	},
	observed: {
		library: { library: text, package: text, version: text, callTimeoutMs: number, behind: flag },
		call: { client: text, sentUs: instant, ended: oneOf(ends), ...told },
		heard: { client: text, api: text, ...told },
		remedy: { remedy: text, beganUs: instant, ended: oneOf(ends), ...told },
	},
	guest: {
		began: { kind: text, clients: number, pushBytes: maybe(number) },
		ended: {},
		stalled: { guest: number, key: maybe(text) },
		asked: { guest: number, bytes: number, why: maybe(text) },
		answer: { bytes: number, sentUs: instant, why: maybe(text) },
		work: {
			...{ callId: text, way: text, forMs: number, sentUs: instant, gaveUpUs: maybe(instant) },
			...{ refused: maybe(flag), progress: number, steps: number, end: text },
		},
	},
};

type Fields = readonly (readonly [name: string, check: Check])[];

/** By kind, or by kind and kind of its own, as pairs: a history may have millions of lines. */
const fields: ReadonlyMap<string, Fields> = new Map<string, Fields>([
	...Object.entries(shapes).map(([kind, shape]) => [kind, Object.entries<Check>(shape)] as const),
	...Object.entries(dividedShapes).flatMap(([kind, each]) =>
		Object.entries(each).map(([what, shape]) => [`${kind} ${what}`, Object.entries<Check>(shape)] as const),
	),
]);

function isDivided(kind: string): kind is Divided {
	return Object.hasOwn(dividedShapes, kind);
}

/**
 * What is wrong with a line that JSON could parse, in words for a sentence; undefined: nothing. Kinds of event that this version
 * does not know are another version's, and nobody reads them.
 */
export function whyNoEvent(value: unknown): string | undefined {
	if (!isObject(value) || typeof value.is !== 'string') return 'is no event';
	const { is: kind, at, what } = value;
	if (!instant(at)) return 'has no usable "at"';
	const shape = fields.get(isDivided(kind) ? `${kind} ${String(what)}` : kind) ?? [];
	for (const [name, check] of shape) if (!check(value[name])) return `has no usable "${name}"`;
	return undefined;
}
