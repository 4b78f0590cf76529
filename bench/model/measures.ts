import { balancingMeasures } from './balancing-measures.ts';
import { browserMeasures } from './browser-measures.ts';
import { halfOpenMeasures } from './half-open-measures.ts';
import { libraryMeasures } from './library-measures.ts';
import { pathMeasures } from './path-measures.ts';
import { pushMeasures } from './push-measures.ts';
import { resilienceMeasures } from './resilience-measures.ts';
import { serverlessMeasures } from './serverless-measures.ts';
import { soakMeasures } from './soak-measures.ts';
import { stalledMeasures } from './stalled-measures.ts';
import { tokenMeasures } from './token-measures.ts';
import { vanishMeasures } from './vanish-measures.ts';

/** How a measure is written and which direction is good. The names are an interface: tools read them in `run.json`. */
export interface MeasureInfo {
	readonly title: string;
	readonly unit: string;
	readonly better: 'lower' | 'higher' | 'neither';
	/** What exactly was measured, in one line. */
	readonly meaning: string;
	/** Share of the calls, in percent, that must have been answered: with fewer there is no figure of it. Absent: none. */
	readonly needsOkShare?: number;
	/**
	 * What it says of a repeat that it has no figure. `longer`: it would have taken longer than was watched, so that the mean of the others is a
	 * lower bound. `unknown`: the others must not stand for it, and there is no figure at all. Absent: nothing, as where it does not apply.
	 */
	readonly missing?: 'longer' | 'unknown';
	/** A slope whose interval comes from within each trial, not from how its repeats differ: one repeat has an interval, too. */
	readonly slopeWithin?: true;
}

const perClient = (title: string, meaning: string): MeasureInfo => ({ title, unit: 'KB', better: 'lower', meaning });
const perCall = (title: string, unit: string, meaning: string): MeasureInfo => ({
	title,
	unit,
	better: 'lower',
	meaning,
});
const latency = (title: string, meaning: string): MeasureInfo => ({ title, unit: 'µs', better: 'lower', meaning });
const share = (title: string, meaning: string): MeasureInfo => ({ title, unit: '%', better: 'lower', meaning });
const count = (title: string, better: MeasureInfo['better'], meaning: string): MeasureInfo => ({
	title,
	unit: '',
	better,
	meaning,
});

export const measures = {
	fdsPerClient: {
		title: 'descriptors per client',
		unit: 'fd',
		better: 'lower',
		meaning: 'slope of the target’s descriptors over idle clients, after idle connections expired',
	},
	fdsPerClientKeptAlive: {
		title: 'descriptors per client, kept-alive',
		unit: 'fd',
		better: 'lower',
		meaning: 'the same slope read while every client’s connection is still kept alive',
	},
	pssKbPerClient: perClient('PSS per client', 'slope of proportional set size over idle clients, settled'),
	pssKbPerClientKeptAlive: perClient('PSS per client, kept-alive', 'the same slope while connections are kept alive'),
	ussKbPerClient: perClient('USS per client', 'slope of private memory over idle clients, settled'),
	heapKbPerClient: perClient('heap per client', 'slope of the used JavaScript heap after a forced collection, settled'),
	kernelKbPerClient: perClient(
		'kernel memory per client',
		'slope of the kernel’s memory for sockets over idle clients, both ends of every connection, settled',
	),
	r2: {
		title: 'R² of the PSS fit',
		unit: '',
		better: 'higher',
		meaning: 'share of the variance of PSS that the straight line over clients explains',
	},
	p50Us: latency('p50', 'median latency, from the instant the call was due'),
	p90Us: latency('p90', 'latency from due'),
	p99Us: latency('p99', 'latency from due'),
	p999Us: {
		...latency('p99.9', 'latency from due; with fewer than 5000 calls it rests on a handful'),
		missing: 'unknown',
	},
	maxUs: latency('max', 'longest latency of a trial from due'),
	serviceP50Us: latency('service p50', 'median from sent to answered'),
	serviceP90Us: latency('service p90', 'from sent to answered'),
	serviceP99Us: latency('service p99', 'from sent to answered'),
	serviceP999Us: { ...latency('service p99.9', 'from sent to answered'), missing: 'unknown' },
	serviceMaxUs: latency('service max', 'longest from sent to answered'),
	cpuUsPerCall: latency('server CPU per call', 'CPU time of the target’s processes over answered calls'),
	callsPerS: {
		title: 'calls answered per second',
		unit: '1/s',
		better: 'higher',
		meaning: 'answered calls over the measured time',
	},
	callsOk: count('calls answered', 'higher', 'calls whose verified answer arrived'),
	callsOkShare: {
		title: 'calls answered',
		unit: '%',
		better: 'higher',
		meaning:
			'calls whose verified answer arrived, of all that were due, those included that the generator’s queue had no room or time for',
	},
	callsFailed: count(
		'calls failed',
		'lower',
		'calls that certainly failed: refused, without a session, answered with an error or a wrong answer',
	),
	callsUnknown: count(
		'calls unknown',
		'lower',
		'calls cut off after they were sent: the client cannot know whether they ran',
	),
	callsDropped: count('calls dropped', 'lower', 'arrivals that found the generator’s queue full'),
	sessionsLost: count('sessions lost', 'lower', 'times a client lost its session or the stream it must hold'),
	sessionsReopened: count('sessions reopened', 'neither', 'times a client opened a session or its stream anew'),
	initializesRepeated: count('initializes repeated', 'lower', 'times a client had to send initialize again'),
	recovery95Ms: {
		missing: 'longer',
		title: '95 % recovered after',
		unit: 'ms',
		better: 'lower',
		meaning: 'from the heal of the last fault to the first answer that reached 95 % of the clients',
	},
	recovery99Ms: {
		missing: 'longer',
		title: '99 % recovered after',
		unit: 'ms',
		better: 'lower',
		meaning: 'from the heal of the last fault to the first answer that reached 99 % of the clients',
	},
	connectsPeakPerS: {
		title: 'connect peak',
		unit: '1/s',
		better: 'lower',
		meaning: 'most TCP connection attempts in any second after the fault, refused ones included',
	},
	lagP99Us: latency(
		'generator lag p99',
		'the generator’s own delay: of a call from due until it was taken up, of a push how long others were read before it in the same turn of the loop',
	),
	swarmCpuShare: {
		title: 'generator CPU',
		unit: '%',
		better: 'lower',
		meaning: 'share of one CPU that the busiest swarm worker used; it spins while a call is about to fall due',
	},
	targetCpuShare: {
		title: 'target CPU',
		unit: '%',
		better: 'lower',
		meaning: 'share of one CPU that the target used over the measured phase',
	},
	generatorBusyShare: share(
		'generator busy',
		'share of one CPU that the busiest swarm worker needed: CPU time without that of waiting with its eyes on the clock',
	),
	generatorWaitShare: share(
		'generator kept waiting',
		'share of the time in which a swarm worker was ready to run and other processes had its core; the worst worker',
	),
	loopDelayMaxUs: latency('generator stop', 'longest delay of a swarm worker’s event loop'),
	gcMaxUs: latency('generator GC', 'longest garbage collection of a swarm worker'),
	queuedPeak: count('calls waiting', 'lower', 'most calls that waited for a free session at a time, in one worker'),
	harnessCpuShare: share('harness CPU', 'share of one CPU that the harness used over the measured phase'),
	harnessLoopDelayMaxUs: latency('harness stop', 'longest delay of the harness’s own event loop'),
	harnessGcMaxUs: latency('harness GC', 'longest garbage collection of the harness'),
	othersCpuShare: share(
		'others’ CPU',
		'CPU time that programs other than the harness and its processes used over the measured phase; 100 is one CPU all the time',
	),
	idleCpuShare: {
		title: 'CPUs idle',
		unit: '%',
		better: 'neither',
		meaning: 'share of the CPUs that the harness may use on which nobody ran over the measured phase',
	},
	capacityPerS: {
		title: 'capacity',
		unit: '1/s',
		better: 'higher',
		meaning: 'highest rate of Poisson arrivals, tried step by step, at which the objective was met',
	},
	capacitySessions: count(
		'sessions within the objective',
		'higher',
		'largest number of sessions, each calling once per period, with which the objective was met',
	),
	p99AtCapacityUs: latency('p99 at capacity', 'latency from due in the step at that level'),
	ceilingPerS: {
		title: 'closed-loop ceiling',
		unit: '1/s',
		better: 'higher',
		meaning:
			'answers with status 2xx per second to autocannon, with as many connections as sessions, each asking again once answered',
	},
	ceilingClientCpuShare: {
		title: 'autocannon CPU',
		unit: '%',
		better: 'neither',
		meaning: 'share of one CPU that autocannon used; near 100 it was the limit and not the server',
	},
	ceilingTargetCpuShare: {
		title: 'target CPU at the ceiling',
		unit: '%',
		better: 'neither',
		meaning: 'share of one CPU that the target used meanwhile',
	},
	swarmKbPerClient: perClient(
		'generator memory per client',
		'slope of the workers’ private memory over idle clients, settled',
	),
	openMs: {
		title: 'time to open',
		unit: 'ms',
		better: 'lower',
		meaning: 'wall time in which all clients of the ladder opened; the readings in between are not counted',
	},
	opensPerS: {
		title: 'clients opened per second',
		unit: '1/s',
		better: 'higher',
		meaning: 'clients over the time to open; server and generator share the machine',
	},
	opensFailed: count('openings failed', 'lower', 'attempts to open a session that failed'),
	ussKbPerCall: perCall('USS per call', 'KB', 'slope of the target’s private memory over answered calls'),
	heapKbPerCall: perCall(
		'heap per call',
		'KB',
		'slope of heap and external memory after a forced collection over answered calls',
	),
	fdsPerCall: perCall('descriptors per call', 'fd', 'slope of the target’s descriptors over answered calls'),
	...resilienceMeasures,
	...balancingMeasures,
	...browserMeasures,
	...halfOpenMeasures,
	...libraryMeasures,
	...pathMeasures,
	...pushMeasures,
	...serverlessMeasures,
	...stalledMeasures,
	...soakMeasures,
	...vanishMeasures,
	...tokenMeasures,
} as const satisfies Record<string, MeasureInfo>;

export type MeasureName = keyof typeof measures;

export interface MeasureValue {
	readonly value: number;
	readonly unit: string;
	/** 95 % interval of this trial’s own fit, where the measure is one. */
	readonly ci?: readonly [low: number, high: number];
	/** The true value may be higher: what ended the measurement was not the target. */
	readonly atLeast?: true;
}

export type Measures = { readonly [K in MeasureName]?: MeasureValue };
