import { describeEnvironment } from '../environment.ts';
import { type Calibration, calibratedMachine, calibrationSchema } from '../model/calibration.ts';
import type { Profile, Scenario } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { measureHeldStream } from './held.ts';
import type { Bench } from './measure.ts';
import { measureSpeed, type SpeedSize } from './speed.ts';
import { measureSpread } from './spread.ts';
import { measureTiming } from './timing.ts';

interface CalibrationSize {
	readonly speed: SpeedSize;
	readonly heldRungs: readonly number[];
	/** Pairs of the A/A measurement of each scenario; 0 leaves it out. */
	readonly pairs: number;
}

/** `smoke` shows that everything works; its figures have no intervals. Six repeats are the fewest that give a median one. */
export const calibrationSizes: Readonly<Record<Profile, CalibrationSize>> = {
	smoke: {
		speed: { repeats: 1, warmMs: 400, forMs: 800, opened: 300, historyMs: 800 },
		heldRungs: [300, 900],
		pairs: 0,
	},
	standard: {
		speed: { repeats: 6, warmMs: 1000, forMs: 2000, opened: 2000, historyMs: 4800 },
		heldRungs: [2000, 6000, 10_000, 14_000],
		pairs: 3,
	},
	full: {
		speed: { repeats: 12, warmMs: 1000, forMs: 3000, opened: 4000, historyMs: 9600 },
		heldRungs: [2000, 6000, 10_000, 14_000, 18_000],
		pairs: 6,
	},
};

export interface CalibrationPlan {
	readonly profile: Profile;
	/** The reference server of `sse`, whose clients hold a stream; it is also what is measured against itself. */
	readonly sse: Target;
	/** In which it is. */
	readonly scenarios: readonly Scenario[];
}

/**
 * What this generator can resolve on this machine. Everything in one run, so that its parts belong together.
 * @throws CalibrationError when a part cannot be measured; AbortError when interrupted
 */
export async function calibrate(
	plan: CalibrationPlan,
	bench: Bench,
	say: (line: string) => void,
): Promise<Calibration> {
	const startedAt = new Date();
	const { profile } = plan;
	const size = calibrationSizes[profile];
	const machine = calibratedMachine(await describeEnvironment(bench.placement));
	const speed = await measureSpeed(size.speed, bench, say);
	say('held streams');
	const held = await measureHeldStream(plan.sse, size.heldRungs, bench);
	const timing = await measureTiming(bench, say);
	const spread = await measureSpread(plan.scenarios, plan.sse, profile, size.pairs, bench, say);
	return {
		schema: calibrationSchema,
		measuredAt: startedAt.toISOString(),
		durationMs: Date.now() - startedAt.getTime(),
		machine,
		profile,
		repeats: size.speed.repeats,
		...speed,
		kbPerHeldStream: held.value,
		intervals: { ...speed.intervals, ...(held.ci && { kbPerHeldStream: held.ci }) },
		timing,
		spread,
	};
}
