import type { Calibration } from '../model/calibration.ts';

/** A calibration as reports get it, with a part of every kind. */
export function calibrationOf(machine: Omit<Calibration['machine'], 'busyCpus'>): Calibration {
	const { cpuModel, cpus, node, kernel } = machine;
	return {
		schema: 1,
		measuredAt: '2026-01-30T09:15:00.000Z',
		durationMs: 280_000,
		machine: { cpuModel, cpus, node, kernel, busyCpus: 0.02 },
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
			{ case: 'fixed-20ms-sse p50', expectedUs: 20_000, measuredUs: 20_110, toleranceUs: 400, within: true },
			{ case: 'fixed-20ms-sse p90', expectedUs: 20_000, measuredUs: 20_910, toleranceUs: 400, within: false },
		],
		spread: [
			{ scenario: 'steady-calls', measure: 'p50Us', ratio: { value: 1.01, ci: [0.97, 1.05] }, perRepeat: 0.031 },
		],
	};
}
