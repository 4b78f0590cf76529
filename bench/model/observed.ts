/** The official clients, by generation of the SDK. */
export const libraryIds = ['v1', 'v2'] as const;
export type LibraryId = (typeof libraryIds)[number];

/**
 * Who uses a library's client: `caller` calls again and again, one call after another; `waiter` has one call in flight when the
 * fault strikes, and does nothing else.
 */
export type LibraryUser = 'caller' | 'waiter';

/** What an application can hear of its client without asking; a client passes on all that its transport tells. */
export type HeardBy =
	| 'client.onerror'
	| 'client.onclose'
	| 'subscription.closed'
	/** Nobody was there to catch it: such an application ends. */
	| 'unhandledRejection';

/** What an application does by hand to get its answer, in the order in which it is tried. */
export const remedies = {
	call: 'call again',
	reconnect: 'client.close(), client.connect(new transport)',
	renew: 'a new client',
} as const;
export type Remedy = keyof typeof remedies;

/** How something that was asked for ended; `hangs`: it had not, when the application stopped looking. */
export type Ended = 'ok' | 'failed' | 'hangs';

interface Observed {
	readonly is: 'observed';
	readonly at: number;
}

interface Told {
	/** Class, code and first words. */
	readonly error?: string;
	readonly httpStatus?: number;
}

/** Both clients are connected. */
export interface LibraryEvent extends Observed {
	readonly what: 'library';
	readonly library: LibraryId;
	readonly package: string;
	readonly version: string;
	/** The library's own limit for a call, which nobody changed. */
	readonly callTimeoutMs: number;
	/** Whether something stands between client and server. */
	readonly behind: boolean;
}

/** A call of a client is over, or the observation is. */
export interface LibraryCallEvent extends Observed, Told {
	readonly what: 'call';
	readonly client: LibraryUser;
	readonly sentUs: number;
	readonly ended: Ended;
}

/** The library told the application something unasked. */
export interface LibraryHeardEvent extends Observed, Told {
	readonly what: 'heard';
	readonly client: LibraryUser;
	readonly api: HeardBy;
}

/** The caller, whose client did not recover, helped itself. */
export interface LibraryRemedyEvent extends Observed, Told {
	readonly what: 'remedy';
	readonly remedy: Remedy;
	readonly beganUs: number;
	readonly ended: Ended;
}

/** What an application saw of the client library that it uses. */
export type ObservedEvent = LibraryEvent | LibraryCallEvent | LibraryHeardEvent | LibraryRemedyEvent;
