import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** How a server, or what stands before it, takes its leave once a fault has struck: a proper end of streams, 503, `Connection: close`. */
export class Goodbyes implements Account {
	#isStruck = false;
	#ended = 0;
	#refused = 0;
	#closing = 0;

	take(event: HistoryEvent): void {
		if (event.is === 'fault' && event.change === 'applied') this.#isStruck = true;
		if (!this.#isStruck) return;
		if (event.is === 'session' && event.change === 'lost' && event.why === 'ended') this.#ended++;
		if (event.is === 'call' && event.status === 503) this.#refused++;
		if (event.is === 'closing') this.#closing++;
	}

	measures(): Measures {
		if (!this.#isStruck) return {};
		return {
			...measured('streamsEnded', this.#ended),
			...measured('answers503', this.#refused),
			...measured('closesAnnounced', this.#closing),
		};
	}
}
