import type { CallEvent, HistoryEvent, Phase } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { type CallCounts, CallFates } from './call-fates.ts';
import { PushFates } from './push-fates.ts';

/**
 * What became of every call of the measured phase, and of every numbered push: the history as the clients wrote it, joined with
 * the ledgers of the servers. Nothing stays unknown for a target with a ledger.
 */
export class Ledger implements Account {
	/** Both go when the measures are known: a run keeps its accounts until the reports are written. */
	#calls: CallFates | undefined = new CallFates();
	#pushes: PushFates | undefined = new PushFates();
	#phase: Phase = 'start';
	/** Clients of a watch are not all to be counted, and whose pushes did not arrive is another account's to say. */
	#isWatch = false;
	/** Calls are polls, which no ledger holds; what they fetched is another account's to say. */
	#isPolling = false;
	/** When faults struck, in order. */
	readonly #appliedUs: number[] = [];
	#inFlightLost = 0;
	#resent = 0;
	#doubled = 0;
	#late = 0;
	#measures: Measures | undefined;
	/** Calls that were answered and that the ledger does not hold; not 0 means that it is none to be trusted. */
	unwritten = 0;

	take(event: HistoryEvent): void {
		if (!this.#isPolling) this.#calls?.take(event);
		this.#pushes?.take(event);
		switch (event.is) {
			case 'listen':
				this.#isPolling = event.pollMs !== undefined;
				return;
			case 'phase':
				this.#phase = event.phase;
				return;
			case 'place':
				this.#isWatch = event.callers !== undefined;
				return;
			case 'fault':
				if (event.change === 'applied') this.#appliedUs.push(event.at);
				return;
			case 'call':
				if (event.phase === 'measure') this.#call(event);
				return;
			case 'resent':
				if (this.#counts) this.#resent++;
				return;
			case 'stray':
				if (!this.#counts) return;
				if (event.kind === 'doubled') this.#doubled++;
				if (event.kind === 'late') this.#late++;
		}
	}

	measures(): Measures {
		this.#measures ??= this.#settle();
		return this.#measures;
	}

	/** Whether what happens now belongs to the measured phase: its last answers come while it drains. */
	get #counts(): boolean {
		return this.#phase === 'measure' || this.#phase === 'drain';
	}

	/** Events come in the order in which they ended: a fault that struck while the call was under way has been seen. */
	#call({ outcome, sentUs, at }: CallEvent): void {
		if (outcome.is !== 'ok' && this.#appliedUs.some((us) => sentUs <= us && us < at)) this.#inFlightLost++;
	}

	#settle(): Measures {
		const [calls, pushes] = [this.#calls, this.#pushes];
		this.#calls = undefined;
		this.#pushes = undefined;
		if (!calls || calls.calls === 0) return pushMeasures(pushes, this.#isWatch);
		if (!calls.hasLedger) {
			const wasStruck = this.#appliedUs.length > 0;
			return { ...measured('callsUnsettled', calls.unknown), ...(wasStruck ? this.#clientsWord() : {}) };
		}
		const counts = calls.counts();
		this.unwritten = counts.unwritten;
		return { ...callMeasures(counts), ...this.#clientsWord(), ...pushMeasures(pushes, this.#isWatch) };
	}

	/** What needs no ledger; said where there is one, or where a fault struck. */
	#clientsWord(): Measures {
		return {
			...(this.#appliedUs.length > 0 ? measured('callsInFlightLost', this.#inFlightLost) : {}),
			...measured('callsResent', this.#resent),
			...measured('answersDoubled', this.#doubled),
			...measured('answersLate', this.#late),
		};
	}
}

function callMeasures(counts: CallCounts): Measures {
	return {
		...measured('callsNotRun', counts.notRun),
		...measured('callsNeverArrived', counts.neverArrived),
		...measured('callsUnanswered', counts.unanswered),
		...measured('callsCutShort', counts.cutShort),
		...measured('callsRunTwice', counts.runTwice),
		...measured('callsAnsweredWrong', counts.wrong),
		...measured('callsUnsettled', 0),
	};
}

function pushMeasures(pushes: PushFates | undefined, isWatch: boolean): Measures {
	if (!pushes?.any) return {};
	const { received, lost, missed, doubled, outOfOrder } = pushes.counts();
	return {
		...measured('pushesReceived', received),
		...(isWatch ? {} : measured('pushesNotReceivedShare', ((lost + missed) / (received + lost + missed)) * 100)),
		...measured('pushesLost', lost),
		...measured('pushesMissed', missed),
		...measured('pushesDoubled', doubled),
		...measured('pushesOutOfOrder', outOfOrder),
	};
}
