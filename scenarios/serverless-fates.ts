import type { Estimate, Evidence, Figures } from '../bench/model/finding.ts';
import { worksFrom } from '../bench/model/serverless-measures.ts';

/**
 * An arm in a case, and whether it works there: `undecided` where its repeats disagree. An interval of the two repeats that there
 * are reaches from nothing to everything wherever they differ at all, and both may be far from what works.
 */
export interface Arm {
	readonly target: string;
	readonly share: Estimate;
	readonly fate: 'works' | 'breaks' | 'undecided';
	readonly evidence: readonly Evidence[];
}

/** The arms of a case whose calls were counted; the others are left out. */
export function armsOf(figures: Figures, targets: readonly string[]): Arm[] {
	return targets.flatMap((target): Arm[] => {
		const share = figures.estimate(target, 'callsOkShare');
		if (!share) return [];
		const answered = figures.values(target, 'callsOkShare').map((value) => value >= worksFrom);
		const fate = answered.every(Boolean) ? 'works' : answered.some(Boolean) ? 'undecided' : 'breaks';
		return [{ target, share, fate, evidence: figures.evidence(target, 'callsOkShare') }];
	});
}

/** The case `scaled-out`, as a sentence wants it. */
export const fullInstances = 'where two requests fill an instance, without session affinity,';
