import { median } from 'simple-statistics';
import type { WayOut, WorkEvent } from '../../model/guests.ts';
import type { HistoryEvent } from '../../model/history.ts';
import type { RanEvent } from '../../model/ledger.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';
import { HeldMemory, heapAndExternalKb } from './held-memory.ts';

/** More long calls no trial makes. */
const most = 10_000;

/** A call that was over so soon after its client had given it up was over before the server could know. */
const crossedUs = 50_000;

/** What the ledger says of a call. */
type Ran = { -readonly [Stage in RanEvent['stage']]?: number };

/**
 * Whether a call that its client gave up is stopped. The client cannot know: the server's ledger says when it began, ran to its end, or
 * stopped.
 */
export class LongCalls implements Account {
	readonly #memory = new HeldMemory();
	readonly #ran = new Map<string, Ran>();
	readonly #works: WorkEvent[] = [];

	take(event: HistoryEvent): void {
		this.#memory.take(event);
		if (event.is === 'guest' && event.what === 'work' && this.#works.length < most) this.#works.push(event);
		if (event.is !== 'ran' || !event.callId.startsWith('guest-') || this.#ran.size >= most) return;
		this.#ran.getOrInsertComputed(event.callId, (): Ran => ({}))[event.stage] = event.at;
	}

	measures(): Measures {
		if (this.#works.length === 0) return {};
		const stayed = this.#of('stayed');
		const share = (some: number, all: number) => (100 * some) / all;
		const total = (of: 'progress' | 'steps') => stayed.reduce((sum, work) => sum + work[of], 0);
		return {
			...this.#notified(),
			...this.#closed(),
			...measured('stayedDoneShare', share(stayed.filter(({ end }) => end === 'answered').length, stayed.length)),
			...measured('progressShare', share(total('progress'), total('steps'))),
			...measured('workHeldKb', this.#heldKb()),
		};
	}

	#notified(): Measures {
		const calls = this.#of('notified');
		const { share, ms } = this.#stopped(calls);
		return {
			...measured('notifiedStoppedShare', share),
			...measured('notifiedStoppedMs', ms),
			...measured('notifiedRefused', calls.filter(({ refused }) => refused).length),
		};
	}

	#closed(): Measures {
		const calls = this.#of('closed');
		const { share, ms } = this.#stopped(calls);
		const ranOn = calls.filter(({ callId }) => this.#ran.get(callId)?.done !== undefined);
		return {
			...measured('closedStoppedShare', share),
			...measured('closedStoppedMs', ms),
			...measured('closedRanOnShare', (100 * ranOn.length) / calls.length),
		};
	}

	/** Of calls that ran when their client gave them up: on a slow machine one may not have begun, or be over already. */
	#of(way: WayOut): readonly WorkEvent[] {
		return this.#works.filter((work) => {
			const { begun, done } = this.#ran.get(work.callId) ?? {};
			if (work.way !== way || begun === undefined) return false;
			if (work.gaveUpUs === undefined) return true;
			return begun < work.gaveUpUs && (done === undefined || done > work.gaveUpUs + crossedUs);
		});
	}

	#stopped(calls: readonly WorkEvent[]): { readonly share: number; readonly ms: number } {
		const afterMs = calls.flatMap(({ callId, gaveUpUs, end, at }) => {
			const stoppedUs = this.#ran.get(callId)?.stopped;
			// A client that only gave notice and still waited has left by then: whatever stopped the call afterwards, it was not the notice.
			const isLate = stoppedUs === undefined || (end === 'waited' && stoppedUs > at);
			return isLate || gaveUpUs === undefined ? [] : [(stoppedUs - gaveUpUs) / 1000];
		});
		return {
			share: (100 * afterMs.length) / calls.length,
			ms: afterMs.length === 0 ? Number.NaN : median(afterMs),
		};
	}

	/** Over the calls that ran when the server was read. */
	#heldKb(): number {
		const readUs = this.#memory.after?.at ?? Number.NaN;
		const running = [...this.#ran.values()].filter(
			({ begun = Number.POSITIVE_INFINITY, done, stopped }) =>
				begun < readUs && (done ?? stopped ?? Number.POSITIVE_INFINITY) > readUs,
		);
		return running.length === 0 ? Number.NaN : this.#memory.grown(heapAndExternalKb) / running.length;
	}
}
