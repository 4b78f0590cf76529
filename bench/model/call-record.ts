import type { CallEvent, Phase } from './history.ts';
import { type Failure, ok, outcomeOf } from './session.ts';

/** A call as a worker keeps it: as `CallEvent`, but with the number of the call within its worker in place of its id. */
export type CallRecord = Omit<CallEvent, 'is' | 'callId'> & { readonly seq: number };

/**
 * A call in the worker's own file is a row of doubles, because writing text costs more than the rest of recording it: ten
 * stores instead of 0.7 µs. The files live on one machine for the length of a trial; the saved history is text again.
 * Row 0 of a file is its head.
 */
export const callRowLength = 10;
export const callRowBytes = callRowLength * 8;

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
];
const outcomeCodes = new Map(outcomes.map((word, code) => [word, code]));
const phaseCodes = new Map(phases.map((phase, code) => [phase, code]));

/** Marks a file of calls, and the version of its rows. */
const magic = 0x6d_63_70_01;

/** Row 0: which worker's calls these are. */
export function writeCallHead(into: Float64Array, worker: number): void {
	into.fill(0, 0, callRowLength);
	into[0] = magic;
	into[1] = worker;
}

/** @returns the worker whose calls the file holds, or undefined where it is no such file */
export function readCallHead(rows: Float64Array): number | undefined {
	return rows[0] === magic ? rows[1] : undefined;
}

/** Writes a call at row `at / callRowLength`; `at` counts doubles. */
export function writeCallRow(into: Float64Array, at: number, call: CallRecord): void {
	const { outcome } = call;
	into[at] = call.at;
	into[at + 1] = call.seq;
	into[at + 2] = call.session;
	into[at + 3] = call.dueUs;
	into[at + 4] = call.sentUs;
	into[at + 5] = call.firstByteUs ?? Number.NaN;
	into[at + 6] = phaseCodes.get(call.phase) ?? 0;
	into[at + 7] = outcome.is === 'ok' ? 0 : (outcomeCodes.get(outcome.why) ?? 0);
	into[at + 8] = call.bytesIn;
	into[at + 9] = call.bytesOut;
}

/** The event that a row stands for. */
export function readCallRow(rows: Float64Array, at: number, worker: number): CallEvent {
	const field = (n: number): number => rows[at + n] as number;
	const word = outcomes[field(7)];
	const firstByteUs = field(5);
	return {
		is: 'call',
		at: field(0),
		callId: `${worker}-${field(1)}`,
		session: field(2),
		phase: phases[field(6)] as Phase,
		dueUs: field(3),
		sentUs: field(4),
		...(Number.isNaN(firstByteUs) ? {} : { firstByteUs }),
		outcome: word === undefined || word === answered ? ok : outcomeOf(word),
		bytesIn: field(8),
		bytesOut: field(9),
	};
}
