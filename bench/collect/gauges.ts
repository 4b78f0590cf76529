import type { GaugeName, GaugeValues } from '../model/history.ts';

/** Gauge values while they are gathered. */
export type Gathered = { -readonly [K in GaugeName]?: number };

/** The values without those that are undefined: an unknown figure is absent, never zero. */
export function known(values: { readonly [K in GaugeName]?: number | undefined }): GaugeValues {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Figures that do not add up over processes: the worst one stands for all. */
const worst: ReadonlySet<string> = new Set<GaugeName>(['loopDelayP99Us', 'loopDelayMaxUs', 'loadAverage1']);

/**
 * The figures of several processes as one. A figure that one of them lacks is absent: a sum over some would pass for the
 * sum over all. Without processes there are no figures.
 */
export function sumGauges(values: readonly GaugeValues[]): GaugeValues {
	const [first, ...rest] = values;
	const sum: Gathered = { ...first };
	for (const name of Object.keys(sum) as GaugeName[]) {
		for (const other of rest) {
			const [soFar, more] = [sum[name], other[name]];
			if (soFar === undefined || more === undefined) delete sum[name];
			else sum[name] = worst.has(name) ? Math.max(soFar, more) : soFar + more;
		}
	}
	return sum;
}
