import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { Account } from './account.ts';

/** The generator's own state, worst of the workers. */
export class Generator implements Account {
	loopDelayMaxUs = 0;

	take(event: HistoryEvent): void {
		if (event.is !== 'generator') return;
		this.loopDelayMaxUs = Math.max(this.loopDelayMaxUs, event.loopDelayMaxUs);
	}

	measures(): Measures {
		return {};
	}
}
