import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { StepFigures } from '../model/search.ts';
import { emptyHistogram } from './accounts/latency.ts';

/** The histograms of a step as the workers wrote them, few bytes each until they are asked for. */
export interface StepHistograms {
	readonly latencyUs: readonly string[];
	readonly lagUs: readonly string[];
}

/** The figures of a step over all workers: what the search goes by, and what its history is judged by afterwards. */
export function stepFigures(
	{ latencyUs, lagUs }: StepHistograms,
	rest: Pick<StepFigures, 'dropped' | 'busyShare' | 'waitShare'>,
): StepFigures {
	const latency = merged(latencyUs);
	const lag = merged(lagUs);
	const ok = latency.totalCount;
	return {
		ok,
		// Every call that ended has a lag, and only the answered ones have a latency.
		notOk: lag.totalCount - ok,
		...(ok === 0 ? {} : { p99Us: latency.getValueAtPercentile(99) }),
		lagP99Us: lag.totalCount === 0 ? 0 : lag.getValueAtPercentile(99),
		...rest,
	};
}

function merged(parts: readonly string[]): Histogram {
	const all = emptyHistogram();
	for (const data of parts) all.add(decodeFromCompressedBase64(data, 32));
	return all;
}
