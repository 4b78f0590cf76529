import type { HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { LibraryCallEvent, LibraryEvent, LibraryHeardEvent, LibraryRemedyEvent } from '../../model/observed.ts';
import { type Account, measured } from './account.ts';

/** What happened to calls of one span of time. */
export interface Fate {
	ok: number;
	failed: number;
	hangs: number;
	/** How often each error came; see `mostErrors`. */
	readonly errors: Map<string, number>;
}

/** A call that was in flight when the fault struck. */
export type InFlight = LibraryCallEvent & { readonly afterMs: number };

/** So many different errors are kept apart: an application meets a handful. */
const mostErrors = 20;

/** What an application saw of its client library, before, during and after the last fault. */
export class Libraries implements Account {
	/** Absent where no library was observed. */
	library: LibraryEvent | undefined;
	readonly whileDown = newFate();
	readonly afterHeal = newFate();
	/** From the fault on, by what heard it: with the error, how often. */
	readonly heard = { onerror: new Map<string, number>(), ends: new Map<string, number>() };
	readonly remedies: LibraryRemedyEvent[] = [];
	inFlight: InFlight | undefined;
	firstSuccessMs: number | undefined;
	#appliedUs: number | undefined;
	#healedUs: number | undefined;
	#lastCall: LibraryCallEvent | undefined;

	take(event: HistoryEvent): void {
		if (event.is === 'fault') this.#fault(event.change, event.at);
		if (event.is !== 'observed') return;
		if (event.what === 'library') this.library = event;
		else if (event.what === 'heard') this.#hear(event);
		else if (event.what === 'remedy') this.remedies.push(event);
		else if (event.client === 'waiter') this.#waiterCall(event);
		else this.#callerCall(event);
	}

	/** The caller's last call had its answer. */
	get recovered(): boolean {
		return this.#lastCall?.ended === 'ok';
	}

	/** What brought the caller back; absent where it needed nothing, or where nothing did. */
	get remedy(): LibraryRemedyEvent | undefined {
		return this.remedies.find(({ ended }) => ended === 'ok');
	}

	measures(): Measures {
		if (!this.library || this.#healedUs === undefined) return {};
		const { remedy, inFlight } = this;
		return {
			...measured('libraryRecovered', this.recovered ? 1 : 0),
			...measured('libraryRecoveredMs', this.firstSuccessMs ?? Number.NaN),
			...measured('libraryCallsFailed', this.afterHeal.failed + this.afterHeal.hangs),
			...(inFlight && inFlightMeasure(inFlight)),
			...measured('libraryErrorsHeard', sum(this.heard.onerror)),
			...measured('libraryClosesHeard', sum(this.heard.ends)),
			...measured('libraryRemedyMs', remedy ? (remedy.at - remedy.beganUs) / 1000 : Number.NaN),
		};
	}

	#fault(change: 'applied' | 'healed', at: number): void {
		if (change === 'applied') this.#appliedUs ??= at;
		else this.#healedUs = at;
	}

	/** Only the waiter's: what the caller hears of its own failing calls, they have told it already. */
	#hear({ client, api, error = '', at }: LibraryHeardEvent): void {
		if (client !== 'waiter' || this.#appliedUs === undefined || at < this.#appliedUs) return;
		if (api === 'client.onerror') add(this.heard.onerror, error);
		else add(this.heard.ends, api === 'subscription.closed' ? `subscription closed: ${error}` : api);
	}

	#waiterCall(event: LibraryCallEvent): void {
		const struckUs = this.#appliedUs;
		if (struckUs === undefined || event.sentUs > struckUs || event.at < struckUs) return;
		this.inFlight = { ...event, afterMs: (event.at - struckUs) / 1000 };
	}

	#callerCall(event: LibraryCallEvent): void {
		this.#lastCall = event;
		if (this.#appliedUs === undefined || event.sentUs < this.#appliedUs) return;
		const isAfter = this.#healedUs !== undefined && event.sentUs >= this.#healedUs;
		const fate = isAfter || isReached(event) ? this.afterHeal : this.whileDown;
		fate[event.ended]++;
		if (event.ended === 'failed') add(fate.errors, event.error ?? 'no words');
		if (event.ended === 'ok' && this.#healedUs !== undefined) {
			this.firstSuccessMs ??= Math.max(0, event.at - this.#healedUs) / 1000;
		}
	}
}

/** The server itself answered, though its ready line may not have been read yet. A 5xx is of whoever stands before it. */
function isReached({ ended, httpStatus }: LibraryCallEvent): boolean {
	return ended === 'ok' || (httpStatus !== undefined && httpStatus < 500);
}

function newFate(): Fate {
	return { ok: 0, failed: 0, hangs: 0, errors: new Map() };
}

function add(counts: Map<string, number>, key: string): void {
	if (counts.has(key) || counts.size < mostErrors) counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(counts: ReadonlyMap<string, number>): number {
	return counts.values().reduce((all, count) => all + count, 0);
}

function inFlightMeasure({ ended, afterMs }: InFlight): Measures {
	const entries = Object.entries(measured('libraryInFlightMs', afterMs));
	return Object.fromEntries(
		entries.map(([name, value]) => [name, ended === 'hangs' ? { ...value, atLeast: true } : value]),
	);
}
