import type { Estimate, Figures } from '../bench/model/finding.ts';
import { worksFrom } from '../bench/model/serverless-measures.ts';

/** An arm in a case, and whether it works there: `undecided` where its interval says neither. */
export interface Arm {
	readonly target: string;
	readonly share: Estimate;
	readonly fate: 'works' | 'breaks' | 'undecided';
}

/** The arms of a case whose calls were counted; the others are left out. */
export function armsOf(figures: Figures, targets: readonly string[]): Arm[] {
	return targets.flatMap((target): Arm[] => {
		const share = figures.estimate(target, 'callsOkShare');
		if (!share) return [];
		const [low, high] = share.ci ?? [share.value, share.value];
		return [{ target, share, fate: low >= worksFrom ? 'works' : high < worksFrom ? 'breaks' : 'undecided' }];
	});
}

/** The case `scaled-out`, as a sentence wants it. */
export const fullInstances = 'where two requests fill an instance, without session affinity,';
