import { monotonicUs } from '../clock.ts';

/** A stream that is watched. */
export interface Watched {
	/** When its last byte came, on the machine's clock. */
	readonly heardUs: number;
	/** Nothing came for too long. */
	tooSilent(): void;
}

/** How many times the streams are looked through in the time they may be silent: so late, at most, silence is noticed. */
const looks = 20;
const shortestLookMs = 5;

/** Streams that are given up when nothing comes for so long. One timer for all of them: one each would cost more than the stream. */
export class SilenceWatch {
	readonly #limitUs: number;
	readonly #everyMs: number;
	readonly #streams = new Set<Watched>();
	#timer: NodeJS.Timeout | undefined;
	#lookedUs = 0;

	constructor(limitMs: number) {
		this.#limitUs = limitMs * 1000;
		this.#everyMs = Math.max(shortestLookMs, limitMs / looks);
	}

	add(stream: Watched): void {
		this.#streams.add(stream);
		this.#timer ??= setInterval(() => this.#look(), this.#everyMs).unref();
	}

	remove(stream: Watched): void {
		if (!this.#streams.delete(stream) || this.#streams.size > 0) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#look(): void {
		const nowUs = monotonicUs();
		const sinceUs = nowUs - this.#lookedUs;
		this.#lookedUs = nowUs;
		// After a pause of this process what came meanwhile still waits to be read: only the next look can tell.
		if (sinceUs > 2 * this.#everyMs * 1000) return;
		for (const stream of this.#streams) {
			if (nowUs - stream.heardUs >= this.#limitUs) stream.tooSilent();
		}
	}
}

const watches = new Map<number, SilenceWatch>();

/** The watch of this process for a limit. */
export function silenceWatch(limitMs: number): SilenceWatch {
	let watch = watches.get(limitMs);
	if (!watch) {
		watch = new SilenceWatch(limitMs);
		watches.set(limitMs, watch);
	}
	return watch;
}
