/**
 * How a proxy ends a connection or an answer. `fin` and `rst` break off, `clean` writes a proper last chunk, so that a broken answer
 * looks whole, `silent` says nothing to anybody: the connection is half-open.
 */
export const streamEnds = ['fin', 'rst', 'clean', 'silent'] as const;
export type StreamEnd = (typeof streamEnds)[number];

/**
 * What may be done to what passes through the embedded proxy. Names and parameters are Toxiproxy's where it has them (with units
 * added to the names); the others are what it lacks. `upstream` is what clients send, `downstream`, the default, what servers send.
 */
export type PathFault = PathFaultKind & {
	readonly stream?: 'upstream' | 'downstream';
	/** Share of connections that it acts on, 0 to 1, drawn with the proxy's seed; absent: all. */
	readonly toxicity?: number;
};

type PathFaultKind =
	/** Every byte is late by `latencyMs`, give or take `jitterMs`. */
	| { readonly kind: 'latency'; readonly latencyMs: number; readonly jitterMs?: number }
	| { readonly kind: 'bandwidth'; readonly rateKbPerS: number }
	/** The end of a connection is passed on this much later. */
	| { readonly kind: 'slow_close'; readonly delayMs: number }
	/** Nothing is passed on, and the connection is closed after `timeoutMs`; 0: never. */
	| { readonly kind: 'timeout'; readonly timeoutMs: number }
	/** The connection is reset after `timeoutMs`; 0: at once. */
	| { readonly kind: 'reset_peer'; readonly timeoutMs: number }
	/** What is sent comes in pieces of `averageBytes`, give or take `variationBytes`, `delayUs` apart. */
	| {
			readonly kind: 'slicer';
			readonly averageBytes: number;
			readonly variationBytes?: number;
			readonly delayUs?: number;
	  }
	/** The connection is closed after so many bytes. */
	| { readonly kind: 'limit_data'; readonly bytes: number }
	/** A clock for each connection that payload resets; it also runs between two requests. Before an answer's head: 504. */
	| { readonly kind: 'idle_timeout'; readonly idleMs: number; readonly end: StreamEnd }
	/** An exchange ends after this time, whatever flows. Before an answer's head: 504. */
	| { readonly kind: 'max_duration'; readonly maxMs: number; readonly end: StreamEnd }
	/** An answer whose head is not there in time is given by the proxy. */
	| { readonly kind: 'first_byte_timeout'; readonly firstByteMs: number; readonly status: 502 | 503 | 504 | 524 }
	/**
	 * `none`: answers are passed on as they come; `fill`: in blocks of 4 KiB or at the end; `full`: at the end only. An answer of more
	 * than `maxBytes` is cut; where it was held, 502 is answered instead.
	 */
	| { readonly kind: 'buffering'; readonly mode: 'none' | 'fill' | 'full'; readonly maxBytes?: number }
	/** An event stream is cut in the middle of the event after so many whole ones. */
	| { readonly kind: 'cut_event'; readonly afterEvents: number; readonly end: StreamEnd }
	/** Headers that are not passed on: of requests with `upstream`, of answers with `downstream`. */
	| { readonly kind: 'strip_headers'; readonly names: readonly string[] };

export type PathFaultOf<K extends PathFault['kind']> = Extract<PathFault, { readonly kind: K }>;
