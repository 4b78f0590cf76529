import { closeSync, openSync, writeFileSync } from 'node:fs';
import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import {
	type CallRecord,
	CallRows,
	callFileEnding,
	callRowBytes,
	writeCallHead,
	writeCallRow,
} from '../model/call-record.ts';
import type { HistogramEvent, HistoryEvent, Phase } from '../model/history.ts';
import type { StepPart } from '../model/swarm.ts';

/** A call may take ten minutes at most before the histogram clips it. */
const maxTrackableUs = 600_000_000;
const flushChars = 64 * 1024;

export function newHistogram(): Histogram {
	return build({
		bitBucketSize: 32,
		lowestDiscernibleValue: 1,
		highestTrackableValue: maxTrackableUs,
		numberOfSignificantValueDigits: 3,
	});
}

/** Rows of calls that are written at once. */
const callRows = 1600;

/**
 * Writes a worker's part of the history and keeps its histograms. Calls, of which there are many, are rows of numbers in a
 * file of their own; all other events are lines of JSON. Both go through a buffer of some 64 KB and are then written
 * synchronously: one system call for hundreds of calls.
 */
export class Recorder {
	readonly #fd: number;
	readonly #callsFd: number;
	readonly #rows = new CallRows(new ArrayBuffer(callRows * callRowBytes));
	/** Rows that were not written yet. */
	#held = 0;
	readonly #latency = newHistogram();
	readonly #service = newHistogram();
	readonly #lag = newHistogram();
	readonly #onFailure: ((error: Error) => void) | undefined;
	/** From the first failure on nothing is written: a history with a hole would mislead. */
	#failed = false;
	#buffer = '';
	/** Arrivals of a step that found the queue full. */
	#droppedInStep = 0;
	callsOk = 0;
	callsNotOk = 0;
	/** Whether calls go into the history; calibration turns it off to learn what it costs. */
	keepsCalls = true;

	/**
	 * @param path of the lines; the calls stand beside it
	 * @param onFailure hears once what the file system says when it cannot be written; absent: whatever writes throws
	 * @throws the file system's error when a file cannot be made
	 */
	constructor(path: string, worker: number, onFailure?: (error: Error) => void) {
		this.#onFailure = onFailure;
		this.#fd = openSync(path, 'a');
		this.#callsFd = openSync(`${path}${callFileEnding}`, 'a');
		writeCallHead(this.#rows, worker);
		this.#held = 1;
	}

	/** `startedUs`: when the generator took the call up, be it to send it or to let it wait for a free session. */
	call(call: CallRecord, startedUs: number): void {
		const isOk = call.outcome.is === 'ok';
		if (isOk) this.callsOk++;
		else this.callsNotOk++;
		if (call.phase === 'measure' || call.phase === 'search') {
			this.#lag.recordValue(bounded(startedUs - call.dueUs));
			if (isOk) {
				this.#latency.recordValue(bounded(call.at - call.dueUs));
				this.#service.recordValue(bounded(call.at - call.sentUs));
			}
		}
		if (!this.keepsCalls) return;
		writeCallRow(this.#rows, this.#held++, call);
		if (this.#held === callRows) this.#flushRows();
	}

	/** How long a push had to wait for others that came before it. */
	pushLag(us: number): void {
		this.#lag.recordValue(bounded(us));
	}

	/** An arrival that nobody took up. */
	dropped(at: number, dueUs: number, phase: Phase): void {
		if (phase === 'search') this.#droppedInStep++;
		this.event({ is: 'dropped', at, phase, dueUs });
	}

	event(event: HistoryEvent): void {
		this.#buffer += `${JSON.stringify(event)}\n`;
		if (this.#buffer.length >= flushChars) this.#flushLines();
	}

	/** Adds the histograms of the measured phase, or of a step of a search, to the history. @returns those that have values */
	histograms(at: number, worker: number, step?: number): { readonly [K in HistogramEvent['of']]?: string } {
		const written: { [K in HistogramEvent['of']]?: string } = {};
		const kept: [HistogramEvent['of'], Histogram][] = [
			['latencyUs', this.#latency],
			['serviceUs', this.#service],
			['lagUs', this.#lag],
		];
		for (const [of, histogram] of kept) {
			if (histogram.totalCount === 0) continue;
			const data = encodeIntoCompressedBase64(histogram);
			written[of] = data;
			this.event({ is: 'histogram', at, worker, of, data, ...(step === undefined ? {} : { step }) });
		}
		return written;
	}

	/** Writes the histograms of a step, forgets them for the next, and returns what the step's verdict needs. */
	endStep(at: number, worker: number, step: number): Omit<StepPart, 'busyShare'> {
		const { latencyUs, lagUs } = this.histograms(at, worker, step);
		for (const histogram of [this.#latency, this.#service, this.#lag]) histogram.reset();
		const dropped = this.#droppedInStep;
		this.#droppedInStep = 0;
		return { dropped, ...(latencyUs === undefined ? {} : { latencyUs }), ...(lagUs === undefined ? {} : { lagUs }) };
	}

	flush(): void {
		this.#flushLines();
		this.#flushRows();
	}

	close(): void {
		this.flush();
		closeSync(this.#fd);
		closeSync(this.#callsFd);
	}

	#flushLines(): void {
		if (this.#buffer === '') return;
		this.#write(this.#fd, this.#buffer);
		this.#buffer = '';
	}

	#flushRows(): void {
		if (this.#held === 0) return;
		this.#write(this.#callsFd, this.#rows.bytes.subarray(0, this.#held * callRowBytes));
		this.#held = 0;
	}

	/** All of it: a disk with little room takes a part without a word, and refuses the rest only when it is asked again. */
	#write(fd: number, data: string | Uint8Array): void {
		if (this.#failed) return;
		try {
			writeFileSync(fd, data);
		} catch (error) {
			// Calls end in timers and sockets, where nobody would catch it.
			if (!this.#onFailure) throw error;
			this.#failed = true;
			this.#onFailure(error as Error);
		}
	}
}

function bounded(us: number): number {
	return Math.min(maxTrackableUs, Math.max(0, us));
}
