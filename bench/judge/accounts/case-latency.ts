import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { emptyHistogram } from './latency.ts';

/**
 * How fast calls were answered where clients had tokens: call by call, since the workers' histograms hold the calls of all cases side by
 * side. Of any other trial they say the same, and nothing is kept.
 */
export class CaseLatency implements Account {
	#histogram: ReturnType<typeof emptyHistogram> | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'tokens' && event.change === 'issued') this.#histogram ??= emptyHistogram();
		if (event.is !== 'call' || event.phase !== 'measure' || event.outcome.is !== 'ok') return;
		this.#histogram?.recordValue(Math.max(0, event.at - event.sentUs));
	}

	measures(): Measures {
		if (!this.#histogram || this.#histogram.totalCount === 0) return {};
		return measured('answerP50Us', this.#histogram.getValueAtPercentile(50));
	}
}
