import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { RanEvent } from '../../model/ledger.ts';
import type { Outcome } from '../../model/session.ts';

/**
 * What the history knows of a call is one byte, whoever tells it first: how often servers finished it (2 bits), how often they
 * began it (2 bits), and what its client saw (3 bits).
 */
const doneStep = 1;
const begunStep = 4;
const counterMask = 3;
const seen = { nothing: 0, answered: 1, wrong: 2, failed: 3, cut: 4 } as const;
const seenStep = 16;

/** More workers, or calls of one worker, no trial has: a text that looks like such an id is none. */
const mostWorkers = 4096;
const mostCalls = 2 ** 26;
const firstBytes = 4096;

/** How many calls of the measured phase ended how. Every call is in one of the first five, or among the unsettled. */
export interface CallCounts {
	readonly answered: number;
	/** The answer was another's, or an error of the tool. */
	readonly wrong: number;
	/** It failed for sure, and no server began it. */
	readonly notRun: number;
	/** It was cut off or timed out, and no server began it. */
	readonly neverArrived: number;
	/** Servers began it at least, and its client got no answer. */
	readonly unanswered: number;
	/** Of the unanswered, those that no server finished. */
	readonly cutShort: number;
	/** Of all, those that servers began, or ran, more than once. */
	readonly runTwice: number;
	/** Of the answered, those that the ledger does not hold: then it is none to be trusted. */
	readonly unwritten: number;
}

/** Joins what clients saw of their calls with what servers wrote down, in any order. */
export class CallFates {
	/** By worker, then by the number of the call. */
	readonly #bytes: Uint8Array[] = [];
	/** Whether a server wrote anything down. */
	hasLedger = false;
	/** Calls of the measured phase. */
	calls = 0;
	/** Those whose outcome their clients do not know. */
	unknown = 0;

	take(event: HistoryEvent): void {
		if (event.is === 'ran') this.#ran(event);
		else if (event.is === 'tick') this.hasLedger = true;
		else if (event.is === 'call' && event.phase === 'measure') this.#call(event);
	}

	/** What became of them, with a ledger; without one only the clients' word is known. */
	counts(): CallCounts {
		const counts = { answered: 0, wrong: 0, notRun: 0, neverArrived: 0, unanswered: 0 };
		let [cutShort, runTwice, unwritten] = [0, 0, 0];
		for (const bytes of this.#bytes) {
			for (const byte of bytes ?? []) {
				const saw = Math.floor(byte / seenStep);
				if (saw === seen.nothing) continue;
				const done = byte & counterMask;
				const runs = Math.max(done, (byte / begunStep) & counterMask);
				counts[classOf(saw, runs > 0)]++;
				if (saw >= seen.failed && runs > 0 && done === 0) cutShort++;
				if (runs > 1) runTwice++;
				if (saw === seen.answered && runs === 0) unwritten++;
			}
		}
		return { ...counts, cutShort, runTwice, unwritten };
	}

	#ran({ callId, stage }: RanEvent): void {
		this.hasLedger = true;
		if (stage === 'stopped') return;
		const step = stage === 'done' ? doneStep : begunStep;
		this.#change(callId, (byte) => (((byte / step) & counterMask) < 2 ? byte + step : byte));
	}

	#call({ callId, outcome }: CallEvent): void {
		this.calls++;
		if (outcome.is === 'unknown') this.unknown++;
		this.#change(callId, (byte) => (byte % seenStep) + seenOf(outcome) * seenStep);
	}

	#change(callId: string, change: (byte: number) => number): void {
		const dash = callId.indexOf('-');
		const worker = Number(callId.slice(0, dash));
		const seq = Number(callId.slice(dash + 1));
		const isId = dash > 0 && Number.isInteger(worker) && Number.isInteger(seq) && worker >= 0 && seq >= 0;
		if (!isId || worker >= mostWorkers || seq >= mostCalls) return;
		let bytes = this.#bytes[worker];
		if (bytes === undefined || seq >= bytes.length) {
			const grown = new Uint8Array(Math.max(firstBytes, 2 * (bytes?.length ?? 0), seq + 1));
			if (bytes) grown.set(bytes);
			bytes = grown;
			this.#bytes[worker] = bytes;
		}
		bytes[seq] = change(bytes[seq] as number);
	}
}

function seenOf(outcome: Outcome): number {
	if (outcome.is === 'ok') return seen.answered;
	if (outcome.why === 'wrong-answer' || outcome.why === 'rpc-error') return seen.wrong;
	return outcome.is === 'failed' ? seen.failed : seen.cut;
}

function classOf(saw: number, ran: boolean): 'answered' | 'wrong' | 'notRun' | 'neverArrived' | 'unanswered' {
	if (saw === seen.answered) return 'answered';
	if (saw === seen.wrong) return 'wrong';
	if (ran) return 'unanswered';
	return saw === seen.failed ? 'notRun' : 'neverArrived';
}
