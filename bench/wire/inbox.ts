import { monotonicUs } from '../clock.ts';
import type { Receipt } from '../model/session.ts';
import { LoopTurn } from './loop-turn.ts';

/** What arrived is looked at so much later: by then a server has told most of a thousand clients. */
const restMs = 30;
/** So much of it is looked at before the loop reads again. */
const slice = 32;

/** Who can read what arrived for him. */
export interface Addressee {
	read(chunk: Buffer, receipt: Receipt): void;
}

interface Letter {
	readonly to: Addressee;
	readonly chunk: Buffer;
	readonly receipt: Receipt;
}

/**
 * What the held streams of a worker receive, with the instant at which it came. To look at a push takes longer than to read it: a worker
 * that did both for each of a thousand that come at once would note the last ones late, and be taken for a slow server.
 */
export class Inbox {
	/** Whether anything is kept; otherwise streams read at once, as where an answer is waited for. */
	isOn = false;
	/** Whether it is said how long what arrives had to wait: not while code is still being compiled. */
	tellsWait = false;
	readonly #turn = new LoopTurn();
	#letters: Letter[] = [];
	/** How many of them were read. */
	#done = 0;

	keep(to: Addressee, chunk: Buffer): void {
		const atUs = monotonicUs();
		const waited = this.tellsWait && { waitedUs: this.#turn.waitedUs(atUs) };
		this.#letters.push({ to, chunk, receipt: { atUs, ...waited } });
		if (this.#letters.length === 1) setTimeout(() => this.#read(), restMs);
	}

	/** Has everything read that came until now. */
	empty(): void {
		while (this.#done < this.#letters.length) this.#readNext();
		this.#letters = [];
		this.#done = 0;
	}

	#read(): void {
		for (let n = 0; n < slice && this.#done < this.#letters.length; n++) this.#readNext();
		if (this.#done < this.#letters.length) setImmediate(() => this.#read());
		else this.empty();
	}

	#readNext(): void {
		const { to, chunk, receipt } = this.#letters[this.#done++] as Letter;
		to.read(chunk, receipt);
	}
}
