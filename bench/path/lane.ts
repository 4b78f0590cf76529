import type { PathFault } from '../model/path-fault.ts';
import type { Random } from '../random.ts';
import type { ByteStage, MakeByteStage, Out } from './faults/stage.ts';

/** What a lane holds at most before its source must wait, as a window of TCP does. */
export const mostHeldBytes = 1024 * 1024;

/** The far end of a lane. */
export interface Sink {
	/** @returns false where it wants no more for now; it says so with `Lane.open` when it does again */
	take(bytes: Buffer): boolean;
	end(): void;
	cut(end: 'fin' | 'rst'): void;
}

/** One direction of a connection: the stages that its bytes go through, in the order in which their faults began. */
export class Lane {
	readonly #sink: Sink;
	/** The source may go on. */
	readonly #onRoom: () => void;
	#stages: { readonly key: string; readonly stage: ByteStage }[] = [];
	#heldBytes = 0;
	#isBlocked = false;
	#ended: 'no' | 'given' | 'passed' = 'no';
	#wasFull = false;
	/** The end that is on its way is that of the whole connection. */
	#isCut = false;

	constructor(sink: Sink, onRoom: () => void) {
		this.#sink = sink;
		this.#onRoom = onRoom;
	}

	/** Whether the source may send more. */
	get hasRoom(): boolean {
		return !this.#isBlocked && this.#heldBytes < mostHeldBytes;
	}

	/** Its end was passed on, or the connection is over. */
	get isOver(): boolean {
		return this.#ended === 'passed';
	}

	take(bytes: Buffer): void {
		if (this.#ended !== 'no') return;
		this.#heldBytes += bytes.length;
		this.#next(-1).pass(bytes);
		this.#wasFull ||= !this.hasRoom;
	}

	/** No more bytes come. */
	end(): void {
		if (this.#ended !== 'no') return;
		this.#ended = 'given';
		this.#next(-1).end();
	}

	/** The sink takes more again. */
	open(): void {
		this.#isBlocked = false;
		this.#tellRoom();
	}

	add<F extends PathFault>(key: string, make: MakeByteStage<F>, fault: F, random: Random): void {
		if (this.#ended === 'passed') return;
		// Where a stage stands may change while others heal: it is looked up for each step.
		const place = () => this.#stages.findIndex((each) => each.key === key);
		const out: Out = {
			pass: (bytes) => this.#next(place()).pass(bytes),
			end: () => this.#next(place()).end(),
			drop: (count) => this.#gone(count),
			cut: (end) => this.#cut(end, place()),
		};
		this.#stages.push({ key, stage: make(fault, out, random) });
	}

	/** The fault is healed: what its stage holds goes on. */
	remove(key: string): void {
		const place = this.#stages.findIndex((each) => each.key === key);
		this.#stages[place]?.stage.heal();
		this.#stages = this.#stages.filter((each) => each.key !== key);
	}

	/** The connection is over. */
	stop(): void {
		this.#ended = 'passed';
		for (const { stage } of this.#stages) stage.stop();
		this.#stages = [];
	}

	#next(place: number): Pick<ByteStage, 'end'> & { pass(bytes: Buffer): void } {
		const following = this.#stages[place + 1]?.stage;
		if (following) return { pass: (bytes) => following.take(bytes), end: () => following.end() };
		return { pass: (bytes) => this.#deliver(bytes), end: () => this.#passEnd() };
	}

	#deliver(bytes: Buffer): void {
		if (this.#ended === 'passed') return;
		if (!this.#sink.take(bytes)) this.#isBlocked = true;
		this.#gone(bytes.length);
	}

	#passEnd(): void {
		if (this.#ended === 'passed') return;
		this.#ended = 'passed';
		if (this.#isCut) this.#sink.cut('fin');
		else this.#sink.end();
	}

	#cut(end: 'fin' | 'rst', place: number): void {
		if (this.#ended === 'passed') return;
		if (end === 'fin') {
			// What went before is still to arrive.
			this.#ended = 'given';
			this.#isCut = true;
			this.#next(place).end();
			return;
		}
		this.stop();
		this.#sink.cut(end);
	}

	#gone(count: number): void {
		this.#heldBytes -= count;
		this.#tellRoom();
	}

	#tellRoom(): void {
		if (!this.#wasFull || !this.hasRoom) return;
		this.#wasFull = false;
		this.#onRoom();
	}
}
