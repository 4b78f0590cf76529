import type { GaugeValues, HistoryEvent, ReadingEvent } from '../../model/history.ts';

/** Readings of the target after forced collections: the last before guests began, and the last of all since. */
export class HeldMemory {
	before: ReadingEvent | undefined;
	after: ReadingEvent | undefined;
	#hasBegun = false;

	take(event: HistoryEvent): void {
		if (event.is === 'guest' && event.what === 'began') this.#hasBegun = true;
		if (event.is !== 'reading') return;
		if (this.#hasBegun) this.after = event;
		else this.before = event;
	}

	/** How much more the target holds of it, in KB; not a number where it does not say. */
	grown(of: (values: GaugeValues) => number | undefined): number {
		const [before, after] = [this.before && of(this.before.target), this.after && of(this.after.target)];
		return before === undefined || after === undefined ? Number.NaN : after - before;
	}
}

/** What JavaScript holds in all; undefined where the runtime does not tell. */
export function heapAndExternalKb({ heapUsedKb, externalKb }: GaugeValues): number | undefined {
	return heapUsedKb === undefined || externalKb === undefined ? undefined : heapUsedKb + externalKb;
}
