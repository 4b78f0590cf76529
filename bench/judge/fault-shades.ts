import type { Fault } from '../model/fault.ts';
import type { Shade } from '../model/series.ts';
import type { ChartSource } from './charts.ts';

/** What is written above the shade of a fault; a fault of the path goes by its name. */
const words: Partial<Record<Fault['kind'], string>> = {
	crash: 'server down',
	drain: 'server drained and down',
	pause: 'server paused',
	rolling_restart: 'restarted one by one',
	blue_green: 'new processes take over',
	fd_exhaustion: 'out of descriptors',
	memory_limit: 'out of memory',
	down: 'balancer down',
	half_open: 'path silent',
	revoke: 'tokens refused',
};

/**
 * The spans from each fault to its heal, in seconds of the measured phase: of the nth fault of a trial what is common to all trials shown, so that
 * no repeat was still, or again, untouched within it. Where nothing is common, the instant at which the last of them was struck.
 */
export function faultShades({ trials }: Pick<ChartSource, 'trials'>): Shade[] {
	const spans = trials.flatMap(({ facts: { timeline } }) => {
		const { measureFromUs, measureToUs, outages } = timeline;
		return outages.map(({ kind, fromUs, toUs }, nth) => {
			const startUs = measureFromUs ?? fromUs;
			return { nth, kind, fromX: (fromUs - startUs) / 1e6, toX: ((toUs ?? measureToUs ?? fromUs) - startUs) / 1e6 };
		});
	});
	return [...Map.groupBy(spans, ({ nth, kind }) => `${nth} ${kind}`).values()].flatMap((same) => {
		const [first] = same;
		if (!first) return [];
		const label = words[first.kind] ?? `fault: ${first.kind.replaceAll('_', ' ')}`;
		const from = Math.max(...same.map(({ fromX }) => fromX));
		return [{ fromX: from, toX: Math.max(from, Math.min(...same.map(({ toX }) => toX))), label }];
	});
}
