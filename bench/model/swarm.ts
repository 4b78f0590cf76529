import type { CallTemplate } from './call-template.ts';
import type { Load } from './load.ts';
import type { PolicyId } from './policy.ts';
import type { ConnectionCare } from './target.ts';
import type { Transport } from './transport.ts';

/** What a swarm worker is told once, before anything else. */
export interface SwarmSetup {
	readonly worker: number;
	readonly workers: number;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	/** Of the target's processes: session n speaks with number n modulo their count. */
	readonly urls: readonly string[];
	/** Whether sessions come from many addresses of 127.0.0.0/8 rather than from 127.0.0.1. */
	readonly manyAddresses: boolean;
	readonly transport: Transport;
	/** Whether clients hold the stream on which the transport pushes. */
	readonly stream: boolean;
	/** Extra headers of every request; name, value, name, value. They stay in memory. */
	readonly headers: readonly string[];
	/** After this clients let an idle connection go; absent: the server decides. */
	readonly idleConnectionMs?: number;
	/** Absent: as the transport has it. */
	readonly care?: ConnectionCare;
	readonly call: CallTemplate;
	readonly policy: PolicyId;
	readonly seed: number;
	/** The worker appends its events here; the harness merges the files of a trial afterwards. */
	readonly historyPath: string;
	/** A call without an answer after this is given up; its outcome is unknown. */
	readonly callTimeoutMs: number;
	/** How many sessions open at the same time while the swarm grows. */
	readonly openConcurrency: number;
	/** Whether calls leave exactly when they are due, which takes a core; not where trials share the machine. */
	readonly exact: boolean;
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
	| {
			readonly do: 'load';
			readonly load: Load;
			readonly startUs: number;
			readonly measureFromUs: number;
			/** The load is this step of a search: its calls count for the step, and its arrivals are drawn for it. */
			readonly step?: number;
	  }
	/** Wait for the calls in flight, give up the rest, write histograms. */
	| { readonly do: 'drain'; readonly withinMs: number }
	/** As `drain`, for a step of a search: its histograms are written and sent, and the next step begins with empty ones. */
	| { readonly do: 'end-step'; readonly step: number; readonly withinMs: number }
	/** Close every session and the history, then exit. */
	| { readonly do: 'finish' };

export type SwarmReply =
	| { readonly id: number; readonly open: number; readonly step?: StepPart }
	| { readonly id: number; readonly error: string };

/** One worker's part of a step's figures. */
export interface StepPart {
	readonly dropped: number;
	/** Of the answered calls. HdrHistogram V2, compressed, base64; absent where nothing was recorded. */
	readonly latencyUs?: string;
	/** Of all calls that ended, likewise. */
	readonly lagUs?: string;
	/** Share of the step's load in which the worker had something to do. */
	readonly busyShare: number;
}

/** Sent unasked four times a second. */
export interface SwarmProgress {
	readonly progress: {
		readonly worker: number;
		readonly open: number;
		readonly callsOk: number;
		readonly callsNotOk: number;
	};
}

/** What the process with the closed loop is told, once. */
export interface CeilingTask {
	readonly url: string;
	readonly transport: Transport;
	/** As in `SwarmSetup`. */
	readonly headers: readonly string[];
	readonly call: CallTemplate;
	readonly connections: number;
	/** How long answers are counted. */
	readonly forMs: number;
}

/** `counting` tells when the count begins and when it is over; the other two are the last word. */
export type CeilingReply =
	| { readonly counting: boolean }
	| {
			readonly counted: {
				readonly forUs: number;
				/** Answers with a status 2xx. */
				readonly ok: number;
				readonly otherStatuses: Readonly<Record<string, number>>;
				readonly errors: number;
				/** Share of one CPU that the process used. */
				readonly cpuShare: number;
			};
	  }
	| { readonly error: string };
