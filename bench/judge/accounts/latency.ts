import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { HistogramEvent, HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

const percentiles: readonly [number, string][] = [
	[50, 'P50Us'],
	[90, 'P90Us'],
	[99, 'P99Us'],
	[99.9, 'P999Us'],
	[100, 'MaxUs'],
];

/** Where a percentile curve is read; x of a chart is 1 ÷ (1 − p), which gives every nine the same room. */
const curveAt = [0, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99];

/** Latency from due and service time: the workers' histograms, merged. */
export class Latency implements Account {
	readonly #merged: Record<HistogramEvent['of'], Histogram> = {
		latencyUs: emptyHistogram(),
		serviceUs: emptyHistogram(),
		lagUs: emptyHistogram(),
	};

	take(event: HistoryEvent): void {
		// Those of a search's steps are no figures of the trial: most of its load was meant to be too much, or too little.
		if (event.is === 'histogram' && event.step === undefined)
			this.#merged[event.of].add(decodeFromCompressedBase64(event.data, 32));
	}

	measures(): Measures {
		const { latencyUs, serviceUs, lagUs } = this.#merged;
		return {
			...percentilesOf(latencyUs, (suffix) => (suffix.charAt(0).toLowerCase() + suffix.slice(1)) as MeasureName),
			...percentilesOf(serviceUs, (suffix) => `service${suffix}` as MeasureName),
			...(lagUs.totalCount > 0 ? measured('lagP99Us', lagUs.getValueAtPercentile(99)) : {}),
		};
	}

	/** Points of latency over percentile, as far as the number of calls resolves it. */
	curve(): { x: number; us: number }[] {
		return curveOf(this.#merged.latencyUs);
	}

	/** Mean latency from due of the answered calls; NaN without any. */
	get meanUs(): number {
		const { latencyUs } = this.#merged;
		return latencyUs.totalCount === 0 ? Number.NaN : latencyUs.mean;
	}

	/** Latency from due at a percentile of the answered calls, 0 to 100; 0 without any. */
	percentileUs(percentile: number): number {
		return this.#merged.latencyUs.getValueAtPercentile(percentile);
	}

	/** Joins the calls of another repeat. */
	merge(other: Latency): void {
		for (const kind of ['latencyUs', 'serviceUs', 'lagUs'] as const) this.#merged[kind].add(other.#merged[kind]);
	}
}

/** Points of a quantity over percentile, as far as the number of its values resolves it; x is 1 ÷ (1 − p). */
export function curveOf(histogram: Histogram): { x: number; us: number }[] {
	const resolved = curveAt.filter((p) => histogram.totalCount * (1 - p / 100) >= 5);
	return resolved.map((p) => ({ x: 1 / (1 - p / 100), us: histogram.getValueAtPercentile(p) }));
}

function percentilesOf(histogram: Histogram, nameOf: (suffix: string) => MeasureName): Measures {
	if (histogram.totalCount === 0) return {};
	// The rarest in a thousand cannot be told from fewer calls than that.
	const told = percentiles.filter(([p]) => p === 100 || histogram.totalCount * (1 - p / 100) >= 1);
	return Object.assign({}, ...told.map(([p, suffix]) => measured(nameOf(suffix), histogram.getValueAtPercentile(p))));
}

/** For microseconds, up to ten minutes; those of the workers are added to it. */
export function emptyHistogram(): Histogram {
	return build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, highestTrackableValue: 600_000_000 });
}
