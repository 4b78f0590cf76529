import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { type Bench, measureTrial } from './measure.ts';

/** Private memory of a worker per SSE session that it holds, in KB; the slope over a ladder, as for servers. */
export async function measureHeldStream(sse: Target, rungs: readonly number[], bench: Bench): Promise<number> {
	const size: Size = { load: { kind: 'hold', rungs }, warmMs: 0, faults: [], repeats: 1 };
	const { measures } = await measureTrial(sse, size, 1, bench);
	return measures.swarmKbPerClient?.value ?? Number.NaN;
}
