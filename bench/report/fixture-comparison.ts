import type { MeasureName, Measures } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';
import { seededRandom } from '../random.ts';
import { run } from './fixture-run.ts';

/** How a made-up run differs from the one in `fixture-run.ts`. */
export interface Variation {
	readonly id: string;
	/** Of the noise. */
	readonly seed: number;
	/** Standard deviation of a measure from repeat to repeat, as a share. */
	readonly spread: number;
	readonly repeats: number;
	/** By what a measure is multiplied; 1 for what did not change. */
	factor?(trial: TrialPlan, measure: MeasureName): number;
	/** What else is different. */
	readonly more?: Partial<RunRecord>;
}

/** A run in which every trial completed, with noise: what `compare` has a true answer for. */
export function variedRun({ id, seed, spread, repeats, factor = () => 1, more = {} }: Variation): RunRecord {
	const random = seededRandom(seed);
	// Box and Muller's way to normal numbers.
	const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
	const completed = run.trials.filter((trial) => trial.state === 'completed');
	const firsts = [...new Map(completed.map((trial) => [`${trial.scenario} ${trial.target}`, trial])).values()];
	const trials = firsts.flatMap((first) =>
		Array.from({ length: repeats }, (_, n): TrialResult => {
			const trial = { ...first, id: first.id.replace(/\d+$/, String(n + 1)), repeat: n + 1, warnings: [] };
			const varied = Object.entries(first.measures).map(([name, measured]) => {
				const times = factor(trial, name as MeasureName) * Math.exp(spread * normal());
				return [name, { ...measured, value: measured.value * times }];
			});
			return { ...trial, measures: Object.fromEntries(varied) as Measures };
		}),
	);
	const planned = trials.map(({ id: trial, scenario, target, repeat, seed: own }) => ({
		...{ id: trial, scenario, target, repeat, seed: own },
	}));
	const scenarios = run.scenarios.map((scenario) => ({ ...scenario, repeats }));
	return { ...run, id, scenarios, planned, trials, comparisons: [], findings: [], ...more };
}

/** Twenty per cent more, for one measure of one target. */
export function slowed(
	share: number,
	scenario: string,
	target: string,
	measure: MeasureName,
): NonNullable<Variation['factor']> {
	return (trial, name) => (trial.scenario === scenario && trial.target === target && name === measure ? 1 + share : 1);
}
