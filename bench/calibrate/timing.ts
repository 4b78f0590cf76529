import type { TimingRow } from '../model/calibration.ts';
import { type Bench, measureTrial } from './measure.ts';
import { timingCases, timingResults, timingSize, timingTarget } from './timing-cases.ts';

/** Servers whose true delay is known, one trial each: what the harness says of them, beside the truth. */
export async function measureTiming(bench: Bench, say: (line: string) => void): Promise<readonly TimingRow[]> {
	const rows: TimingRow[] = [];
	for (const known of timingCases) {
		bench.signal.throwIfAborted();
		say(`timing: ${known.id}`);
		const { facts, disturbed } = await measureTrial(timingTarget(known), timingSize(known), 1, bench);
		const because = disturbed === undefined ? {} : { disturbed };
		rows.push(...timingResults(known, facts.latency).map((row) => ({ ...row, ...because })));
	}
	return rows;
}
