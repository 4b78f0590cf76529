import type { Socket } from 'node:net';

/** Where a call's answer goes: the connection of its POST, or the held stream of its session. */
export interface Outlet {
	readonly socket: Socket;
	/** The bytes of a message, in the two parts that may be sent apart. */
	frame(json: string): { readonly head: string; readonly body: string };
}

/** The answer to a call as it is planned; behaviours change it until it is sent. */
export interface Answer {
	/** The number of the call, from 0. */
	readonly call: number;
	readonly receivedUs: number;
	/** When its last byte is to be sent. */
	dueUs: number;
	outlet: Outlet;
	id: unknown;
	text: string;
	/** How often it is sent; 0: never. */
	copies: number;
	/** Whether the call runs at all, and so stands in the ledger. */
	runs: boolean;
	/** What comes late when the answer is slow: all of it, the rest of a head that dribbles, or the body. */
	late: 'all' | 'head' | 'body';
	/** What the work for it came to, so that none of it can be left out. */
	worked?: number;
}

/** One way in which the server misbehaves. Behaviours are asked in turn, each sees what those before it planned. */
export interface Behaviour {
	/** @returns the answers that are to be sent now that this call is there; usually its own alone */
	plan(answer: Answer): readonly Answer[];
	/** What it really did so far. */
	counts?(): Partial<Counts>;
}

/** Every behaviour is asked about every answer that is still to be sent. */
export function planned(first: Answer, behaviours: readonly Behaviour[]): readonly Answer[] {
	return behaviours.reduce<readonly Answer[]>(
		(answers, behaviour) => answers.flatMap((answer) => behaviour.plan(answer)),
		[first],
	);
}

/** What the server knows to be true of itself. */
export interface Counts {
	readonly dropped: number;
	readonly doubled: number;
	/** Calls that were neither run nor answered. */
	readonly ignored: number;
	/** Calls that were answered after `--late-ms`. */
	readonly late: number;
	/** Calls whose answer went to the other session of a pair, or came from there. */
	readonly swapped: number;
	readonly wrongIds: number;
	readonly leakedHeapKb: number;
	readonly leakedPagesKb: number;
	readonly leakedFds: number;
	/** Calls whose answer a stall put off. */
	readonly stalled: number;
}

/** What the server writes to `--report` at its end. */
export interface ServerReport extends Counts {
	/** Tool calls received. */
	readonly calls: number;
	/** From when an answer was to be sent until it was written: the server's own error. */
	readonly lateMeanUs: number;
	readonly lateP50Us: number;
	readonly lateP99Us: number;
	readonly lateMaxUs: number;
}
