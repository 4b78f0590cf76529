import type { Estimate } from './finding.ts';
import type { MeasureName } from './measures.ts';

/** What a server does with what clients left behind that have come and gone, within the time it was watched. */
export type VanishWord = 'leaks' | 'gives back' | 'inconclusive';

/**
 * Up to here a slope is nothing: one client in fifty; and less than the least that any server here keeps for a session. The heap after a collection
 * wanders by some 20 KB from reading to reading, whoever came: 0.2 KB for each client of a wave of a hundred.
 */
export const nothing = {
	sessionsPerVanished: 0.02,
	fdsPerVanished: 0.02,
	heapKbPerVanished: 1,
} as const satisfies Partial<Record<MeasureName, number>>;
/** The slopes that decide. Private memory does not: it also holds what the allocator keeps for those who come next. */
export const decidingSlopes = Object.keys(nothing) as (keyof typeof nothing)[];

/**
 * By the intervals of its slopes over the clients that have gone: it leaks where one lies above nothing as a whole, and gives back where
 * none reaches beyond. Of a server that tells only some of them, nothing is known but a leak.
 * @param slopeOf a slope of the server in one case; one without an interval decides nothing
 */
export function vanishWord(slopeOf: (measure: MeasureName) => Estimate | undefined): VanishWord {
	const read = decidingSlopes.flatMap((name) => {
		const slope = slopeOf(name);
		return slope ? [{ ci: slope.ci, most: nothing[name] }] : [];
	});
	if (read.some(({ ci, most }) => ci !== undefined && ci[0] > most)) return 'leaks';
	const isNothing =
		read.length === decidingSlopes.length && read.every(({ ci, most }) => ci !== undefined && ci[1] <= most);
	return isNothing ? 'gives back' : 'inconclusive';
}
