import type { Objective } from './objective.ts';
import type { SearchBounds } from './search.ts';

/** A search begins: what is looked for, between which levels. */
export interface SearchEvent {
	readonly is: 'search';
	readonly at: number;
	readonly of: 'rate' | 'sessions';
	readonly objective: Objective;
	readonly bounds: SearchBounds;
}

/** A step of a search is over: its calls, histograms and dropped arrivals stand before it, since the step before. */
export interface StepEvent {
	readonly is: 'step';
	readonly at: number;
	/** Counts from 0. */
	readonly step: number;
	/** Calls per second, or sessions. */
	readonly level: number;
	/** Calls that fell due in this span count. */
	readonly fromUs: number;
	readonly toUs: number;
	/** How many sessions were open when it began. */
	readonly open: number;
	/** Share of the time in which the busiest worker had something to do. */
	readonly busyShare: number;
	/** Share of the span in which target or generator, the worse, waited for a CPU that others had; absent where not known. */
	readonly waitShare?: number;
}

/** A closed loop of autocannon on the same server, after a search. */
export interface CeilingEvent {
	readonly is: 'ceiling';
	readonly at: number;
	readonly connections: number;
	/** How long answers were counted. */
	readonly forUs: number;
	/** Answers with a status 2xx. */
	readonly ok: number;
	/** Other statuses, and how often each came. */
	readonly otherStatuses: Readonly<Record<string, number>>;
	/** Requests without an answer: connections that broke, and timeouts. */
	readonly errors: number;
	/** Share of one CPU that autocannon used; near 1 it is the limit. */
	readonly clientCpuShare: number;
	/** The same of the target; absent where its processes are not known. */
	readonly targetCpuShare?: number;
}
