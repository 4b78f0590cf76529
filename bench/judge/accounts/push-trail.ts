import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { measured } from './account.ts';

/** One push: when the server began with it, when it was done, when the last client had taken it up. */
interface Round {
	readonly fromUs: number;
	readonly toUs: number;
	lastUs: number;
}

/** How long a server takes to push to many, and how far behind it the last of its clients is. */
export class PushTrail {
	readonly #rounds = new Map<number, Round>();

	take(event: HistoryEvent): void {
		if (event.is === 'sent') {
			const { at, number, toUs } = event;
			if (!this.#rounds.has(number)) this.#rounds.set(number, { fromUs: at, toUs, lastUs: Number.NaN });
		}
		if (event.is !== 'push' || event.number === undefined || event.polled) return;
		const round = this.#rounds.get(event.number);
		if (round) round.lastUs = event.at;
	}

	measures(): Measures {
		const told = [...this.#rounds.values()].filter(({ lastUs }) => Number.isFinite(lastUs));
		return {
			...measured('fanOutUs', middle(told.map(({ fromUs, toUs }) => toUs - fromUs))),
			...measured('pushTrailUs', middle(told.map(({ toUs, lastUs }) => Math.max(0, lastUs - toUs)))),
		};
	}
}

/** The lower of the two in the middle; not a number where there are none. */
function middle(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}
