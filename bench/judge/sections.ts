import { type MeasureName, measures } from '../model/measures.ts';
import { objectiveSentence } from '../model/objective.ts';
import type { ReportInput, ReportSection, SummaryRow, SummaryTable } from '../model/report.ts';
import type { CaseRecord, RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import { warnings as warningTexts } from '../model/warning.ts';
import { type ChartSource, chartOf } from './charts.ts';
import type { TrialFacts } from './facts.ts';
import type { TrialFigures } from './figures.ts';
import { figuresOf } from './judge.ts';
import { libraryTable } from './library-table.ts';
import { capital, casesSentence, list } from './sentences.ts';

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
	const trials = run.trials.flatMap((result) => {
		const found = facts.get(result.id);
		const counts = result.scenario === scenario.id && result.state === 'completed' && found;
		return counts ? [{ result, facts: found }] : [];
	});
	const source: ChartSource = { scenario, figures, trials, cases: casesOf(run, scenario) };
	return {
		id: scenario.id,
		title: scenario.title,
		question: scenario.question,
		method: methodOf(run, scenario),
		answer: answer(scenario, figures),
		table: table(run, scenario, figures),
		...tablesOf(run, scenario, trials),
		charts: scenario.charts.flatMap((request) => chartOf(request, source) ?? []),
		warnings: warningsOf(run, scenario),
	};
}

/** Its tables in words; none where nothing was there to be said. */
function tablesOf(
	run: RunRecord,
	{ id, tables = [] }: Scenario,
	trials: ChartSource['trials'],
): Partial<ReportSection> {
	const made = tables.flatMap(() => libraryTable(run, id, trials) ?? []);
	return made.length === 0 ? {} : { tables: made };
}

/** How it was measured, and what a search looked for. */
function methodOf(run: RunRecord, { id, method, atOnce = 1 }: Scenario): string {
	const objective = run.scenarios.find((scenario) => scenario.id === id)?.objective;
	const shared = atOnce > 1 ? [`Up to ${atOnce} of its trials ran at the same time and shared all CPUs.`] : [];
	const sought = objective ? [`The objective was ${objectiveSentence(objective)}.`] : [];
	return [method, ...sought, ...shared].join(' ');
}

/** The scenario's first measures, target by target, as one sentence; over several cases their extremes. */
function answer(scenario: Scenario, figures: TrialFigures): string {
	if (figures.targets.length === 0) return 'No trial was completed.';
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
		const ids = run.targets.map(({ id }) => id).filter((id) => mine.some((trial) => trial.target === id));
		const of = part ? figures.in(part.id) : figures;
		return ids.map((id) => ({ id, part, of, planned: mine.filter((t) => t.target === id).length }));
	});
	const shown = scenario.shows.filter((name) => rows.some(({ id, of }) => of.estimate(id, name)));
	return {
		measures: shown,
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
		return { value, unit: measures[name].unit, ...(atLeast ? { atLeast } : {}), ...(ci ? { ci } : {}) };
	});
	return { target, completed: figures.completed(target), of, cells };
}

/** Each kind of warning once, with the trials it concerns and what to do about it. */
function warningsOf(run: RunRecord, scenario: Scenario): string[] {
	const clamped = run.scenarios.find(({ id }) => id === scenario.id)?.clamped;
	const byText = new Map<string, string[]>();
	for (const trial of run.trials.filter((result) => result.scenario === scenario.id)) {
		for (const { id, detail } of trial.warnings) {
			const text = `${detail} ${warningTexts[id]}`;
			byText.set(text, [...(byText.get(text) ?? []), trial.id]);
		}
	}
	return [
		...(clamped ? [`${clamped}. ${warningTexts.clamped}`] : []),
		...[...byText].map(([text, ids]) => `${text} (${ids.length > 3 ? `${ids.length} trials` : ids.join(', ')})`),
	];
}
