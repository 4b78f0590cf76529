import type { Estimate } from '../model/finding.ts';
import type { Gate, GateResult } from '../model/gate.ts';
import { differsByFactors } from '../model/measure-kinds.ts';
import { type MeasureName, measures } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialPlan } from '../model/trial.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { bothFigures, bothScenarios, type TwoRuns } from './compare-runs.ts';
import { type BothFigures, comparedMeasure } from './compared-figures.ts';
import { otherQuestion } from './environment-differences.ts';
import type { TrialFigures } from './figures.ts';
import { atTheEnd, decidingInterval, stateOf, withBound } from './gate-state.ts';
import { type GateFinding, gateSentence } from './gate-words.ts';
import { byCase, figuresOf } from './judge.ts';
import { repeatsToClear } from './power.ts';
import { welch } from './welch.ts';

/** Names in a sentence; more would hide what it says. */
const mostNames = 12;

/** What a gate names in vain, in one sentence; undefined where all of it is planned. */
export function unknownName(gate: Gate, planned: readonly TrialPlan[], where: string): string | undefined {
	const own = planned.filter(({ scenario }) => scenario === gate.scenario);
	if (own.length === 0)
		return naming(
			gate,
			'scenario',
			gate.scenario,
			where,
			planned.map(({ scenario }) => scenario),
		);
	const cases = own.flatMap((trial) => trial.case ?? []);
	if (gate.case !== undefined && !cases.includes(gate.case)) return naming(gate, 'case', gate.case, where, cases);
	const targets = own.map(({ target }) => target);
	if (gate.target !== undefined && !targets.includes(gate.target)) {
		return naming(gate, 'target', gate.target, where, targets);
	}
	return undefined;
}

function naming({ word }: Gate, what: string, name: string, where: string, names: readonly string[]): string {
	const known = [...new Set(names)];
	const more = known.length - mostNames;
	const list = `${known.slice(0, mostNames).join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
	return `The gate ${word} checks nothing: there is no ${what} "${name}" in ${where}, which has ${list}. Name one of these.`;
}

/** Absolute gates on the figures of a run. */
export function runGates(run: RunRecord, gates: readonly Gate[]): GateResult[] {
	return gates.flatMap((gate) => {
		const inCases = casesFor(gate, byCaseOf(figuresOf(run, { id: gate.scenario })));
		const found = inCases.flatMap(({ figures, ...place }) =>
			figures.targets
				.filter((id) => gate.target === undefined || id === gate.target)
				.flatMap((target) => absolute(gate, figures, target, place)),
		);
		return found.length > 0 ? found.map((each) => resultOf(gate, each)) : [voided(gate, [run])];
	});
}

/** Relative and absolute gates on two runs; absolute ones are about B. */
export function comparedGates(runs: TwoRuns, gates: readonly Gate[]): GateResult[] {
	return gates.flatMap((gate) => {
		if (gate.limit.is === 'absolute') return runGates(runs.b, [gate]);
		const other = otherQuestion(runs.a, runs.b, gate.scenario);
		if (other !== undefined) return [unlike(gate, other)];
		const both = bothScenarios(runs).includes(gate.scenario) ? bothFigures(runs, gate.scenario) : [];
		const inCases = both.filter((each) => gate.case === undefined || each.case === gate.case);
		const found = inCases.flatMap((each) => relativeIn(gate, each));
		if (found.every(({ b, a }) => a === undefined || b === undefined)) return [voided(gate, [runs.a, runs.b])];
		return found.map((each) => resultOf(gate, each));
	});
}

interface Place {
	readonly case?: string;
}

function byCaseOf(figures: TrialFigures): readonly (Place & { readonly figures: TrialFigures })[] {
	if (figures.cases.length === 0) return [{ figures }];
	return byCase(figures).map((inside, n) => ({ figures: inside, case: figures.cases[n] as string }));
}

function casesFor<T extends Place>(gate: Gate, places: readonly T[]): readonly T[] {
	return places.filter((place) => gate.case === undefined || place.case === gate.case);
}

function absolute(gate: Gate, figures: TrialFigures, target: string, place: Place): GateFinding[] {
	const b = figures.estimate(target, gate.measure);
	if (!b) return [];
	const values = figures.values(target, gate.measure);
	const ci = decidingInterval(b, gate.measure);
	const state = atTheEnd(gate, values) ?? withBound(stateOf(gate, ci), gate.fails, b.atLeast === true);
	const more = state === 'open' ? moreFor(gate, b, values) : {};
	return [{ ...place, state, target, b, ...more }];
}

type More = Pick<GateFinding, 'moreRepeats' | 'moreGive'>;

/** At the end of what can be as many as a verdict takes decide, whatever they are; elsewhere as many as the interval needs to be clear of the limit. */
function moreFor(gate: Gate, { value, repeats }: Estimate, values: readonly number[]): More {
	const { limit, measure } = gate;
	if (atTheEnd(gate, values)) return { moreRepeats: repeatsForVerdict - repeats };
	const byFactors = differsByFactors(measure) && limit.value > 0 && values.every((each) => each > 0);
	return byFactors
		? toClear(Math.abs(Math.log(value / limit.value)), [values.map(Math.log)])
		: toClear(Math.abs(value - limit.value), [values]);
}

/** From a single repeat nothing is known of the spread: more give an interval, and whether that decides nobody can say. */
function toClear(distance: number, samples: readonly (readonly number[])[]): More {
	const missing = repeatsForVerdict - Math.min(...samples.map(({ length }) => length));
	if (missing >= repeatsForVerdict - 1) return { moreRepeats: missing, moreGive: 'interval' };
	const more = repeatsToClear(distance, samples);
	return more === undefined ? {} : { moreRepeats: Math.max(more, missing) };
}

/** Every target that one of the two has: what the other lost must not pass for kept. */
function relativeIn(gate: Gate, both: BothFigures): GateFinding[] {
	const targets = [...new Set([...both.a.targets, ...both.b.targets])];
	return targets
		.filter((id) => gate.target === undefined || id === gate.target)
		.flatMap((target) => relative(gate, both, target) ?? []);
}

function relative(gate: Gate, both: BothFigures, target: string): GateFinding | undefined {
	const place: Place = both.case === undefined ? {} : { case: both.case };
	const row = comparedMeasure(both, target, gate.measure, false);
	if (!row) return half(gate, both, target, place);
	const samples = (['a', 'b'] as const).map((side) => both[side].values(target, gate.measure)) as [number[], number[]];
	const { a, b, ratio, ci } = row;
	const isOpen = row.why === 'few' || row.why === 'partial';
	const plain = isOpen ? 'open' : ratio === undefined ? byShare(gate, samples) : stateOf(gate, ci);
	const state = withBound(plain, gate.fails, b.atLeast === true, a.atLeast === true);
	const more = state === 'open' ? moreOfBoth(gate, row, samples) : {};
	const figures = ratio === undefined ? {} : { ratio, ...(ci && { ci }) };
	return { ...place, ...figures, state, target, a, b, ...more };
}

/** Without a ratio: whether B − limit × A is above zero, which is the same question. */
function byShare(gate: Gate, [a, b]: readonly [number[], number[]]): ReturnType<typeof stateOf> {
	const limit = gate.limit.value;
	const found = welch(
		a.map((value) => value * limit),
		b,
	);
	return stateOf({ fails: gate.fails, limit: { is: 'absolute', value: 0 } }, found?.ci);
}

function moreOfBoth(
	{ limit }: Gate,
	{ ratio, a, b }: { ratio?: number; a: Estimate; b: Estimate },
	samples: readonly (readonly number[])[],
): More {
	const fewest = Math.min(a.repeats, b.repeats);
	if (ratio === undefined) {
		return fewest < repeatsForVerdict ? { moreRepeats: repeatsForVerdict - fewest, moreGive: 'interval' } : {};
	}
	const distance = Math.abs(Math.log(ratio / limit.value));
	return toClear(
		distance,
		samples.map((side) => side.map(Math.log)),
	);
}

/** A figure that one run alone has: nothing to compare, and nothing to pass over in silence. */
function half({ measure }: Gate, { a, b }: BothFigures, target: string, place: Place): GateFinding | undefined {
	const [was, is] = [a.estimate(target, measure), b.estimate(target, measure)];
	if (!was && !is) return undefined;
	return { ...place, state: 'open', target, ...(was && { a: was }), ...(is && { b: is }) };
}

function resultOf(gate: Gate, found: GateFinding): GateResult {
	const { state, case: inCase, target, a, b, ratio, ci } = found;
	return {
		...{ gate: gate.word, state, sentence: gateSentence(gate, found), scenario: gate.scenario },
		...(inCase !== undefined && { case: inCase }),
		...{ measure: gate.measure, target, limit: gate.limit },
		...(a && { a }),
		...(b && { b }),
		...(ratio !== undefined && { ratio }),
		...(ci && { ci }),
	};
}

function empty(gate: Gate, state: GateResult['state'], sentence: string): GateResult {
	const { word, scenario, case: inCase, measure, target, limit } = gate;
	return {
		...{ gate: word, state, sentence, scenario, measure, limit },
		...(inCase !== undefined && { case: inCase }),
		...(target !== undefined && { target }),
	};
}

/** An objective of the config file about what was not asked for in this run. */
export function skipped(gate: Gate, because: string): GateResult {
	return empty(gate, 'skipped', `The objective ${gate.word} was not checked: ${because}.`);
}

function unlike(gate: Gate, other: string): GateResult {
	const sentence = `The gate ${gate.word} checks nothing: the two runs asked different questions (${other}). Measure both with the same options.`;
	return empty(gate, 'void', sentence);
}

function voided(gate: Gate, runs: readonly RunRecord[]): GateResult {
	const lists = runs.map((run) => measuredNames(run, gate));
	const [first = new Set<MeasureName>(), ...others] = lists;
	const names = [...first].filter((name) => others.every((list) => list.has(name)));
	const more = names.length - mostNames;
	const list = `${names.slice(0, mostNames).join(', ') || 'nothing'}${more > 0 ? ` and ${more} more` : ''}`;
	const where = runs.length > 1 ? 'both runs' : 'the run';
	const sentence = `The gate ${gate.word} checks nothing: it has no figures in ${where}. There ${gate.scenario} has figures of ${list}. Name one of these, or measure again if trials did not complete.`;
	return empty(gate, 'void', sentence);
}

/** The measures of the completed trials that a gate is about. */
function measuredNames({ trials }: RunRecord, { scenario, case: inCase, target }: Gate): ReadonlySet<MeasureName> {
	const own = trials.filter(
		(trial) =>
			trial.scenario === scenario &&
			(inCase === undefined || trial.case === inCase) &&
			(target === undefined || trial.target === target),
	);
	const names = own.flatMap((trial) => (trial.state === 'completed' ? Object.keys(trial.measures) : []));
	return new Set(names.filter((name): name is MeasureName => Object.hasOwn(measures, name)));
}
