import type { Load } from '../model/load.ts';
import type { Scenario } from '../model/scenario.ts';
import type { ProcessFigures } from './accounts/generator.ts';
import type { TrialFacts } from './facts.ts';
import { type Purpose, purposeOf } from './machine-limits.ts';

/** A bound on one figure of one kind of process. */
interface Limit {
	readonly role: ProcessFigures['role'];
	readonly figure: (of: ProcessFigures) => number | undefined;
	/** By purpose; absent where the figure does not matter to it. */
	readonly most: Readonly<Partial<Record<Purpose, number>>>;
	/** Loads that reach the figure by design. */
	readonly except?: readonly Load['kind'][];
	/** What the process did, with its figure, before `; the limit is …`. */
	readonly said: (figure: string, of: ProcessFigures) => string;
	readonly written: (figure: number) => string;
}

/**
 * Beyond any of these the generator, and not the target, made the figures: the trial is invalid. All of them are here. A
 * figure that names a cause stands before the one that shows its effect, because the first limit that is passed is told.
 */
export const generatorLimits = {
	/**
	 * A pause delays every call that is due in it. 100 ms is a hundred times the longest that a worker takes here at 2000
	 * calls/s with the core to itself, and three times the longest on a crowded one: it takes a heap out of hand.
	 */
	workerGcUs: {
		role: 'swarm',
		figure: (of) => of.gcMaxUs,
		most: { latency: 100_000, timeline: 250_000 },
		said: (figure, { gcLongest }) => `stood still for a ${gcLongest} garbage collection of ${figure}`,
		written: ms,
	},
	/**
	 * With a core shared in equal parts it is one half, with one to itself some hundredths. At 0.4 the median of a call of
	 * 0.25 ms was measured as 1.8 ms, while the lag stayed below its limit: slices of the kernel are short.
	 */
	workerWaitShare: {
		role: 'swarm',
		figure: (of) => of.waitShare,
		most: { latency: 0.25 },
		said: (figure) => `waited for its core, which others had, for ${figure} of the time`,
		written: percent,
	},
	/**
	 * With random arrivals what waits before a server grows as 1 ÷ (1 − share): above 0.8 calls wait in the generator for four
	 * times as long as it works on them. A closed loop has no schedule to be late for, and is there to saturate.
	 */
	workerBusyShare: {
		role: 'swarm',
		figure: (of) => of.busyShare,
		most: { latency: 0.8, timeline: 0.8 },
		except: ['closed'],
		said: (figure) => `was busy for ${figure} of the time`,
		written: percent,
	},
	/**
	 * The delay of the generator itself, until it took the call up: a slow target cannot cause it. 20 ms are several slices of
	 * the kernel's scheduler (3–4 ms), which a machine with other things to do takes now and then. On a timeline it is one
	 * step: a thousand clients that reconnect in one instant are work.
	 */
	workerLagP99Us: {
		role: 'swarm',
		figure: (of) => of.lagP99Us,
		most: { latency: 20_000, timeline: 250_000 },
		said: (figure) => `took 1 % of its calls up more than ${figure} late`,
		written: ms,
	},
	/** Ten times the lag's limit: a stop that p99 does not show, but p99.9 and the longest call would be. Twice a timeline's step. */
	workerStopUs: {
		role: 'swarm',
		figure: (of) => of.loopDelayMaxUs,
		most: { latency: 200_000, timeline: 500_000 },
		said: (figure) => `stood still for ${figure}`,
		written: ms,
	},
	/**
	 * As a worker's: phases, faults and samples come from this process. It uses a hundredth of it. Where nothing strikes, clients and
	 * proxy write down by themselves what they see: on a timeline without a fault no limit on the harness counts.
	 */
	harnessGcUs: {
		role: 'harness',
		figure: (of) => of.gcMaxUs,
		most: { latency: 100_000, timeline: 250_000 },
		said: (figure, { gcLongest }) => `stood still for a ${gcLongest} garbage collection of ${figure}`,
		written: ms,
	},
	/**
	 * It is not pinned: on two cores, what it uses is taken from the target or from the swarm. It uses 2 % here. On a timeline it serves
	 * several trials at the same time, which take far more from each other; what it owes them is not to stand still.
	 */
	harnessCpuShare: {
		role: 'harness',
		figure: (of) => of.busyShare,
		most: { latency: 0.25, timeline: 0.5 },
		said: (figure) => `used ${figure} of a core`,
		written: percent,
	},
	/** Two samples of the gauges are missing, and a fault may have come as much too late. */
	harnessStopUs: {
		role: 'harness',
		figure: (of) => of.loopDelayMaxUs,
		most: { latency: 500_000, timeline: 500_000 },
		said: (figure) => `stood still for ${figure}`,
		written: ms,
	},
} as const satisfies Record<string, Limit>;

/** Why the trial is invalid: the process, its figure and the limit. Undefined where the generator kept its schedule. */
export function saturation(
	{ generator, timeline }: Pick<TrialFacts, 'generator' | 'timeline'>,
	{ shows }: Pick<Scenario, 'shows'>,
	load: Load['kind'],
): string | undefined {
	const purpose = purposeOf(shows);
	const limits: readonly Limit[] = Object.values(generatorLimits);
	const harnessMatters = purpose === 'latency' || timeline.outages.length > 0;
	for (const of of generator.processes()) {
		if (of.role === 'harness' && !harnessMatters) continue;
		for (const { role, figure, most, except, said, written } of limits) {
			const limit = most[purpose];
			const value = figure(of);
			if (role !== of.role || limit === undefined || value === undefined || except?.includes(load)) continue;
			if (value > limit) return `${of.name} ${said(written(value), of)}; the limit is ${written(limit)}`;
		}
	}
	return undefined;
}

function ms(us: number): string {
	return `${(us / 1000).toFixed(1)} ms`;
}

function percent(share: number): string {
	return `${(share * 100).toFixed(0)} %`;
}
