/** What the balancer's process is told over IPC; each is answered with the same id, and with its figures or why not. */
export type BalancerOrder =
	/** The servers from now on, all of them registered. Sessions stay with the number that they have. */
	| { readonly do: 'backends'; readonly urls: readonly string[] }
	/** Whether new requests may go to the server of this number. */
	| { readonly do: 'register'; readonly n: number; readonly on: boolean }
	| { readonly do: 'down'; readonly on: boolean }
	| { readonly do: 'half-open'; readonly on: boolean }
	| { readonly do: 'state' };

/** The balancer's own figures, since its start. */
export interface BalancerState {
	readonly requests: number;
	/** Requests that it answered itself: 502 where no server answered, 503 where none was registered. */
	readonly badGateways: number;
	readonly unserved: number;
	/** Answers that it cut because their server broke off. */
	readonly answersCut: number;
	/** Connections of clients, now. */
	readonly openConnections: number;
	readonly cpuUs: number;
}

export type BalancerReply =
	| { readonly id: number; readonly state: BalancerState }
	| { readonly id: number; readonly error: string };
