import type { CallTemplate } from './call-template.ts';
import type { Load } from './load.ts';
import type { PolicyId } from './policy.ts';
import type { Transport } from './transport.ts';

/** What a swarm worker is told once, before anything else. */
export interface SwarmSetup {
	readonly worker: number;
	readonly workers: number;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly url: string;
	readonly transport: Transport;
	/** Whether clients hold the stream on which the transport pushes. */
	readonly stream: boolean;
	/** Extra headers of every request; name, value, name, value. They stay in memory. */
	readonly headers: readonly string[];
	/** After this clients let an idle connection go; absent: the server decides. */
	readonly idleConnectionMs?: number;
	readonly call: CallTemplate;
	readonly policy: PolicyId;
	readonly seed: number;
	/** The worker appends its events here; the harness merges the files of a trial afterwards. */
	readonly historyPath: string;
	/** A call without an answer after this is given up; its outcome is unknown. */
	readonly callTimeoutMs: number;
	/** How many sessions open at the same time while the swarm grows. */
	readonly openConcurrency: number;
}

/** What the worker is told to do, in order; each is answered by a `SwarmReply` with the same id. */
export type SwarmRequest = { readonly id: number } & SwarmTask;
export type SwarmTask =
	| { readonly do: 'setup'; readonly setup: SwarmSetup }
	/** Open or close sessions until the swarm as a whole holds this many. */
	| { readonly do: 'hold'; readonly sessions: number }
	/** Every open session calls once. */
	| { readonly do: 'touch' }
	/** Run the load; calls due before `measureFromUs` belong to the warm phase. Instants since the trial's origin. */
	| { readonly do: 'load'; readonly load: Load; readonly startUs: number; readonly measureFromUs: number }
	/** Wait for the calls in flight, give up the rest, write histograms. */
	| { readonly do: 'drain'; readonly withinMs: number }
	/** Close every session and the history, then exit. */
	| { readonly do: 'finish' };

export type SwarmReply =
	| { readonly id: number; readonly open: number }
	| { readonly id: number; readonly error: string };

/** Sent unasked four times a second. */
export interface SwarmProgress {
	readonly progress: {
		readonly worker: number;
		readonly open: number;
		readonly callsOk: number;
		readonly callsNotOk: number;
	};
}
