import { type Calibration, calibratedMachine } from '../model/calibration.ts';
import type { Environment } from '../model/environment.ts';

/** A calibration as reports get it, with a part of every kind. */
export function calibrationOf(environment: Environment): Calibration {
	return {
		schema: 1,
		measuredAt: '2026-01-30T09:15:00.000Z',
		durationMs: 280_000,
		machine: { ...calibratedMachine(environment), busyCpus: 0.02 },
		profile: 'standard',
		repeats: 6,
		verifiedCallsPerS: 71_234,
		serverCpuShare: 82.4,
		autocannonPerS: 64_100,
		ratioToAutocannon: { value: 1.11, ci: [1.06, 1.17] },
		contenders: [
			{ id: 'autocannon', title: 'autocannon', perS: 64_100, ratio: { value: 1.11, ci: [1.06, 1.17] } },
			{ id: 'wrk', title: 'wrk (C)', perS: 95_000, ratio: { value: 0.75 } },
		],
		kbPerHeldStream: 11.3,
		connectsPerS: 4321,
		connectRatio: 1.2,
		historyCostShare: 0.019,
		intervals: { connectRatio: [1.1, 1.3], historyCostShare: [0.012, 0.026] },
		timing: [
			{ case: 'fixed-50ms-sse p50', expectedUs: 50_000, measuredUs: 50_110, toleranceUs: 1000, within: true },
			{ case: 'fixed-50ms-sse p90', expectedUs: 50_000, measuredUs: 51_910, toleranceUs: 1000, within: false },
		],
		spread: [
			{ scenario: 'steady-calls', measure: 'p50Us', ratio: { value: 1.01, ci: [0.97, 1.05] }, perRepeat: 0.031 },
		],
	};
}
