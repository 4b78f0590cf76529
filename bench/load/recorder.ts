import { closeSync, openSync, writeSync } from 'node:fs';
import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { CallEvent, HistogramEvent, HistoryEvent } from '../model/history.ts';

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

/**
 * Writes a worker's part of the history and keeps its histograms. Events are lines of JSON in a buffer that is written
 * synchronously every 64 KB: one system call for some 400 calls.
 */
export class Recorder {
	readonly #fd: number;
	readonly #latency = newHistogram();
	readonly #service = newHistogram();
	readonly #lag = newHistogram();
	#buffer = '';
	callsOk = 0;
	callsNotOk = 0;

	/** @throws the file system's error when the file cannot be made */
	constructor(path: string) {
		this.#fd = openSync(path, 'a');
	}

	/** `startedUs`: when the generator took the call up, be it to send it or to let it wait for a free session. */
	call(call: CallEvent, startedUs: number): void {
		if (call.outcome.is === 'ok') this.callsOk++;
		else this.callsNotOk++;
		if (call.phase === 'measure') {
			this.#lag.recordValue(bounded(startedUs - call.dueUs));
			if (call.outcome.is === 'ok') {
				this.#latency.recordValue(bounded(call.at - call.dueUs));
				this.#service.recordValue(bounded(call.at - call.sentUs));
			}
		}
		this.event(call);
	}

	event(event: HistoryEvent): void {
		this.#buffer += `${JSON.stringify(event)}\n`;
		if (this.#buffer.length >= flushChars) this.flush();
	}

	/** Adds the histograms of the measured phase to the history. */
	histograms(at: number, worker: number): void {
		const kept: [HistogramEvent['of'], Histogram][] = [
			['latencyUs', this.#latency],
			['serviceUs', this.#service],
			['lagUs', this.#lag],
		];
		for (const [of, histogram] of kept) {
			if (histogram.totalCount === 0) continue;
			this.event({ is: 'histogram', at, worker, of, data: encodeIntoCompressedBase64(histogram) });
		}
	}

	flush(): void {
		if (this.#buffer === '') return;
		writeSync(this.#fd, this.#buffer);
		this.#buffer = '';
	}

	close(): void {
		this.flush();
		closeSync(this.#fd);
	}
}

function bounded(us: number): number {
	return Math.min(maxTrackableUs, Math.max(0, us));
}
