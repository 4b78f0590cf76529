import { type MeasureName, measures } from '../model/measures.ts';
import { objectiveSentence } from '../model/objective.ts';
import { capital } from '../model/quantity.ts';
import type { ReportInput, ReportSection, SummaryRow, SummaryTable } from '../model/report.ts';
import type { CaseRecord, PathRecord, RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import { warnings as warningTexts } from '../model/warning.ts';
import { type ChartSource, chartOf, gridIn } from './charts.ts';
import type { TrialFacts } from './facts.ts';
import type { TrialFigures } from './figures.ts';
import { gridCells } from './grid.ts';
import { gridSentence } from './grid-sentence.ts';
import { figuresOf, withoutTwins } from './judge.ts';
import { picturesOf } from './pictures.ts';
import { policySentence } from './policy-sentence.ts';
import { casesSentence, list } from './sentences.ts';
import { alike } from './warning-groups.ts';
import { wordTables } from './word-tables.ts';

/** Turns a judged run and the facts of its completed trials, by trial id, into what reporters draw. */
export function reportInput(
	run: RunRecord,
	scenarios: readonly Scenario[],
	facts: ReadonlyMap<string, TrialFacts>,
): ReportInput {
	const ran = run.scenarios.flatMap(({ id }) => scenarios.filter((scenario) => scenario.id === id));
	return { run, sections: ran.map((scenario) => section(run, scenario, facts)) };
}

function section(run: RunRecord, scenario: Scenario, facts: ReadonlyMap<string, TrialFacts>): ReportSection {
	const figures = figuresOf(run, scenario);
	const twins = twinIds(run);
	const trials = run.trials.flatMap((result) => {
		const found = facts.get(result.id);
		const counts =
			result.scenario === scenario.id && result.state === 'completed' && !twins.has(result.target) && found;
		return counts ? [{ result, facts: found }] : [];
	});
	const planned = plannedOf(run, scenario);
	const source: ChartSource = { scenario, figures, trials, cases: casesOf(run, scenario), planned };
	return {
		id: scenario.id,
		title: scenario.title,
		question: scenario.question,
		method: methodOf(run, scenario),
		...answered(source),
		table: table(run, scenario, figures),
		...wordTables(run, scenario, trials),
		...picturesOf(run, trials),
		charts: scenario.charts.flatMap((request) => chartOf(request, source) ?? []),
		warnings: warningsOf(run, scenario),
	};
}

/** Tables show them last, and nothing else shows them. */
function twinIds({ targets }: RunRecord): ReadonlySet<string> {
	return new Set(targets.flatMap(({ id, twinOf }) => (twinOf === undefined ? [] : [id])));
}

/** What was planned for each target, in the order of the run. */
function plannedOf(run: RunRecord, { id }: Scenario): ChartSource['planned'] {
	const mine = Map.groupBy(
		run.planned.filter(({ scenario }) => scenario === id),
		({ target }) => target,
	);
	return withoutTwins(run.targets).flatMap((target) => {
		const trials = mine.get(target.id);
		return trials ? [{ target: target.id, cases: [...new Set(trials.flatMap((trial) => trial.case ?? []))] }] : [];
	});
}

/** How it was measured, and what a search looked for. */
function methodOf(run: RunRecord, scenario: Scenario): string {
	const { id, method, atOnce = 1 } = scenario;
	const record = run.scenarios.find((recorded) => recorded.id === id);
	const objective = record?.objective;
	const shared = atOnce > 1 ? [`Up to ${atOnce} of its trials ran at the same time and shared all CPUs.`] : [];
	const sought = objective ? [`The objective was ${objectiveSentence(objective)}.`] : [];
	const behind = record?.path ? [pathSentence(record.path)] : [];
	return [method, policySentence(run, scenario), ...sought, ...shared, ...behind].filter(Boolean).join(' ');
}

function pathSentence({ word, title, of }: PathRecord): string {
	if (of === 'none') return `It has a path of its own, which it kept: --path '${word}' did not act here.`;
	const who = of === 'all' ? 'All clients' : 'The clients of cases without a path of their own';
	return `${who} connected through ${title}.`;
}

function answered(source: ChartSource): Pick<ReportSection, 'answer' | 'points'> {
	const said = answer(source);
	return typeof said === 'string' ? { answer: said } : { answer: '', points: said };
}

/** The scenario's own answer, or its first measures, target by target, as one sentence; over several cases their extremes. Empty where only its grids answer. */
function answer(source: ChartSource): string | readonly string[] {
	const { scenario, figures } = source;
	if (figures.targets.length === 0) return 'No trial was completed.';
	const own = scenario.answer?.(figures);
	if (own !== undefined) return own;
	const grid = gridIn(source);
	if (grid) {
		const cellsOf = (name: MeasureName) => gridCells(grid, figures, name, name);
		return scenario.compares.map((name) => gridSentence(name, grid, cellsOf(name), undefined, true)).join(' ');
	}
	if (figures.cases.length > 0) return scenario.compares.map((name) => casesSentence(name, figures)).join(' ');
	const said = scenario.compares.filter((name) => figures.targets.some((target) => figures.estimate(target, name)));
	const sentences = said.map((name) => `${capital(measures[name].title)}: ${list(figures, name)}`);
	return `${sentences.join('. ')}.`;
}

function casesOf(run: RunRecord, { id }: Scenario): readonly CaseRecord[] {
	return run.scenarios.find((scenario) => scenario.id === id)?.cases ?? [];
}

function table(run: RunRecord, scenario: Scenario, figures: TrialFigures): SummaryTable {
	const planned = run.planned.filter((trial) => trial.scenario === scenario.id);
	const cases = casesOf(run, scenario);
	const parts = cases.length === 0 ? [undefined] : cases;
	const rows = parts.flatMap((part) => {
		const mine = planned.filter((trial) => trial.case === part?.id);
		const ids = [...withoutTwins(run.targets).map(({ id }) => id), ...twinIds(run)].filter((id) =>
			mine.some((trial) => trial.target === id),
		);
		const of = part ? figures.in(part.id) : figures;
		return ids.map((id) => ({ id, part, of, planned: mine.filter((t) => t.target === id).length }));
	});
	const shown = scenario.shows.filter((name) => rows.some(({ id, of }) => of.estimate(id, name)));
	return {
		measures: shown,
		main: scenario.compares.filter((name) => shown.includes(name)),
		rows: rows.map(({ id, part, of, planned: times }) => ({
			...(part && { case: part.title, caseId: part.id }),
			...row(id, shown, of, times),
		})),
	};
}

function row(target: string, shown: readonly MeasureName[], figures: TrialFigures, of: number): SummaryRow {
	const cells = shown.map((name) => {
		const estimate = figures.estimate(target, name);
		if (!estimate) return undefined;
		const { value, ci, atLeast } = estimate;
		const limitNotMetS = figures.limitNotMetS(target, name);
		return {
			...{ value, unit: measures[name].unit },
			...(atLeast && { atLeast }),
			...(limitNotMetS !== undefined && { limitNotMetS }),
			...(ci && { ci }),
		};
	});
	return { target, completed: figures.completed(target), of, cells };
}

/** Each kind of warning once, with the trials it concerns and what to do about it. */
function warningsOf(run: RunRecord, scenario: Scenario): string[] {
	const clamped = run.scenarios.find(({ id }) => id === scenario.id)?.clamped;
	const all = run.trials
		.filter((result) => result.scenario === scenario.id)
		.flatMap(({ id: trial, warnings }) => warnings.map(({ id, detail }) => ({ id, detail, trial })));
	return [
		...(clamped ? [`${clamped}. ${warningTexts.clamped}`] : []),
		...alike(all).map(({ id, text, of }) => {
			const trials = of.length > 3 ? `${of.length} trials` : of.map(({ trial }) => trial).join(', ');
			return `${text} ${warningTexts[id]} (${trials})`;
		}),
		...(run.notes ?? []).filter((note) => note.scenario === scenario.id).map(({ text }) => text),
	];
}
