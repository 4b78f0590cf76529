import type { Fault } from './fault.ts';
import type { Failure, Outcome } from './session.ts';

/**
 * The stages of a trial. Only `measure` enters a measure; calls of the other stages are kept in the history.
 */
export type Phase = 'start' | 'open' | 'warm' | 'measure' | 'drain' | 'stop';

/** One call, as the client saw it. All instants are µs since the trial began. */
export interface CallEvent {
	readonly is: 'call';
	/** When the outcome was known. */
	readonly at: number;
	readonly callId: string;
	readonly session: number;
	readonly phase: Phase;
	/** When the schedule wanted the call; latency counts from here. */
	readonly dueUs: number;
	/** When the request was handed to the connection; service time counts from here. */
	readonly sentUs: number;
	readonly firstByteUs?: number | undefined;
	readonly outcome: Outcome;
	readonly bytesIn: number;
	readonly bytesOut: number;
}

/** An arrival that found the queue full: recorded, never skipped. */
export interface DroppedEvent {
	readonly is: 'dropped';
	readonly at: number;
	readonly phase: Phase;
	readonly dueUs: number;
}

/** A change in the life of a virtual client. */
export interface SessionEvent {
	readonly is: 'session';
	readonly at: number;
	readonly session: number;
	/** `opened` for the first time; `lost`; `reopened` after a loss; `open-failed` for an attempt that failed. */
	readonly change: 'opened' | 'lost' | 'reopened' | 'open-failed' | 'closed';
	readonly why?: Failure;
	/** For `opened` and `reopened`: whether the client had to send `initialize`. */
	readonly initialized?: boolean;
}

/** A TCP connection attempt of the swarm. */
export interface ConnectEvent {
	readonly is: 'connect';
	readonly at: number;
	readonly session: number;
	readonly ok: boolean;
}

/** A message that the server sent unasked. */
export interface PushEvent {
	readonly is: 'push';
	readonly at: number;
	readonly session: number;
	readonly method: string;
}

/** An answer that no call waited for: doubled, or later than the call's limit. */
export interface StrayEvent {
	readonly is: 'stray';
	readonly at: number;
	readonly session: number;
}

export interface PhaseEvent {
	readonly is: 'phase';
	readonly at: number;
	readonly phase: Phase;
}

export interface FaultEvent {
	readonly is: 'fault';
	readonly at: number;
	readonly fault: Fault;
	/** A crash is `healed` at the instant the restarted process says it is ready. */
	readonly change: 'applied' | 'healed';
}

/** A process of the trial. */
export interface ProcessEvent {
	readonly is: 'process';
	readonly at: number;
	readonly role: Role;
	readonly pid: number;
	readonly change: 'ready' | 'exited';
	/** CPUs the process may run on, as the kernel writes them (`0`, `0-3`). */
	readonly cpus?: string;
	readonly exit?: string;
}

/** Whose figure a gauge is. */
export type Role = 'target' | 'swarm' | 'harness' | 'machine';

/** A sample of the figures of one process, or of the machine (`pid` 0). */
export interface GaugeEvent {
	readonly is: 'gauge';
	readonly at: number;
	readonly role: Role;
	readonly pid: number;
	readonly values: GaugeValues;
}

/** The figures that are sampled; units are in the names. Counters (`cpuUs`, switches) only grow. */
export const gaugeNames = [
	'rssKb',
	'pssKb',
	'ussKb',
	'heapUsedKb',
	'externalKb',
	'fdsSocket',
	'fdsPipe',
	'fdsFile',
	'fdsOther',
	'threads',
	'cpuUs',
	'voluntarySwitches',
	'involuntarySwitches',
	'loopDelayP99Us',
	'loopDelayMaxUs',
	'openSessions',
	'openStreams',
	'tcpMemKb',
	'slabKb',
	'tcpInUse',
	'tcpTimeWait',
	'loadAverage1',
] as const;
export type GaugeName = (typeof gaugeNames)[number];
export type GaugeValues = { readonly [K in GaugeName]?: number };

/**
 * A reading of a held rung: the target's figures (summed over its processes, after a forced collection where it has a
 * control channel) and the machine's.
 */
export interface ReadingEvent {
	readonly is: 'reading';
	readonly at: number;
	readonly sessions: number;
	/** `kept-alive`: every client has just called, its connection is still open. `settled`: idle connections have expired. */
	readonly state: 'kept-alive' | 'settled';
	readonly target: GaugeValues;
	readonly swarm: GaugeValues;
	readonly machine: GaugeValues;
}

/** A worker's HDR histogram of one quantity over the measured phase, so that percentiles merge exactly. */
export interface HistogramEvent {
	readonly is: 'histogram';
	readonly at: number;
	readonly worker: number;
	/** `latencyUs` from due, `serviceUs` from sent, of calls that were answered; `lagUs` from due until the generator took the call up, of every call. */
	readonly of: 'latencyUs' | 'serviceUs' | 'lagUs';
	/** HdrHistogram V2, compressed, base64. */
	readonly data: string;
}

/** A worker's own state at the end of the measured phase: the generator is judged before the target. */
export interface GeneratorEvent {
	readonly is: 'generator';
	readonly at: number;
	readonly worker: number;
	readonly loopDelayP99Us: number;
	readonly loopDelayMaxUs: number;
	readonly queuedPeak: number;
}

/** Everything that can stand in the one log of a trial. */
export type HistoryEvent =
	| CallEvent
	| DroppedEvent
	| SessionEvent
	| ConnectEvent
	| PushEvent
	| StrayEvent
	| PhaseEvent
	| FaultEvent
	| ProcessEvent
	| GaugeEvent
	| ReadingEvent
	| HistogramEvent
	| GeneratorEvent;
