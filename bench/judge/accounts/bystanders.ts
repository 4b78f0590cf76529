import { quantile } from 'simple-statistics';
import type { GuestEvent } from '../../model/guests.ts';
import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** More no trial of this kind has; what comes after is left out. */
const most = 200_000;
/** A percentile of fewer values is a name for the largest. */
const leastForP99 = 100;
const leastForP50 = 10;

/** Times of one kind, of before the guests began and of while they were at it. */
class Times {
	readonly alone: number[] = [];
	readonly beside: number[] = [];

	add(isBeside: boolean, us: number): void {
		const list = isBeside ? this.beside : this.alone;
		if (list.length < most) list.push(us);
	}
}

/** What guests, who do not read or ask for much, cost those who call and listen beside them: the same trial before and meanwhile. */
export class Bystanders implements Account {
	readonly #calls = new Times();
	readonly #deliveries = new Times();
	/** By number: when a push was made. */
	readonly #pushedUs = new Map<number, number>();
	#beganUs: number | undefined;
	#endedUs: number | undefined;
	/** Only from the measured phase on. */
	#measureUs: number | undefined;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'phase':
				if (event.phase === 'measure') this.#measureUs ??= event.at;
				return;
			case 'guest':
				this.#guest(event);
				return;
			case 'call':
				this.#call(event);
				return;
			case 'tick':
				if (this.#pushedUs.size < most) this.#pushedUs.set(event.number, event.at);
				return;
			case 'push': {
				const pushedUs = event.number === undefined ? undefined : this.#pushedUs.get(event.number);
				if (pushedUs !== undefined && this.#counts(pushedUs))
					this.#deliveries.add(this.#isBeside(pushedUs), event.at - pushedUs);
			}
		}
	}

	#guest({ what, at }: GuestEvent): void {
		if (what === 'began') this.#beganUs = at;
		if (what === 'ended') this.#endedUs = at;
	}

	#call({ phase, outcome, dueUs, at }: CallEvent): void {
		if (phase !== 'measure' || outcome.is !== 'ok' || !this.#counts(dueUs)) return;
		// One that was under way when they began is theirs.
		this.#calls.add(this.#isBeside(at), at - dueUs);
	}

	#counts(us: number): boolean {
		return (
			this.#measureUs !== undefined && us >= this.#measureUs && (this.#endedUs === undefined || us < this.#endedUs)
		);
	}

	#isBeside(us: number): boolean {
		return this.#beganUs !== undefined && us >= this.#beganUs;
	}

	measures(): Measures {
		if (this.#beganUs === undefined) return {};
		return {
			...compared(this.#calls, 0.5, leastForP50, ['othersP50AloneUs', 'othersP50BesideUs', 'othersP50Ratio']),
			...compared(this.#calls, 0.99, leastForP99, ['othersP99AloneUs', 'othersP99BesideUs', 'othersP99Ratio']),
			...compared(this.#deliveries, 0.5, leastForP50, [
				'deliveryP50AloneUs',
				'deliveryP50BesideUs',
				'deliveryP50Ratio',
			]),
		};
	}
}

function compared(
	{ alone, beside }: Times,
	at: number,
	least: number,
	[aloneName, besideName, ratioName]: readonly [MeasureName, MeasureName, MeasureName],
): Measures {
	const value = (list: readonly number[]) => (list.length < least ? Number.NaN : quantile([...list], at));
	const [before, meanwhile] = [value(alone), value(beside)];
	return {
		...measured(aloneName, before),
		...measured(besideName, meanwhile),
		...measured(ratioName, meanwhile / before),
	};
}
