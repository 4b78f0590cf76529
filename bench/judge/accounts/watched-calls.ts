import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

const firstServerError = 500;
/**
 * The limits that are emulated are at least 2 s long, and the slow call leaves a quarter of them. A session that took longer than
 * this to open may have used up what was left: its stream was quiet meanwhile, and as old.
 */
const mostOpeningUs = 250_000;

/** What became of the calls of a `watch`: the slow ones at its beginning, and the ordinary ones of clients that had been quiet. */
export class WatchedCalls implements Account {
	/** Sessions below this make the slow calls; undefined: it is no watch. */
	#callers: number | undefined;
	/** Whether the tool takes as long as it is told. */
	#isSlow = false;
	readonly #opened = new Set<number>();
	readonly #firstConnectUs = new Map<number, number>();
	/** Whoever took so long to open that a limit may have struck for that. */
	readonly #late = new Set<number>();
	readonly #long = new Fates();
	readonly #afterIdle = new Fates();

	take(event: HistoryEvent): void {
		if (event.is === 'place') {
			this.#callers = event.callers;
			this.#isSlow = event.slow === true;
			return;
		}
		if (this.#callers === undefined) return;
		if (event.is === 'connect') {
			if (!this.#firstConnectUs.has(event.session)) this.#firstConnectUs.set(event.session, event.at);
		} else if (event.is === 'session' && event.change === 'opened') {
			this.#opened.add(event.session);
			const fromUs = this.#firstConnectUs.get(event.session) ?? event.at;
			if (event.at - fromUs > mostOpeningUs) this.#late.add(event.session);
		} else if (event.is === 'call' && event.phase === 'measure') {
			if (event.session < this.#callers) this.#takeLong(event);
			// Who never had a session was not idle, and has sent nothing.
			else if (this.#opened.has(event.session)) this.#afterIdle.take(event);
		}
	}

	/** What a late one lost says more of this machine than of the limits; an answer, or a refusal, is one all the same. */
	#takeLong(event: CallEvent): void {
		const isLost = event.outcome.is === 'unknown';
		if (!isLost || !this.#late.has(event.session)) this.#long.take(event);
	}

	measures(): Measures {
		const [long, idle] = [this.#long, this.#afterIdle];
		return {
			...(long.all === 0 || !this.#isSlow
				? {}
				: {
						...measured('longCallOkShare', long.okShare),
						...measured('longCallsRefused', long.refused),
						...measured('longCallStatus', long.status ?? Number.NaN),
						...measured('longCallsCut', long.cut),
						...measured('longCallsHung', long.hung),
					}),
			...(idle.all === 0
				? {}
				: { ...measured('callsAfterIdleOkShare', idle.okShare), ...measured('callsAfterIdleHung', idle.hung) }),
		};
	}
}

class Fates {
	all = 0;
	refused = 0;
	cut = 0;
	hung = 0;
	/** Of the last one that was refused. */
	status: number | undefined;
	#ok = 0;

	take({ outcome, status }: CallEvent): void {
		this.all++;
		if (outcome.is === 'ok') this.#ok++;
		else if (status !== undefined && status >= firstServerError) {
			this.refused++;
			this.status = status;
		} else if (outcome.why === 'timeout' || outcome.why === 'silent') this.hung++;
		else if (outcome.is === 'unknown') this.cut++;
	}

	get okShare(): number {
		return (100 * this.#ok) / this.all;
	}
}
