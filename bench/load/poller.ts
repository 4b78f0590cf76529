import type { Clock } from '../clock.ts';
import type { Call } from '../model/session.ts';
import type { Recorder } from './recorder.ts';

/** A client that asks for what was pushed since it last asked, and notes every number as a push that it received. */
export class Poller {
	readonly #session: number;
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	#last = 0;

	constructor(session: number, { recorder, clock }: { readonly recorder: Recorder; readonly clock: Clock }) {
		this.#session = session;
		this.#recorder = recorder;
		this.#clock = clock;
	}

	/** The same call, for what followed the last number seen. */
	asking(call: Call): Call {
		return { ...call, arguments: `{"after":${this.#last}}`, hear: (text) => this.#hear(text) };
	}

	#hear(text: unknown): void {
		const at = this.#clock();
		for (const number of numbersOf(text)) {
			this.#recorder.event({ is: 'push', at, session: this.#session, method: 'tools/call', number, polled: true });
			this.#last = Math.max(this.#last, number);
		}
	}
}

/** The whole numbers of an answer; none where it is something else. */
function numbersOf(text: unknown): number[] {
	try {
		const numbers: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
		return Array.isArray(numbers) ? numbers.filter((number) => Number.isSafeInteger(number)) : [];
	} catch {
		return [];
	}
}
