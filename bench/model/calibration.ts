import type { Environment } from './environment.ts';
import type { MeasureName } from './measures.ts';

export const calibrationSchema = 1;

/** A value with its 95 % interval over the repeats, where there were enough. */
export interface Resolved {
	readonly value: number;
	readonly ci?: readonly [low: number, high: number];
}

/** Another generator, measured in the same blocks against the same server. */
export interface Contender {
	/** `autocannon`, `undici`, `connection`, `wrk`, `hey`. */
	readonly id: string;
	/** What it is, in a few words. */
	readonly title: string;
	/** Median over the repeats. */
	readonly perS: number;
	/** Our verified calls per second ÷ its requests per second, by pairs of one block. */
	readonly ratio: Resolved;
}

/** A row of the timing error table: a figure of a server whose true delay is known. */
export interface TimingRow {
	/** `fixed-50ms-sse p50`: server and figure. */
	readonly case: string;
	readonly expectedUs: number;
	readonly measuredUs: number;
	readonly toleranceUs: number;
	/** Whether the error is within the tolerance: 2 % or 0.2 ms, whichever is larger. */
	readonly within: boolean;
	/** Why the figure is not to be trusted: the generator passed one of its limits. */
	readonly disturbed?: string;
}

/** How far one target is from itself, measured under two names in one run. */
export interface SpreadRow {
	readonly scenario: string;
	readonly measure: MeasureName;
	/** The second name's figure ÷ the first's; 1 but for noise. */
	readonly ratio: Resolved;
	/** By how much a single repeat typically differs from the mean of all: 0.05 is 5 %. */
	readonly perRepeat: number;
}

/** What the generator of this machine can resolve: measured by `calibrate`, shown in every report. */
export interface Calibration {
	readonly schema: typeof calibrationSchema;
	readonly measuredAt: string;
	readonly durationMs: number;
	/** Where it holds: another machine or another Node must be calibrated anew. */
	readonly machine: CalibratedMachine;
	readonly profile: string;
	readonly repeats: number;
	/** Calls per second of one worker on one core, each answer parsed, its id and content checked, recorded in microseconds. */
	readonly verifiedCallsPerS: number;
	/** How much of its CPU the server used meanwhile, in %: below 100 it is not the limit. */
	readonly serverCpuShare: number;
	readonly autocannonPerS: number;
	readonly ratioToAutocannon: Resolved;
	/** autocannon too, and what else was there. */
	readonly contenders: readonly Contender[];
	/** Private memory of a worker per held SSE session. */
	readonly kbPerHeldStream: number;
	/** Sessions that one worker opens per second, each with a connection and a request of its own. */
	readonly connectsPerS: number;
	/** The same ÷ a bare loop over undici that does the same. */
	readonly connectRatio: number;
	/** Share of calls per second that recording the history costs. */
	readonly historyCostShare: number;
	/** Intervals of the figures above, where they have one. */
	readonly intervals: {
		readonly connectRatio?: Resolved['ci'];
		readonly historyCostShare?: Resolved['ci'];
		/** Of the slope of one ladder. */
		readonly kbPerHeldStream?: Resolved['ci'];
	};
	readonly timing: readonly TimingRow[];
	readonly spread: readonly SpreadRow[];
}

export interface CalibratedMachine {
	readonly cpuModel: string;
	readonly cpus: number;
	readonly node: string;
	readonly kernel: string;
	/** The commit of the harness, with `+` where files differed from it; `unknown` outside of a checkout. */
	readonly harness: string;
	/** CPUs that were busy with something else when it began. */
	readonly busyCpus: number;
}

/** What of an environment a calibration holds for. */
export function calibratedMachine({ cpuModel, cpus, node, kernel, busyCpus, git }: Environment): CalibratedMachine {
	const harness = git ? `${git.head.slice(0, 10)}${git.dirty ? '+' : ''}` : 'unknown';
	return { cpuModel, cpus, node, kernel, harness, busyCpus };
}

/** What differs between the machine of a calibration and this one; empty where it holds. */
export function calibrationDiffers(
	{ machine }: Pick<Calibration, 'machine'>,
	environment: Environment,
): readonly string[] {
	const now = calibratedMachine(environment);
	return (['cpuModel', 'cpus', 'node', 'kernel', 'harness'] as const).flatMap((key) =>
		machine[key] === now[key] ? [] : [`${key} ${machine[key]}, now ${now[key]}`],
	);
}
