import type { Figures } from './finding.ts';
import type { MeasureName } from './measures.ts';
import { pollMsOf } from './target.ts';

/** What a client that holds a stream costs the server in CPU time. */
export interface StreamCost {
	readonly kind: 'stream';
	readonly idleMsPerHour: number;
	readonly pushUs: number;
}

/** What a client that polls costs it. */
export interface PollCost {
	readonly kind: 'poll';
	readonly everyMs: number;
	readonly idleUs: number;
	/** A poll that brings messages, be they one or several. */
	readonly fullUs: number;
}

export type ClientCost = StreamCost | PollCost;

const msPerHour = 3_600_000;

/** What was measured of a target as the parts that its cost is made of; undefined where one is missing. */
export function clientCost(figures: Pick<Figures, 'estimate'>, target: string): ClientCost | undefined {
	const value = (measure: MeasureName) => figures.estimate(target, measure)?.value;
	const everyMs = pollMsOf(target);
	if (everyMs === undefined) {
		const [idleMsPerHour, pushUs] = [value('idleCpuMsPerClientHour'), value('cpuMsPer1000Pushes')];
		if (idleMsPerHour === undefined || pushUs === undefined) return undefined;
		return { kind: 'stream', idleMsPerHour, pushUs };
	}
	const [idleUs, fullUs] = [value('cpuUsPerIdlePoll'), value('cpuUsPerFullPoll')];
	return idleUs === undefined || fullUs === undefined ? undefined : { kind: 'poll', everyMs, idleUs, fullUs };
}

/** CPU time of the server in ms for a client and hour in which so many messages come for it, at random instants. */
export function cpuMsPerHour(cost: ClientCost, messages: number): number {
	if (cost.kind === 'stream') return cost.idleMsPerHour + (messages * cost.pushUs) / 1000;
	const polls = msPerHour / cost.everyMs;
	// Of a Poisson process: the share of intervals in which at least one message came.
	const full = polls * -Math.expm1(-messages / polls);
	return (full * cost.fullUs + (polls - full) * cost.idleUs) / 1000;
}

/** More messages than this, a thousand a second for each client, nobody compares. */
export const mostMessages = 3_600_000;

/** Between which numbers of messages per client and hour a held stream costs less than polling. */
export interface Cheaper {
	/** 0: from the first message on, and before it. */
	readonly from: number;
	/** `mostMessages`: as far as was looked. */
	readonly to: number;
}

/** @returns undefined where the stream costs more whatever the number */
export function whereStreamIsCheaper(stream: StreamCost, poll: PollCost): Cheaper | undefined {
	const saves = (messages: number): boolean => cpuMsPerHour(stream, messages) < cpuMsPerHour(poll, messages);
	// What polling costs beyond the stream rises, if at all, and then falls: the places where it is positive are one span.
	const grid = [0, ...Array.from({ length: 400 }, (_, n) => mostMessages ** (n / 399))];
	const first = grid.findIndex(saves);
	if (first < 0) return undefined;
	const last = grid.findLastIndex(saves);
	return {
		from: first === 0 ? 0 : edge(grid[first - 1] ?? 0, grid[first] ?? 0, saves),
		to: last === grid.length - 1 ? mostMessages : edge(grid[last + 1] ?? 0, grid[last] ?? 0, saves),
	};
}

/** Where it begins to hold, between a number for which it does not and one for which it does. */
function edge(without: number, holding: number, holds: (messages: number) => boolean): number {
	let [out, inside] = [without, holding];
	for (let step = 0; step < 40; step++) {
		const middle = (out + inside) / 2;
		if (holds(middle)) inside = middle;
		else out = middle;
	}
	return inside;
}
