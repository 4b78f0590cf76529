import { connectionsOf } from '../machine-bounds.ts';
import type { MeasureValue } from '../model/measures.ts';
import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { CalibrationError } from './contest.ts';
import { type Bench, measureTrial } from './measure.ts';

/**
 * Private memory of a worker per SSE session that it holds, in KB: the slope over a ladder, as for servers. It does not begin
 * at 0, because the first clients also let Node's own memory grow, once.
 */
export async function measureHeldStream(sse: Target, rungs: readonly number[], bench: Bench): Promise<MeasureValue> {
	const factor = Math.min(1, connectionsOf(bench.limits) / Math.max(...rungs));
	const possible = rungs.map((rung) => Math.floor(rung * factor));
	const size: Size = { load: { kind: 'hold', rungs: possible }, warmMs: 0, faults: [], repeats: 1 };
	const { measures } = await measureTrial(sse, size, 1, bench);
	if (!measures.swarmKbPerClient) throw new CalibrationError('The memory of the workers could not be read.');
	return measures.swarmKbPerClient;
}
