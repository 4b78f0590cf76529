import type { MeasureName } from '../../model/measures.ts';
import { counted, interval, tick } from '../../model/quantity.ts';
import type { ReportSection, ReportTable, SummaryRow } from '../../model/report.ts';
import type { Line, SeriesChart } from '../../model/series.ts';
import { instant, measureInfo } from '../content.ts';
import { answers, type Headline, type HeadlineFigure, headlines, headlineTargets } from './headlines.ts';
import {
	machineInWords,
	machineLetter,
	machinesOf,
	type PublishedHistory,
	type PublishedRun,
	shortCommit,
	verdictsInWords,
} from './history.ts';

/** Where the history stands in the page, and how the names of its charts begin. */
export const trendId = 'published-runs';

/** Every published run as a section of the page, beside those of the scenarios. */
export function trendSection(history: PublishedHistory): ReportSection {
	const charts = headlines.flatMap((headline) => trendChart(history, headline) ?? []);
	const [runs, machines] = [history.runs.length, machinesOf(history).length];
	return {
		id: trendId,
		title: 'Published runs',
		question: 'Do the figures hold from one published run to the next?',
		method:
			'Each published run leaves its headline figures here when the next takes its place: a point for each, with the 95 % interval over its repeats. ' +
			'A figure belongs to its machine: only points of one machine are a trend, and only where the commit or a version is what changed.',
		answer: `${counted(runs, 'published run')} on ${counted(machines, 'machine')}.${
			machines > 1 ? ' Points of different machines are no trend.' : ''
		}`,
		table: { measures: measuresOf(), rows: history.runs.flatMap((run) => rowsOf(history, run)) },
		tables: [runTable(history)],
		charts,
		warnings: [],
	};
}

function measuresOf(): readonly MeasureName[] {
	return headlines.map(({ measure }) => measure);
}

/** `2026-11-27, A`: a run on an axis and in a table. */
function labelOf(history: PublishedHistory, run: PublishedRun): string {
	return `${run.startedAt.slice(0, 10)}, ${machineLetter(history, run.machine)}`;
}

function figureFor(run: PublishedRun, target: string, headline: Headline): HeadlineFigure | undefined {
	return run.figures.find((figure) => figure.target === target && answers(figure, headline));
}

function rowsOf(history: PublishedHistory, run: PublishedRun): SummaryRow[] {
	return headlineTargets.flatMap((target) => {
		const figures = headlines.map((headline) => figureFor(run, target, headline));
		const repeats = figures.flatMap((figure) => figure?.repeats ?? []);
		if (repeats.length === 0) return [];
		const cells = figures.map((figure) => {
			if (!figure) return undefined;
			const { value, unit, ci, atLeast } = figure;
			return { value, unit, ...(ci && { ci }), ...(atLeast && { atLeast }) };
		});
		const place = { case: labelOf(history, run), caseId: run.id };
		return [{ ...place, target, completed: Math.min(...repeats), of: Math.max(...repeats), cells }];
	});
}

/** A headline over the published runs: a colour for each transport, filled or hollow marks for each machine. */
export function trendChart(history: PublishedHistory, headline: Headline): SeriesChart | undefined {
	const { runs } = history;
	const measured = headlineTargets.filter((target) => runs.some((run) => figureFor(run, target, headline)));
	const lines = measured.flatMap((target) =>
		machinesOf(history).map((machine): Line => {
			const letter = machineLetter(history, machine);
			const points = runs.flatMap((run, at) => {
				const figure = figureFor(run, target, headline);
				if (!figure || machineLetter(history, run.machine) !== letter) return [];
				const [low, high] = figure.ci ?? [];
				return [{ x: at + 1, y: figure.value, ...(low !== undefined && high !== undefined && { low, high }) }];
			});
			return { target, label: `${target}, machine ${letter}`, points };
		}),
	);
	if (measured.length === 0) return undefined;
	const { title, unit } = measureInfo(headline.measure);
	const id = [trendId, headline.scenario, headline.measure].join('-');
	return {
		id,
		scenario: trendId,
		kind: 'trend',
		title: `Published runs: ${title}`,
		sentence: sentenceOf(history, headline),
		x: {
			title: 'published run and its machine',
			unit: '',
			scale: 'category',
			labels: runs.map((run) => labelOf(history, run)),
		},
		y: { title, unit, scale: 'linear' },
		lines,
		shades: [],
	};
}

/** The figures of the newest run that has any, and what the machines are. */
function sentenceOf(history: PublishedHistory, headline: Headline): string {
	const newest = history.runs.findLast((run) => run.figures.some((figure) => answers(figure, headline)));
	const figures = (newest?.figures ?? []).filter((figure) => answers(figure, headline));
	const said = figures.map(({ target, value, ci, unit }) => `${target} ${interval(value, ci, unit)}`).join(', ');
	const place = headline.case === undefined ? headline.scenario : `${headline.scenario}, ${headline.case}`;
	const machines = machinesOf(history).map(
		(machine) => `${machineLetter(history, machine)} is ${machineInWords(machine)}`,
	);
	return `${place}, the newest: ${said}. Machine ${machines.join('; ')}.`;
}

/** What else must be known of each run to compare it with another. */
function runTable(history: PublishedHistory): ReportTable {
	return {
		title: 'Every published run',
		note: 'In the order of their publication; a commit or a version that differs may be why a figure does.',
		head: ['run', 'started', 'machine', 'system', 'Node', 'commit', 'profile', 'trials', 'claims'],
		rows: history.runs.map((run) => [
			run.id,
			instant(run.startedAt),
			`${machineLetter(history, run.machine)}: ${machineInWords(run.machine)}`,
			`${run.os}, kernel ${run.kernel}`,
			run.node,
			shortCommit(run.commit),
			run.profile,
			trialsInWords(run),
			verdictsInWords(run.verdicts),
		]),
	};
}

/** `1 200 of 1 210 trials completed, 2 invalid`. */
export function trialsInWords({ trials: { planned, completed, invalid } }: Pick<PublishedRun, 'trials'>): string {
	return `${tick(completed)} of ${counted(planned, 'trial')} completed${invalid > 0 ? `, ${invalid} invalid` : ''}`;
}
