import { type Calibration, calibratedMachine } from '../model/calibration.ts';
import type { Environment } from '../model/environment.ts';
import type { ProofRow, VerdictProof } from '../model/verdict-proof.ts';

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

/** A proof of the verdicts as reports get it: CPU per call is told apart as wanted, latency is not. */
export function proofOfVerdicts(environment: Environment): VerdictProof {
	const tally = (count: number) => ({ count, of: 100, ranForReal: 5 });
	const slowdown = (percent: number, count: number, calledEqual: number) => ({
		...{ percent, found: tally(count), calledEqual },
		measured: { value: 1 + percent / 100, ci: [1 + percent / 110, 1 + percent / 90] as const },
	});
	const rows: ProofRow[] = [
		{
			...{ measure: 'p50Us', different: tally(3), perRepeat: 0.041 },
			slowdowns: [slowdown(5, 41, 7), slowdown(10, 88, 0)],
			...{ smallestFoundPercent: 12.7, repeatsNeeded: 19 },
		},
		{
			...{ measure: 'cpuUsPerCall', different: tally(2), perRepeat: 0.009 },
			slowdowns: [slowdown(5, 97, 1), slowdown(10, 100, 0)],
			smallestFoundPercent: 4.9,
		},
	];
	return {
		...{ measuredAt: '2026-01-30T10:15:00.000Z', durationMs: 270_000, profile: 'standard', seed: 7, repeats: 3 },
		machine: { ...calibratedMachine(environment), busyCpus: 0.02 },
		...{ blocks: 15, blocksRan: 16, trials: 60, allowedDifferent: 5, wantedFound: 95, rows },
	};
}
