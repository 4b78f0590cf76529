import type { CallTemplate } from './call-template.ts';
import type { Load } from './load.ts';
import type { PolicyId } from './policy.ts';
import type { Arrival, ConnectionCare } from './target.ts';
import type { Transport } from './transport.ts';

/** One of the places that clients of a swarm go to: an ordinary trial has one, cases side by side have one each. */
export interface Place {
	/** Of the processes that are spoken with directly, or the one of a proxy: client m of the place speaks with number m modulo their count. */
	readonly urls: readonly string[];
	/** Whether clients hold the stream on which the transport pushes. */
	readonly stream: boolean;
	/** Absent: as the transport has it. */
	readonly care?: ConnectionCare;
	/** As in `ClientOptions`. */
	readonly cookies?: true;
	readonly arrival?: Arrival;
	readonly call: CallTemplate;
	readonly policy: PolicyId;
	/** So many of its first clients open only when they are to make a slow call, and hold no stream that they can do without. */
	readonly callers?: number;
	/** Of each of its clients, by their number in the place: what it shows with every request. In memory only. Absent: none. */
	readonly tokens?: readonly string[];
	/** Clients wait for as much less before they come back: the time of the place is compressed. Absent: 1. */
	readonly factor?: number;
}

/** What a swarm worker is told once, before anything else. */
export interface SwarmSetup {
	readonly worker: number;
	readonly workers: number;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	/** Where clients go, and what differs by it: client n belongs to number n modulo their count. At least one. */
	readonly places: readonly Place[];
	/** So many clients of the trial were there before those of this swarm, which are numbered after them; absent: none. */
	readonly after?: number;
	/** Whether sessions come from many addresses of 127.0.0.0/8 rather than from 127.0.0.1. */
	readonly manyAddresses: boolean;
	readonly transport: Transport;
	/** Extra headers of every request; name, value, name, value. They stay in memory. */
	readonly headers: readonly string[];
	/** After this clients let an idle connection go, unless their place says otherwise; absent: the server decides. */
	readonly idleConnectionMs?: number;
	readonly seed: number;
	/** The worker appends its events here; the harness merges the files of a trial afterwards. */
	readonly historyPath: string;
	/** A call without an answer after this is given up; its outcome is unknown. */
	readonly callTimeoutMs: number;
	/** How many sessions open at the same time while the swarm grows. */
	readonly openConcurrency: number;
	/** Whether calls leave exactly when they are due, which takes a core; not where trials share the machine. */
	readonly exact: boolean;
	/** Clients are there for what the server pushes: the worker says what their sockets carried, and how late itself took it up. */
	readonly listens?: true;
}

/** What the worker is told to do, in order; each is answered by a `SwarmReply` with the same id. */
export type SwarmRequest = { readonly id: number } & SwarmTask;
export type SwarmTask =
	| { readonly do: 'setup'; readonly setup: SwarmSetup }
	/** Open or close sessions until the swarm as a whole holds this many. */
	| {
			readonly do: 'hold';
			readonly sessions: number;
			/**
			 * When so long none was opened, those that are not open go on opening, and nobody waits for them; absent: all are
			 * waited for.
			 */
			readonly patienceMs?: number;
	  }
	/** Every open session calls once. */
	| { readonly do: 'touch' }
	/** Every client goes without a word, and is nobody's any more: its connections are closed, or stay and are never used again. */
	| { readonly do: 'vanish'; readonly how: 'closed' | 'silent' }
	/** Write down whatever is known, so that the end of the process loses none of it. */
	| { readonly do: 'flush' }
	/** The same, and a forced collection, after which memory tells of what is kept. */
	| { readonly do: 'checkpoint' }
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
	| {
			readonly id: number;
			readonly open: number;
			/** Answered by now, since the worker began. */
			readonly callsOk: number;
			readonly step?: StepPart;
	  }
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

/** Sent unasked, as the last word of a worker that cannot write its history any more: what the file system said. */
export interface SwarmLoss {
	readonly lost: { readonly code: string | undefined; readonly message: string };
}

/** Sent unasked four times a second. */
export interface SwarmProgress {
	readonly progress: {
		readonly worker: number;
		/** When it was counted, on the trial's clock: µs. */
		readonly atUs: number;
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
