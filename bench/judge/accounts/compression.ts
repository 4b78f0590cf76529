import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** By how much the time of a trial was compressed, where it was a place that says so. */
export class Compression implements Account {
	#factor: number | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'place') this.#factor = event.factor;
	}

	measures(): Measures {
		return this.#factor === undefined ? {} : measured('timeFactor', this.#factor);
	}
}
