import { median } from 'simple-statistics';
import type { HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { HeldMemory, heapAndExternalKb } from './held-memory.ts';

/** The sizes that have a measure, in bytes. */
const sizes: ReadonlyMap<number, MeasureName> = new Map([
	[1000, 'answer1KbMs'],
	[10_000, 'answer10KbMs'],
	[100_000, 'answer100KbMs'],
	[1_000_000, 'answer1MbMs'],
	[10_000_000, 'answer10MbMs'],
]);
/** More answers of one size no trial asks for. */
const most = 10_000;

/** How long answers take by their size, and what they cost the server. */
export class LargeAnswers implements Account {
	readonly #memory = new HeldMemory();
	readonly #tookUs = new Map<number, number[]>();
	#ok = 0;
	#failed = 0;

	take(event: HistoryEvent): void {
		this.#memory.take(event);
		if (event.is !== 'guest' || event.what !== 'answer') return;
		if (event.why !== undefined) {
			this.#failed++;
			return;
		}
		this.#ok++;
		const times = this.#tookUs.getOrInsertComputed(event.bytes, () => []);
		if (times.length < most) times.push(event.at - event.sentUs);
	}

	measures(): Measures {
		if (this.#ok + this.#failed === 0) return {};
		const { before } = this.#memory;
		const peakKb = this.#newPeakKb() - (before?.target.rssKb ?? Number.NaN);
		const times = [...sizes].map(([bytes, name]) => {
			const took = this.#tookUs.get(bytes);
			return took ? measured(name, median(took) / 1000) : {};
		});
		return Object.assign(
			{
				...measured('answersOk', this.#ok),
				...measured('answersFailed', this.#failed),
				...measured('answersPeakMb', Math.max(0, peakKb / 1024)),
				...measured('answersKeptKb', this.#memory.grown(heapAndExternalKb)),
			},
			...times,
		);
	}

	/** Not a number where the peak is still that of before: where the kernel was not asked to forget it, nothing is known of a lower one. */
	#newPeakKb(): number {
		const [before, after] = [this.#memory.before, this.#memory.after].map((reading) => reading?.target.rssPeakKb);
		return after === undefined || after === before ? Number.NaN : after;
	}
}
