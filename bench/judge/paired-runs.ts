import type { RunRecord } from '../model/run.ts';
import type { TwoRuns } from './compare-runs.ts';

/** A target of A and the target of B that it is compared with. */
export interface TargetPair {
	readonly a: string;
	readonly b: string;
}

/**
 * The two runs with one target each, both under the name of B's: two versions of a server under two names, best in one run, whose trials
 * alternate so that what disturbs one disturbs the other.
 */
export function pairedRuns({ a, b }: TwoRuns, pair: TargetPair): TwoRuns {
	return { a: withOnly(a, pair.a, pair.b), b: withOnly(b, pair.b, pair.b) };
}

function withOnly(run: RunRecord, target: string, name: string): RunRecord {
	const renamed = <T extends { readonly target: string }>(all: readonly T[]): readonly T[] =>
		all.filter((each) => each.target === target).map((each) => ({ ...each, target: name }));
	const targets = run.targets.filter(({ id }) => id === target).map((each) => ({ ...each, id: name }));
	const planned = renamed(run.planned);
	// What ran only other targets is no part of the comparison.
	const scenarios = run.scenarios.filter(({ id }) => planned.some(({ scenario }) => scenario === id));
	return { ...run, targets, planned, scenarios, trials: renamed(run.trials) };
}
