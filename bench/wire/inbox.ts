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

/** What is kept at most: a push for each client of a large swarm, or one that is large for many. */
export interface InboxBounds {
	readonly letters: number;
	readonly bytes: number;
}

const usualBounds: InboxBounds = { letters: 1 << 17, bytes: 64 * 1024 * 1024 };

/** So many letters that were read are kept at most, beside those that were not: to forget each at once would move all others. */
const readLetters = 1024;

/**
 * What the held streams of a worker receive, with the instant at which it came. To look at a push takes longer than to read it: a worker
 * that did both for each of a thousand that come at once would note the last ones late, and be taken for a slow server. What it keeps is
 * bounded: when it is full the oldest is read at once, for a stream from which something was dropped could not be read any more.
 */
export class Inbox {
	/** Whether anything is kept; otherwise streams read at once, as where an answer is waited for. */
	isOn = false;
	/** Whether it is said how long what arrives had to wait: not while code is still being compiled. */
	tellsWait = false;
	/** How many were read before their turn because it was full: the instants of those that came next are late by that. */
	hurried = 0;
	readonly #turn = new LoopTurn();
	readonly #bounds: InboxBounds;
	#letters: Letter[] = [];
	/** How many of them were read. */
	#done = 0;
	/** Of those that were not. */
	#bytes = 0;
	/** Somebody will read: in a while, or when the loop has turned. */
	#isAwaited = false;

	constructor(bounds = usualBounds) {
		this.#bounds = bounds;
	}

	keep(to: Addressee, chunk: Buffer): void {
		const atUs = monotonicUs();
		const waited = this.tellsWait && { waitedUs: this.#turn.waitedUs(atUs) };
		this.#letters.push({ to, chunk, receipt: { atUs, ...waited } });
		this.#bytes += chunk.length;
		while (this.#isOverfull()) {
			this.hurried++;
			this.#readNext();
		}
		if (this.#isAwaited || this.#waiting() === 0) return;
		this.#isAwaited = true;
		setTimeout(() => this.#read(), restMs);
	}

	/** Has everything read that came until now. */
	empty(): void {
		while (this.#waiting() > 0) this.#readNext();
		this.#letters = [];
		this.#done = 0;
	}

	#waiting(): number {
		return this.#letters.length - this.#done;
	}

	#isOverfull(): boolean {
		const waiting = this.#waiting();
		return waiting > this.#bounds.letters || (waiting > 0 && this.#bytes > this.#bounds.bytes);
	}

	#read(): void {
		for (let n = 0; n < slice && this.#waiting() > 0; n++) this.#readNext();
		if (this.#waiting() > 0) {
			setImmediate(() => this.#read());
			return;
		}
		this.#isAwaited = false;
		this.empty();
	}

	#readNext(): void {
		const { to, chunk, receipt } = this.#letters[this.#done++] as Letter;
		this.#bytes -= chunk.length;
		if (this.#done >= readLetters) {
			this.#letters.splice(0, this.#done);
			this.#done = 0;
		}
		to.read(chunk, receipt);
	}
}
