import { clientCost, cpuMsPerHour, mostMessages } from '../model/push-cost.ts';
import type { Line } from '../model/series.ts';
import { Deliveries } from './accounts/deliveries.ts';
import type { ChartSource, Drawn } from './charts.ts';

/** Delivery latency over percentile, the repeats of a target together. */
export function deliveryPercentiles({ figures, trials }: ChartSource): Drawn {
	const lines = figures.targets.map((target): Line => {
		const all = new Deliveries();
		for (const { result, facts } of trials) if (result.target === target) all.merge(facts.deliveries);
		return { target, label: target, points: all.curve().map(({ x, us }) => ({ x, y: us / 1000 })) };
	});
	return {
		x: { title: 'percentile', unit: '%', scale: 'log' },
		y: { title: 'delivery latency', unit: 'ms', scale: 'log' },
		lines,
		shades: [],
	};
}

/** Points of a cost curve for each factor of ten. */
const pointsPerDecade = 5;

/** What a client costs in an hour over the messages that come for it, computed from measured parts. */
export function pushCosts({ figures }: ChartSource): Drawn {
	const steps = Math.ceil(Math.log10(mostMessages) * pointsPerDecade);
	const rates = Array.from({ length: steps + 1 }, (_, n) => 10 ** (n / pointsPerDecade));
	const lines = figures.targets.flatMap((target): Line[] => {
		const cost = clientCost(figures, target);
		return cost ? [{ target, label: target, points: rates.map((x) => ({ x, y: cpuMsPerHour(cost, x) })) }] : [];
	});
	return {
		x: { title: 'messages for each client', unit: '1/h', scale: 'log' },
		y: { title: 'server CPU per client and hour', unit: 'ms', scale: 'log' },
		lines,
		shades: [],
	};
}
