import { z } from 'zod';
import { type Calibration, calibrationSchema } from '../model/calibration.ts';
import { measures } from '../model/measures.ts';

const interval = z.tuple([z.number(), z.number()]).optional();
const resolved = z.object({ value: z.number(), ci: interval });

/** What a calibration must hold to be shown; a file is written by this program, but read by whatever version comes later. */
const shape = z.object({
	schema: z.literal(calibrationSchema),
	measuredAt: z.string(),
	durationMs: z.number(),
	machine: z.object({
		cpuModel: z.string(),
		cpus: z.number(),
		node: z.string(),
		kernel: z.string(),
		harness: z.string(),
		busyCpus: z.number(),
	}),
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
