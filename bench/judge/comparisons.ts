import type { Comparison, NoiseFloor } from '../model/finding.ts';
import type { RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import { usualLevel } from '../model/verdict-rules.ts';
import { adjustedPs } from './correction.ts';
import { compared } from './judge.ts';
import type { Looked } from './looks.ts';
import { partOf, repeatsNeeded } from './power.ts';
import { runNotes } from './run-notes.ts';

/** All comparisons of a run, corrected for their number, each with its noise floor; and what they say of the measurement itself. */
export function comparedRun(
	run: RunRecord,
	scenarios: readonly Scenario[],
): Required<Pick<RunRecord, 'comparisons' | 'notes'>> {
	const all = scenarios.flatMap((scenario) => compared(run, scenario));
	const isTwin = twinsOf(run);
	const twins = all.filter(({ comparison }) => isTwin(comparison)).map(({ comparison }) => comparison);
	const corrected = corrections(all.filter(({ comparison }) => !isTwin(comparison)));
	const comparisons = all.map((each) => {
		const comparison = corrected.get(each.comparison) ?? each.comparison;
		const noise = isTwin(comparison) ? undefined : noiseOf(comparison, twins, run);
		return noise ? { ...comparison, noise } : comparison;
	});
	return { comparisons, notes: runNotes(run, scenarios, comparisons, twins) };
}

/** Whether a comparison is one of a target with itself. */
export function twinsOf({ targets }: Pick<RunRecord, 'targets'>): (comparison: Pick<Comparison, 'b'>) => boolean {
	const ids = new Set(targets.filter(({ twinOf }) => twinOf !== undefined).map(({ id }) => id));
	return ({ b }) => ids.has(b);
}

/**
 * What becomes of those that could be called different, by what they were. Twins are left out: they answer no question, and a control is looked
 * at as strictly as can be.
 */
function corrections(all: readonly Looked[]): ReadonlyMap<Comparison, Comparison> {
	const family = all.flatMap(({ comparison, figures, level }) =>
		// What cannot be called different must not make it easier for the others.
		comparison.p === undefined ? [] : [{ comparison, figures, level, p: isCalled(comparison) ? comparison.p : 1 }],
	);
	const adjusted = adjustedPs(family.map(({ p }) => p));
	return new Map(
		family.map(({ comparison, figures, level, p }, nth) => {
			const adjustedP = adjusted[nth] ?? p;
			if (!isCalled(comparison)) return [comparison, comparison];
			if (adjustedP < usualLevel) return [comparison, { ...comparison, adjustedP }];
			const { moreRepeats: _, ...open } = comparison;
			const { measure, a, b } = comparison;
			// The part of the level that this one had to meet. Whether it is equal is not corrected.
			const own = partOf(level, adjustedP > 0 ? p / adjustedP : 1);
			const values = [figures.values(a, measure), figures.values(b, measure)] as const;
			const more = repeatsNeeded(...values, { level: own, equalLevel: level });
			const needed = more === undefined ? {} : { moreRepeats: more };
			return [comparison, { ...open, adjustedP, verdict: 'inconclusive', ...needed }];
		}),
	);
}

/** Whether it is called different, unless the correction takes it back. */
function isCalled({ verdict }: Comparison): boolean {
	return verdict === 'higher' || verdict === 'lower';
}

/**
 * The scenario's own A/A arm, of the same case if there is one; or what the machine's calibration found in that scenario; or the A/A arm of another
 * scenario that has the measure.
 */
function noiseOf(
	{ scenario, case: inCase, measure }: Comparison,
	twins: readonly Comparison[],
	{ calibration }: RunRecord,
): NoiseFloor | undefined {
	const alike = twins.filter((twin) => twin.measure === measure);
	const own = alike.filter((twin) => twin.scenario === scenario);
	const mine = own.find((twin) => twin.case === inCase) ?? own[0];
	if (mine) return floor(mine);
	const row = calibration?.spread.find((each) => each.scenario === scenario && each.measure === measure);
	if (row) return { ratio: row.ratio.value, ...(row.ratio.ci && { ci: row.ratio.ci }), from: 'calibration' };
	const [other] = alike;
	return other && { ...floor(other), from: other.scenario };
}

function floor({ ratio, ci }: Comparison): NoiseFloor {
	return { ratio, ...(ci && { ci }) };
}
