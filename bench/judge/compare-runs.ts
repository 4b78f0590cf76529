import { isDeepStrictEqual } from 'node:util';
import type { MeasureName } from '../model/measures.ts';
import { counted } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import {
	type ComparedMeasure,
	type ComparisonSummary,
	type OnlyIn,
	type RunComparison,
	type RunHead,
	runComparisonSchema,
	type Side,
} from '../model/run-comparison.ts';
import type { Scenario } from '../model/scenario.ts';
import { usualLevel } from '../model/verdict-rules.ts';
import { type BothFigures, comparedMeasure, opened } from './compared-figures.ts';
import { type ComparedMeasures, comparedMeasures, measuredIn } from './compared-measures.ts';
import { adjustedPs } from './correction.ts';
import { differencesOf } from './environment-differences.ts';
import { figuresOf } from './judge.ts';

/** The two runs, in the order of the command. */
export interface TwoRuns {
	/** The base. */
	readonly a: RunRecord;
	readonly b: RunRecord;
}

/** Everything that two runs have in common, side by side, and what only one has. Gates are judged apart. */
export function compareRuns(runs: TwoRuns, scenarios: readonly Scenario[]): RunComparison {
	const { a, b } = runs;
	const onlyIn = [...onlyScenarios(runs), ...bothScenarios(runs).flatMap((id) => onlyWithin(runs, id, scenarios))];
	const rows = corrected(bothScenarios(runs).flatMap((id) => rowsOf(runs, id, scenarios)));
	return {
		schema: runComparisonSchema,
		a: headOf(a),
		b: headOf(b),
		notes: [...notesOf('A', a), ...notesOf('B', b), ...sameRun(runs)],
		differences: differencesOf(runs),
		summary: summaryOf(rows),
		rows,
		onlyIn,
		gates: [],
	};
}

/** The scenarios of both runs, in the order of the base. */
export function bothScenarios({ a, b }: TwoRuns): readonly string[] {
	return a.scenarios.map(({ id }) => id).filter((id) => b.scenarios.some((other) => other.id === id));
}

/** The figures of a scenario in both runs, by the cases that both have. */
export function bothFigures({ a, b }: TwoRuns, scenario: string): readonly BothFigures[] {
	const [figuresA, figuresB] = [figuresOf(a, { id: scenario }), figuresOf(b, { id: scenario })];
	const cases = figuresA.cases.filter((id) => figuresB.cases.includes(id));
	if (figuresA.cases.length === 0 && figuresB.cases.length === 0) return [{ scenario, a: figuresA, b: figuresB }];
	return cases.map((id) => ({ scenario, case: id, a: figuresA.in(id), b: figuresB.in(id) }));
}

function rowsOf(runs: TwoRuns, scenario: string, scenarios: readonly Scenario[]): ComparedMeasure[] {
	const { main, others } = measuresFor(runs, scenario, scenarios);
	return bothFigures(runs, scenario).flatMap((both) =>
		bothTargets(both).flatMap((target) =>
			[...main, ...others].flatMap((measure) => comparedMeasure(both, target, measure, main.includes(measure)) ?? []),
		),
	);
}

function bothTargets({ a, b }: BothFigures): readonly string[] {
	return a.targets.filter((id) => b.targets.includes(id));
}

function measuresFor({ a, b }: TwoRuns, id: string, scenarios: readonly Scenario[]): ComparedMeasures {
	const known = scenarios.find((scenario) => scenario.id === id);
	if (known) return comparedMeasures(known);
	const trials = [...a.trials, ...b.trials].filter(({ scenario }) => scenario === id);
	return measuredIn(trials.flatMap((trial) => ('measures' in trial ? Object.keys(trial.measures) : [])));
}

/** Differences that are no longer any when it is remembered how many were looked for. */
function corrected(rows: readonly ComparedMeasure[]): ComparedMeasure[] {
	const asked = rows.filter(({ p, why }) => p !== undefined && why !== 'few');
	const isCalled = ({ verdict }: ComparedMeasure) => verdict === 'higher' || verdict === 'lower';
	// What cannot be called different must not make it easier for the others.
	const found = adjustedPs(asked.map((row) => (isCalled(row) ? (row.p ?? 1) : 1)));
	const adjustedOf = new Map(asked.map((row, n) => [row, found[n] ?? 1]));
	return rows.map((row) => {
		const adjustedP = adjustedOf.get(row);
		if (adjustedP === undefined || !isCalled(row)) return row;
		return adjustedP >= usualLevel ? opened({ ...row, adjustedP }, 'many') : { ...row, adjustedP };
	});
}

function summaryOf(rows: readonly ComparedMeasure[]): ComparisonSummary {
	const enough = rows.filter(({ why }) => why !== 'few');
	const count = (...words: ComparedMeasure['verdict'][]) => enough.filter((row) => words.includes(row.verdict)).length;
	const [compared, different] = [enough.length, count('higher', 'lower')];
	return {
		...{ compared, different, equal: count('equal'), inconclusive: count('inconclusive') },
		...(compared > 0 && { differentShare: (100 * different) / compared }),
		tooFew: rows.length - compared,
	};
}

function headOf({ id, profile, state, startedAt, trials, planned, environment: { git } }: RunRecord): RunHead {
	const completed = trials.filter((trial) => trial.state === 'completed').length;
	return { ...{ id, profile, state, startedAt, completed }, planned: planned.length, git };
}

/** A run is equal to itself; two targets of one run are worth a comparison. */
function sameRun({ a, b }: TwoRuns): string[] {
	return a.id === b.id && a.targets.every((each, n) => isDeepStrictEqual(each, b.targets[n]))
		? ['A and B are the same run.']
		: [];
}

/** What speaks against a run as a whole. */
function notesOf(name: 'A' | 'B', { state, trials, planned }: RunRecord): string[] {
	const completed = trials.filter((trial) => trial.state === 'completed').length;
	const counts = (['invalid', 'aborted', 'failed-to-start', 'skipped'] as const).flatMap((each) => {
		const found = trials.filter((trial) => trial.state === each).length;
		return found === 0 ? [] : [`${found} ${each === 'failed-to-start' ? 'failed to start' : each}`];
	});
	const rest = planned.length - trials.length;
	if (rest > 0) counts.push(`${rest} not run`);
	const unfinished: Partial<Record<RunRecord['state'], string>> = {
		running: `${name} is not finished, or its harness was killed.`,
		interrupted: `${name} was interrupted.`,
	};
	const told = unfinished[state] ?? '';
	if (counts.length === 0) return told === '' ? [] : [told];
	const what = `${completed} of its ${counted(planned.length, 'trial')} completed and count (${counts.join(', ')}).`;
	return [told === '' ? `Of ${name} ${what.replace('of its', 'of')}` : `${told} ${capitalised(what)}`];
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const sides = ['a', 'b'] as const;
const otherOf: Readonly<Record<Side, Side>> = { a: 'b', b: 'a' };

function onlyScenarios(runs: TwoRuns): OnlyIn[] {
	const both = bothScenarios(runs);
	return sides.flatMap((side) =>
		runs[side].scenarios.filter(({ id }) => !both.includes(id)).map(({ id }) => ({ side, what: 'scenario', name: id })),
	);
}

/** Cases, targets and measures that only one of two runs has, of a scenario that both have. */
function onlyWithin(runs: TwoRuns, scenario: string, scenarios: readonly Scenario[]): OnlyIn[] {
	const casesOf = (side: Side) => figuresOf(runs[side], { id: scenario }).cases;
	const cases = sides.flatMap((side) =>
		casesOf(side)
			.filter((id) => !casesOf(otherOf[side]).includes(id))
			.map((id): OnlyIn => ({ side, what: 'case', name: `${scenario} · ${id}` })),
	);
	const { main, others } = measuresFor(runs, scenario, scenarios);
	const inside = bothFigures(runs, scenario).flatMap((both) => [
		...onlyTargets(runs, both),
		...bothTargets(both).flatMap((target) => onlyMeasures(both, target, [...main, ...others])),
	]);
	return [...cases, ...inside];
}

function placeOf({ scenario, case: inCase }: BothFigures, ...more: string[]): string {
	return [scenario, ...(inCase === undefined ? [] : [inCase]), ...more].join(' · ');
}

function onlyTargets(runs: TwoRuns, both: BothFigures): OnlyIn[] {
	return sides.flatMap((side) =>
		both[side].targets
			.filter((id) => !both[otherOf[side]].targets.includes(id))
			.map((id): OnlyIn => {
				const because = whyWithout(runs[otherOf[side]], both, id);
				return { side, what: 'target', name: placeOf(both, id), ...(because !== undefined && { because }) };
			}),
	);
}

/** Why a run has no completed trial of a target, in its own words. */
function whyWithout(run: RunRecord, { scenario, case: inCase }: BothFigures, target: string): string | undefined {
	const there = (each: { scenario: string; case?: string; target: string }) =>
		each.scenario === scenario && each.case === inCase && each.target === target;
	const trial = run.trials.find(there);
	if (trial && trial.state !== 'completed') return trial.because;
	return run.planned.some(there) ? 'not run' : undefined;
}

function onlyMeasures(both: BothFigures, target: string, measures: readonly MeasureName[]): OnlyIn[] {
	const has = (side: Side, measure: MeasureName) => both[side].estimate(target, measure) !== undefined;
	return sides.flatMap((side) =>
		measures
			.filter((measure) => has(side, measure) && !has(otherOf[side], measure))
			.map((measure): OnlyIn => ({ side, what: 'measure', name: placeOf(both, target, measure) })),
	);
}
