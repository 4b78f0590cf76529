/** What a trial about pushes says beside what every trial says. */
export type PushTrialEvent = ListenEvent | PushesEvent | TrafficEvent;

/** How its clients come to what the server has to say. */
export interface ListenEvent {
	readonly is: 'listen';
	readonly at: number;
	readonly sessions: number;
	/** They ask, each once in so long; absent: they hold a stream and are told. */
	readonly pollMs?: number;
}

/** Until `begun` nothing was pushed in the measured phase; from `counted` on what is pushed counts. */
export interface PushesEvent {
	readonly is: 'pushes';
	readonly at: number;
	readonly change: 'begun' | 'counted';
}

/**
 * What the sockets of a worker's clients have carried since it began, heads and framing of HTTP included, those of TCP not. Written
 * when the measured phase begins, when pushes begin, when they begin to count, and when the load ends.
 */
export interface TrafficEvent {
	readonly is: 'traffic';
	readonly at: number;
	readonly worker: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
	/**
	 * So many pushes came while its worker kept as many as it may, and had others read before their turn: what came next was noted late by
	 * that. Absent: none.
	 */
	readonly hurried?: number;
}
