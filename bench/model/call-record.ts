import type { CallEvent, Phase } from './history.ts';
import { type Failure, ok, outcomeOf } from './session.ts';

/** A call as a worker keeps it: as `CallEvent`, but with the number of the call within its worker in place of its id. */
export type CallRecord = Omit<CallEvent, 'is' | 'callId'> & { readonly seq: number };

/**
 * A call in the worker's own file is a row of 40 bytes, because writing text costs more than the rest of recording it: one
 * double for the instant at which the outcome was known, and eight unsigned integers of 32 bits. The other instants are kept
 * as their distance before it, which ends at 71 minutes. The files live on one machine for the length of a trial; the saved
 * history is text again. Row 0 of a file is its head.
 */
export const callRowBytes = 40;
const rowWords = callRowBytes / 4;

/** Rows in memory, seen as the two kinds of numbers that they hold. */
export class CallRows {
	readonly bytes: Uint8Array;
	readonly doubles: Float64Array;
	readonly words: Uint32Array;

	/** @param buffer whole rows */
	constructor(buffer: ArrayBuffer) {
		this.bytes = new Uint8Array(buffer);
		this.doubles = new Float64Array(buffer);
		this.words = new Uint32Array(buffer);
	}

	get length(): number {
		return this.bytes.length / callRowBytes;
	}
}

/** The name that a worker's file of calls ends in. */
export const callFileEnding = '.calls';

const phases: readonly Phase[] = ['start', 'open', 'warm', 'measure', 'search', 'drain', 'stop'];
const answered = 'ok';
/** Every outcome has one word: whether a failure is certain follows from its reason. */
const outcomes: readonly (Failure | typeof answered)[] = [
	answered,
	'refused',
	'connect-timeout',
	'reset',
	'closed',
	'timeout',
	'no-session',
	'session-unknown',
	'http-status',
	'rpc-error',
	'wrong-answer',
	'aborted',
	'no-ports',
	'protocol',
	'ended',
	'silent',
];
const outcomeCodes = new Map(outcomes.map((word, code) => [word, code]));
const phaseCodes = new Map(phases.map((phase, code) => [phase, code]));
/** One word holds three numbers: the outcome, the phase counted from 1, and the HTTP status, which is 0 where there is none. */
const perPhase = 256;
const perStatus = 65_536;

/** Marks a file of calls, and the version of its rows. */
const magic = 0x6d_63_70_03;
/** An instant that is not known. */
const never = 0xffff_ffff;
const longest = never - 1;

/** Row 0: which worker's calls these are. */
export function writeCallHead({ words }: CallRows, worker: number): void {
	words.fill(0, 0, rowWords);
	words[0] = magic;
	words[1] = worker;
}

/** @returns the worker whose calls the file holds, or undefined where it is no such file */
export function readCallHead({ words }: CallRows): number | undefined {
	return words[0] === magic ? words[1] : undefined;
}

export function writeCallRow({ doubles, words }: CallRows, row: number, call: CallRecord): void {
	const { at, outcome, firstByteUs } = call;
	const word = row * rowWords;
	doubles[word / 2] = at;
	words[word + 2] = Math.min(longest, at - call.dueUs);
	words[word + 3] = Math.min(longest, at - call.sentUs);
	words[word + 4] = firstByteUs === undefined ? never : Math.min(longest, at - firstByteUs);
	words[word + 5] = call.seq;
	words[word + 6] = call.session;
	words[word + 7] =
		(call.status ?? 0) * perStatus +
		((phaseCodes.get(call.phase) ?? 0) + 1) * perPhase +
		(outcome.is === 'ok' ? 0 : (outcomeCodes.get(outcome.why) ?? 0));
	words[word + 8] = call.bytesIn;
	words[word + 9] = call.bytesOut;
}

/** The event that a row stands for; undefined where it holds none, as after a crash of the machine. */
export function readCallRow({ doubles, words }: CallRows, row: number, worker: number): CallEvent | undefined {
	const from = row * rowWords;
	const word = (n: number): number => words[from + n] as number;
	const at = doubles[from / 2] as number;
	const code = word(7);
	const said = outcomes[code % perPhase];
	const phase = phases[Math.floor((code % perStatus) / perPhase) - 1];
	const status = Math.floor(code / perStatus);
	if (said === undefined || phase === undefined) return undefined;
	return {
		is: 'call',
		at,
		callId: `${worker}-${word(5)}`,
		session: word(6),
		phase,
		dueUs: at - word(2),
		sentUs: at - word(3),
		...(word(4) === never ? {} : { firstByteUs: at - word(4) }),
		outcome: said === answered ? ok : outcomeOf(said),
		...(status === 0 ? {} : { status }),
		bytesIn: word(8),
		bytesOut: word(9),
	};
}
