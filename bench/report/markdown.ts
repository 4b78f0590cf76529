import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import type { ReportInput, ReportSection } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { ChartData } from '../model/series.ts';
import type { TrialResult } from '../model/trial.ts';
import { resolutionOf, resolutionTitle } from './calibration.ts';
import {
	chartPath,
	comparisonsOf,
	comparisonTable,
	environmentFacts,
	reportTitle,
	runSummary,
	stateWords,
	trialReason,
	trialStderr,
	troubled,
	verdictMarks,
} from './content.ts';
import type { Reporter } from './reporter.ts';
import { figureText, summaryText, type TextTable } from './tables.ts';

/** The report as text: for a repository, an issue, a pull request. Pictures are links to the SVG files beside it. */
export const markdown: Reporter = {
	id: 'markdown',
	async write(input, folder) {
		const path = join(folder, 'report.md');
		await writeFile(path, markdownReport(input));
		return [path];
	},
};

export function markdownReport(input: ReportInput): string {
	const { run } = input;
	const blocks = [
		`# ${escaped(reportTitle(run))}`,
		escaped(runSummary(run)),
		...claims(input),
		...input.sections.flatMap((section) => sectionBlocks(input, section)),
		...trialBlocks(troubled(run)),
		...generatorBlocks(run),
		'## Environment',
		table({ head: ['what', 'value'], rows: environmentFacts(run) }),
		'## Run it again',
		fenced([run.command], 'sh'),
	];
	return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function claims({ run }: ReportInput): string[] {
	if (run.findings.length === 0) return [];
	const rows = run.findings.map((finding) => [
		`${verdictMarks[finding.verdict]} ${finding.verdict}`,
		finding.claim,
		finding.because,
	]);
	return ['## Findings', table({ head: ['verdict', 'claim', 'because'], rows })];
}

function sectionBlocks({ run }: ReportInput, section: ReportSection): string[] {
	const comparisons = comparisonsOf(run, section.id);
	const summary = summaryText(section.table);
	const head = [
		...(summary.byCase ? ['case'] : []),
		'target',
		'trials',
		...summary.columns.map((column) => withUnit(column.title, column.unit)),
	];
	const rows = summary.rows.map((row) => [
		...(summary.byCase ? [row.case] : []),
		row.target,
		row.trials,
		...row.cells.map(figureText),
	]);
	return [
		`## ${escaped(section.title)}`,
		`*${escaped(section.question)}*`,
		escaped(section.answer),
		...(section.tables ?? []).flatMap((extra) => [`### ${escaped(extra.title)}`, escaped(extra.note), table(extra)]),
		...section.charts.flatMap(chartBlocks),
		'### Figures',
		table({ head, rows }, summary.byCase ? 3 : 2),
		'Means over the completed repeats, of times the geometric mean; in brackets the 95 % interval, where there are enough of them.',
		summary.columns
			.filter((column) => column.meaning !== '')
			.map((column) => `- **${escaped(column.title)}**: ${escaped(column.meaning)}`)
			.join('\n'),
		...(comparisons.length === 0 ? [] : ['### Comparisons', table(comparisonTable(comparisons))]),
		'### How this was measured',
		escaped(section.method),
		...(section.warnings.length === 0 ? [] : ['### Warnings', list(section.warnings)]),
	];
}

function chartBlocks(data: ChartData): string[] {
	return [`### ${escaped(data.title)}`, escaped(data.sentence), `![${escaped(data.title)}](${chartPath(data, 'svg')})`];
}

function trialBlocks(trials: readonly TrialResult[]): string[] {
	if (trials.length === 0) return [];
	const rows = trials.map((trial) => [trial.id, stateWords[trial.state], trialReason(trial)]);
	const said = trials.flatMap((trial) => {
		const lines = trialStderr(trial);
		return lines.length === 0 ? [] : [`Last lines of ${escaped(trial.id)} on stderr:`, fenced(lines, 'text')];
	});
	return ['## Trials that did not complete', table({ head: ['trial', 'state', 'why'], rows }), ...said];
}

function generatorBlocks(run: RunRecord): string[] {
	const { sentences, tables } = resolutionOf(run);
	return [
		`## ${resolutionTitle}`,
		...sentences.map(escaped),
		...tables.flatMap(({ title, table: rows }) => [`### ${escaped(title)}`, table(rows, 1)]),
	];
}

function withUnit(title: string, unit: string): string {
	return unit === '' ? title : `${title} (${unit})`;
}

/** @param leftColumns how many columns are names; the others are figures and stand to the right */
function table({ head, rows }: TextTable, leftColumns = head.length): string {
	const align = head.map((_, index) => (index < leftColumns ? 'l' : 'r'));
	const cells = [head, ...rows].map((row) => row.map(escaped));
	return markdownTable(cells, { align, alignDelimiters: false, padding: true });
}

function list(items: readonly string[]): string {
	return items.map((item) => `- ${escaped(item)}`).join('\n');
}

/** A code block whose fence is longer than any run of backticks inside. */
function fenced(lines: readonly string[], language: string): string {
	const text = lines.join('\n');
	const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
	const fence = '`'.repeat(longest + 1);
	return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Text that Markdown shows as it is: no markup, no HTML, no table cell that ends early, and no address or name that
 * a renderer turns into a link of its own accord.
 */
function escaped(text: string): string {
	return (
		text
			.replace(/&/g, '&amp;')
			.replace(/</g, '&lt;')
			.replace(/>/g, '&gt;')
			.replace(/[\\`*_|~#]/g, '\\$&')
			// An interval in brackets is no link; only what follows the bracket could make it one.
			.replace(/\](?=[([:])/g, '\\]')
			.replace(/:\/\//g, '&#58;//')
			.replace(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
			.replace(/@(?=\w)/g, '&#64;')
			.replace(/^[-+=]/, '\\$&')
			.replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
	);
}
