import type { CallTemplate } from './call-template.ts';
import type { Failure } from './session.ts';
import type { Transport } from './transport.ts';

/**
 * Clients beside those of the load, in a process of their own, that do what no ordinary client does. They open before the load begins and
 * do nothing until `atMs`, counted from the beginning of the measured phase: what the others' calls take before is what they take alone.
 */
export type Guests = StallingGuests | AskingGuests | WorkingGuests;

/** They open, read until a push has told them who they are, and then read no more until the measured phase is over. */
export interface StallingGuests {
	readonly kind: 'stall';
	readonly atMs: number;
	readonly clients: number;
	/** How long a push is, its frame not counted; it has to be what the server is told. */
	readonly pushBytes: number;
	/** They go on asking for answers of this length, one after another, of which on `sse` they read none; absent: they ask nothing. */
	readonly asking?: { readonly bytes: number; readonly everyMs: number };
}

/** One client asks for answers of these lengths, one after another. */
export interface AskingGuests {
	readonly kind: 'answers';
	readonly atMs: number;
	readonly answers: readonly { readonly bytes: number; readonly times: number }[];
}

/** How a client gives up a long call half-way: by a notification, by closing the connection that waits for the answer, or not at all. */
export const waysOut = ['notified', 'closed', 'stayed'] as const;
export type WayOut = (typeof waysOut)[number];

/** Clients make one long call each, all at the same time; `each`: so many for every length and every way out. */
export interface WorkingGuests {
	readonly kind: 'work';
	readonly atMs: number;
	readonly each: number;
	readonly forMs: readonly number[];
	/** Between two notifications of progress. */
	readonly everyMs: number;
	/** A call that was given up is waited for so much longer than it would have taken. */
	readonly overdueMs: number;
}

/** What the process of the guests is told once. */
export interface GuestSetup {
	readonly guests: Guests;
	readonly transport: Transport;
	readonly url: string;
	/** Extra headers of every request; name, value, name, value. They stay in memory. */
	readonly headers: readonly string[];
	readonly call: CallTemplate;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly partsFolder: string;
}

/** Told in this order; each is answered by a `GuestReply`. Instants since the trial's origin. */
export type GuestTask =
	| { readonly do: 'open'; readonly setup: GuestSetup }
	/** From `fromUs` on; what has no end of its own ends at `toUs`. */
	| { readonly do: 'play'; readonly fromUs: number; readonly toUs: number }
	| { readonly do: 'leave' };

export type GuestReply = { readonly done: GuestTask['do'] } | { readonly error: string };

interface OfGuest {
	readonly is: 'guest';
	readonly at: number;
}

/** The guests begin; until then the others were alone. */
export interface GuestsBeganEvent extends OfGuest {
	readonly what: 'began';
	readonly kind: Guests['kind'];
	readonly clients: number;
	/** Of a push, where pushes are what is not read. */
	readonly pushBytes?: number;
}

/** All that they were to do is done, or its time is over; what does not read still does not. */
export interface GuestsEndedEvent extends OfGuest {
	readonly what: 'ended';
}

/** From now on this guest reads nothing; `key`: the server's name for it, where a push told it. */
export interface StalledEvent extends OfGuest {
	readonly what: 'stalled';
	readonly guest: number;
	readonly key?: string;
}

/** A guest that does not read has asked for an answer: `why` it was not taken, where it was not. */
export interface AskedEvent extends OfGuest {
	readonly what: 'asked';
	readonly guest: number;
	readonly bytes: number;
	readonly why?: Failure;
}

/** A large answer has come whole and was verified, or has failed. */
export interface AnswerEvent extends OfGuest {
	readonly what: 'answer';
	readonly bytes: number;
	readonly sentUs: number;
	readonly why?: Failure;
}

/** A long call is over for its client. */
export interface WorkEvent extends OfGuest {
	readonly what: 'work';
	readonly callId: string;
	readonly way: WayOut;
	readonly forMs: number;
	readonly sentUs: number;
	/** When its client gave it up, where it did: the instant before anything was sent or closed. */
	readonly gaveUpUs?: number;
	/** The notification that gives it up was refused. */
	readonly refused?: true;
	/** Notifications of progress that came, of how many there are in a call that runs to its end. */
	readonly progress: number;
	readonly steps: number;
	readonly end: 'answered' | 'ended' | 'failed' | 'cut' | 'waited';
}

export type GuestEvent = GuestsBeganEvent | GuestsEndedEvent | StalledEvent | AskedEvent | AnswerEvent | WorkEvent;
