import { sampleStandardDeviation } from 'simple-statistics';
import { ratioWithInterval } from '../judge/fit.ts';
import { connectionsOf } from '../machine-bounds.ts';
import type { SpreadRow } from '../model/calibration.ts';
import { sessionsOf } from '../model/load.ts';
import type { MeasureName } from '../model/measures.ts';
import type { Profile, Scenario } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { deriveSeed, seededRandom, shuffled } from '../random.ts';
import { type Bench, measureTrial } from './measure.ts';

/** The two names of the one target. */
const names = ['A', 'A′'] as const;

/**
 * Every scenario with one target under two names, in randomized pairs: whatever differs between the two is noise, of the
 * machine and of the method, and no comparison of a run can resolve less.
 */
export async function measureSpread(
	scenarios: readonly Scenario[],
	target: Target,
	profile: Profile,
	pairs: number,
	bench: Bench,
	say: (line: string) => void,
): Promise<readonly SpreadRow[]> {
	const rows: SpreadRow[] = [];
	for (const scenario of scenarios) {
		const size = scenario.sizes[profile];
		// On a machine that cannot hold it, its noise is not known.
		if (!size || sessionsOf(size.load) * 2 > connectionsOf(bench.limits)) continue;
		const values = new Map<MeasureName, Record<(typeof names)[number], number[]>>();
		for (let pair = 1; pair <= pairs; pair++) {
			for (const name of shuffled(names, seededRandom(deriveSeed(bench.seed, scenario.id, pair)))) {
				bench.signal.throwIfAborted();
				say(`${scenario.id}: ${target.id} against itself, pair ${pair} of ${pairs}`);
				const { measures, disturbed } = await measureTrial(target, size, pair, bench);
				if (disturbed !== undefined) continue;
				for (const measure of scenario.compares) {
					const found = measures[measure];
					if (!found) continue;
					const kept = values.get(measure) ?? { A: [], 'A′': [] };
					kept[name].push(found.value);
					values.set(measure, kept);
				}
			}
		}
		for (const [measure, kept] of values) rows.push(...spreadOf(scenario.id, measure, kept.A, kept['A′']));
	}
	return rows;
}

/** Nothing where a figure is not positive, so that no ratio can be made of it. */
function spreadOf(scenario: string, measure: MeasureName, a: readonly number[], b: readonly number[]): SpreadRow[] {
	const compared = ratioWithInterval(a, b);
	if (!compared) return [];
	const { ratio, ci } = compared;
	const logs = [...a, ...b].map(Math.log);
	const perRepeat = Math.expm1(sampleStandardDeviation(logs));
	return [{ scenario, measure, ratio: { value: ratio, ...(ci && { ci }) }, perRepeat }];
}
