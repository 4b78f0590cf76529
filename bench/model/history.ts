import type { TokensEvent } from './auth.ts';
import type { BrowserEvent } from './browser.ts';
import type { CpuUseEvent } from './cpu-use.ts';
import type { Fault } from './fault.ts';
import type { GuestEvent } from './guests.ts';
import type { LedgerEvent } from './ledger.ts';
import type { ObservedEvent } from './observed.ts';
import type { CutEvent, InvocationEvent, PlaceEvent } from './path-events.ts';
import type { PushTrialEvent } from './push-events.ts';
import type { CeilingEvent, SearchEvent, StepEvent } from './search-events.ts';
import type { Failure, Outcome, StrayKind } from './session.ts';
import type { SoakEvent } from './soak.ts';
import type { VanishEvent } from './vanish.ts';

/**
 * The stages of a trial. Only `measure` enters a measure; calls of the other stages are kept in the history. `search` are the
 * measured parts of a search's steps: each enters the figures of its step alone.
 */
export type Phase = 'start' | 'open' | 'warm' | 'measure' | 'search' | 'drain' | 'stop';

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
	/** Of the answer, where the call failed by it. */
	readonly status?: number | undefined;
	readonly bytesIn: number;
	readonly bytesOut: number;
}

/** A call that failed is sent once more, under its old id: the client's policy says so. */
export interface ResentEvent {
	readonly is: 'resent';
	readonly at: number;
	readonly callId: string;
	readonly session: number;
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
	/**
	 * `opened` for the first time; `lost`; `reopened` after a loss; `open-failed` for an attempt that failed; `gave-up` where the
	 * policy allows no further attempt.
	 */
	readonly change: 'opened' | 'lost' | 'reopened' | 'open-failed' | 'gave-up' | 'closed';
	readonly why?: Failure;
	/** For `open-failed`: of the answer that was the failure. */
	readonly status?: number;
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
	/** Of a numbered push: the server's name for the session it was meant for, and its number. */
	readonly key?: string;
	readonly number?: number;
	/** It was not sent unasked: the client has fetched it with a poll, and it is meant for everybody. */
	readonly polled?: true;
}

/** An answer that no call waited for. */
export interface StrayEvent {
	readonly is: 'stray';
	readonly at: number;
	readonly session: number;
	/** Absent where it cannot be told whose answer it was. */
	readonly kind?: StrayKind;
}

/** An answer announced that the server closes the connection after it: a goodbye. */
export interface ClosingEvent {
	readonly is: 'closing';
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
	/** `healed` at the ready of the last process that the heal started; where it started none, when it was done. */
	readonly change: 'applied' | 'healed';
	/** Of `healed`: when the heal began. What happens from then on may be its doing already. */
	readonly healingUs?: number;
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
	/** Of a target's process that serves some of the cases side by side only: their places. */
	readonly places?: readonly number[];
	readonly exit?: string;
}

/** Whose figure a gauge is. */
export type Role = 'target' | 'path' | 'swarm' | 'harness' | 'machine';

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
	'rssPeakKb',
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
	'overflows',
	'tcpMemKb',
	'slabKb',
	'tcpInUse',
	'tcpTimeWait',
	'loadAverage1',
] as const;
export type GaugeName = (typeof gaugeNames)[number];
export type GaugeValues = { readonly [K in GaugeName]?: number };

/**
 * A reading of a held rung, or in the middle of a load: the target's figures (summed over its processes, after a forced
 * collection where it has a control channel) and the machine's.
 */
export interface ReadingEvent {
	readonly is: 'reading';
	readonly at: number;
	readonly sessions: number;
	/**
	 * `kept-alive`: every client has just called, its connection is still open. `settled`: idle connections have expired.
	 * `loaded`: calls go on.
	 */
	readonly state: 'kept-alive' | 'settled' | 'loaded';
	/** How many sessions were opened for this rung (fewer than 0: closed), and how long that took. */
	readonly opened?: number;
	readonly openMs?: number;
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
	/** Of this step of a search, instead of the measured phase. */
	readonly step?: number;
}

/**
 * What a process of the generator, a worker or the harness, did over the measured phase: it is judged before the target.
 */
export interface GeneratorEvent {
	readonly is: 'generator';
	readonly at: number;
	readonly role: 'swarm' | 'harness';
	readonly pid: number;
	/** Of a worker: its number, and the most calls that waited in it for a free session. */
	readonly worker?: number;
	readonly queuedPeak?: number;
	/** How long it was watched. */
	readonly spanUs: number;
	/** CPU time of all its threads. */
	readonly cpuUs: number;
	/** Of a worker: time its schedule only looked at the clock until the next call was due, part of `cpuUs`. */
	readonly spunUs?: number;
	/** Up to how long a turn of its loop counted as such: three times what one takes on this machine, 10 to 40 µs. */
	readonly emptyTurnUs?: number;
	/** How long its main thread was ready to run while others had its core; absent where the kernel does not say. */
	readonly waitedUs?: number;
	readonly loopDelayP99Us: number;
	readonly loopDelayMaxUs: number;
	readonly gc: CollectionFigures;
}

/** Garbage collections that began in a span of time; `major` ones work on the whole heap, minor ones on young objects. */
export interface CollectionFigures {
	readonly count: number;
	readonly major: number;
	readonly totalUs: number;
	readonly maxUs: number;
	/** The kind of the longest one. */
	readonly longest?: 'major' | 'minor';
}

/** Everything that can stand in the one log of a trial. */
export type HistoryEvent =
	| BrowserEvent
	| CallEvent
	| ResentEvent
	| DroppedEvent
	| SessionEvent
	| ConnectEvent
	| PushEvent
	| StrayEvent
	| ClosingEvent
	| LedgerEvent
	| PhaseEvent
	| FaultEvent
	| TokensEvent
	| CutEvent
	| PlaceEvent
	| PushTrialEvent
	| InvocationEvent
	| ProcessEvent
	| GaugeEvent
	| ReadingEvent
	| HistogramEvent
	| GeneratorEvent
	| CpuUseEvent
	| SearchEvent
	| StepEvent
	| CeilingEvent
	| VanishEvent
	| SoakEvent
	| ObservedEvent
	| GuestEvent;
