import { z } from 'zod';
import { type Calibration, calibrationSchema } from '../model/calibration.ts';
import { measures } from '../model/measures.ts';
import type { VerdictProof } from '../model/verdict-proof.ts';

const interval = z.tuple([z.number(), z.number()]).optional();
const resolved = z.object({ value: z.number(), ci: interval });

const machine = z.object({
	cpuModel: z.string(),
	cpus: z.number(),
	node: z.string(),
	kernel: z.string(),
	harness: z.string(),
	busyCpus: z.number(),
});

/** What a calibration must hold to be shown; a file is written by this program, but read by whatever version comes later. */
const shape = z.object({
	schema: z.literal(calibrationSchema),
	measuredAt: z.string(),
	durationMs: z.number(),
	machine,
	profile: z.string(),
	repeats: z.number(),
	verifiedCallsPerS: z.number(),
	serverCpuShare: z.number(),
	autocannonPerS: z.number(),
	ratioToAutocannon: resolved,
	contenders: z.array(z.object({ id: z.string(), title: z.string(), perS: z.number(), ratio: resolved })),
	kbPerHeldStream: z.number(),
	connectsPerS: z.number(),
	connectRatio: z.number(),
	historyCostShare: z.number(),
	intervals: z.object({ connectRatio: interval, historyCostShare: interval, kbPerHeldStream: interval }),
	timing: z.array(
		z.object({
			case: z.string(),
			expectedUs: z.number(),
			measuredUs: z.number(),
			toleranceUs: z.number(),
			within: z.boolean(),
			disturbed: z.string().optional(),
		}),
	),
	spread: z.array(
		z.object({ scenario: z.string(), measure: z.enum(Object.keys(measures)), ratio: resolved, perRepeat: z.number() }),
	),
});

/** The value as a calibration; undefined where it is none that this version can show. */
export function asCalibration(value: unknown): Calibration | undefined {
	return shape.safeParse(value).success ? (value as Calibration) : undefined;
}

const tally = z.object({ count: z.number(), of: z.number(), ranForReal: z.number() });

/** What a proof of the verdicts must hold to be shown. */
const proofShape = z.object({
	measuredAt: z.string(),
	durationMs: z.number(),
	machine,
	profile: z.string(),
	seed: z.number(),
	repeats: z.number(),
	blocks: z.number(),
	blocksRan: z.number(),
	trials: z.number(),
	allowedDifferent: z.number(),
	wantedFound: z.number(),
	rows: z.array(
		z.object({
			measure: z.enum(Object.keys(measures)),
			different: tally,
			slowdowns: z.array(z.object({ percent: z.number(), found: tally, calledEqual: z.number(), measured: resolved })),
			perRepeat: z.number(),
			smallestFoundPercent: z.number().optional(),
			repeatsNeeded: z.number().optional(),
			repeatsNeededForPercent: z.number().optional(),
		}),
	),
});

/** The value as a proof of the verdicts; undefined where it is none that this version can show. */
export function asVerdictProof(value: unknown): VerdictProof | undefined {
	return proofShape.safeParse(value).success ? (value as VerdictProof) : undefined;
}
