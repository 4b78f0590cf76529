import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** What became of the calls of the measured phase, and how often sessions were lost and opened again. */
export class Outcomes implements Account {
	#ok = 0;
	#failed = 0;
	#unknown = 0;
	#dropped = 0;
	#lost = 0;
	#reopened = 0;
	#initializedAgain = 0;
	#measuredFromUs: number | undefined;
	#measuredToUs: number | undefined;
	#calls = false;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'phase':
				if (event.phase === 'measure') this.#measuredFromUs = event.at;
				if (event.phase === 'drain') this.#measuredToUs = event.at;
				return;
			case 'call':
				if (event.phase !== 'measure') return;
				this.#calls = true;
				if (event.outcome.is === 'ok') this.#ok++;
				else if (event.outcome.is === 'failed') this.#failed++;
				else this.#unknown++;
				return;
			case 'dropped':
				if (event.phase !== 'measure') return;
				this.#calls = true;
				this.#dropped++;
				return;
			case 'session':
				if (event.change === 'lost') this.#lost++;
				if (event.change === 'reopened') {
					this.#reopened++;
					if (event.initialized) this.#initializedAgain++;
				}
		}
	}

	measures(): Measures {
		if (!this.#calls) return {};
		const seconds = ((this.#measuredToUs ?? Number.NaN) - (this.#measuredFromUs ?? Number.NaN)) / 1e6;
		const notOk = this.#failed + this.#unknown;
		return {
			...measured('callsNotOk', notOk),
			...measured('callsNotOkShare', (notOk / (this.#ok + notOk)) * 100),
			...measured('callsOk', this.#ok),
			...measured('callsOkShare', (this.#ok / (this.#ok + notOk + this.#dropped)) * 100),
			...measured('callsFailed', this.#failed),
			...measured('callsUnknown', this.#unknown),
			...measured('callsDropped', this.#dropped),
			...measured('callsPerS', this.#ok / seconds),
			...measured('sessionsLost', this.#lost),
			...measured('sessionsReopened', this.#reopened),
			...measured('initializesRepeated', this.#initializedAgain),
		};
	}
}
