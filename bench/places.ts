import type { TargetSpec } from './fleet/target.ts';
import { type Load, sessionsOf } from './model/load.ts';
import type { Path, PathLimits } from './model/path.ts';
import type { PlaceEvent } from './model/path-events.ts';
import type { Size } from './model/scenario.ts';
import type { Place } from './model/swarm.ts';
import { careOf, instancesOf, type Target } from './model/target.ts';
import { callOf, groupKey } from './server-flags.ts';
import type { GroupSpec } from './target-group.ts';

/**
 * The processes of a target for places of these sizes: a group for each set of flags that they ask for.
 * @param specOf how to start a process for a place of this size, by its number among those of its group
 */
export function groupsOf(
	target: Target,
	places: readonly Size[],
	specOf: (size: Size, instance: number) => TargetSpec,
): readonly GroupSpec[] {
	const alike = [...Map.groupBy(places.entries(), ([, size]) => groupKey(target, size)).values()];
	return alike.map((group) => {
		const [, size] = group[0] as [number, Size];
		const own = alike.length > 1 && { places: group.map(([place]) => place) };
		return { spec: (instance) => specOf(size, instance), count: instancesOf(target), ...own };
	});
}

/** A place as the swarm is told of it. */
export function swarmPlace(target: Target, size: Size, urls: readonly string[], tokens?: readonly string[]): Place {
	const { stream, policy, cookies, arrival, ...care } = { ...target.client, ...size.client };
	const { factor, load, realWaits } = size;
	const callers = load.kind === 'watch' ? { callers: load.callers } : {};
	return {
		urls,
		stream,
		policy,
		care: careOf(care),
		...(cookies && { cookies }),
		...(arrival && { arrival }),
		call: callOf(target, size),
		...callers,
		...(tokens && { tokens }),
		...(factor !== undefined && !realWaits && { factor }),
	};
}

/** What a reader must know of places, where it is more than what every trial is. */
export function placeEvents(target: Target, places: readonly Size[], load: Load): readonly Omit<PlaceEvent, 'at'>[] {
	const callers = load.kind === 'watch' ? { callers: load.callers } : {};
	return places.flatMap(({ factor, client, load: own, path }, place) => {
		if (factor === undefined && load.kind !== 'watch') return [];
		const { stream } = { ...target.client, ...client };
		return [
			{
				is: 'place' as const,
				place,
				factor: factor ?? 1,
				sessions: sessionsOf(own),
				...callers,
				...(target.server.kind === 'node' && { slow: true as const }),
				stream,
				...limitsOf(path),
			},
		];
	});
}

/** What ends a stream, however it is used. */
function limitsOf(path: Path | undefined): Pick<PlaceEvent, 'limitsMs'> {
	const limits: PathLimits = path?.kind === 'proxy' ? (path.limits ?? {}) : {};
	const { idleMs, maxDurationMs } = limits;
	const limitsMs = [idleMs, maxDurationMs].filter((ms) => ms !== undefined);
	return limitsMs.length === 0 ? {} : { limitsMs };
}
