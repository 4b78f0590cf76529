import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { counted } from '../model/quantity.ts';
import type { ReportInput, ReportPicture, ReportSection, ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { ChartData } from '../model/series.ts';
import { confidenceWords } from '../model/verdict-rules.ts';
import { invalidAgain } from './again.ts';
import { resolutionOf, resolutionTitle } from './calibration.ts';
import { countsInWords } from './claim-counts.ts';
import {
	chartPath,
	comparisonsOf,
	comparisonTable,
	environmentFacts,
	findingParts,
	foldedRows,
	reportTitle,
	runSummary,
	troubled,
	verdictText,
} from './content.ts';
import { gateText, gateTitle } from './gate-table.ts';
import { comparisonNote, intervalWords } from './interval-words.ts';
import { readingHint } from './legends.ts';
import { openLists, openTitle, openVerdicts } from './open-verdicts.ts';
import { picturePath } from './pictures.ts';
import type { Reporter } from './reporter.ts';
import { chartTable, figureText, summaryText, type TextTable, tableParts } from './tables.ts';
import { stateWords } from './trial-states.ts';
import { writeWhole } from './whole-file.ts';

/** The report as text: for a repository, an issue, a pull request. Pictures are links to the SVG files beside it. */
export const markdown: Reporter = {
	id: 'markdown',
	async write(input, folder) {
		const path = join(folder, 'report.md');
		await writeWhole(path, markdownReport(input));
		return [path];
	},
};

export function markdownReport(input: ReportInput): string {
	const { run } = input;
	const blocks = [
		`# ${escaped(reportTitle(run))}`,
		escaped(runSummary(run)),
		...claims(input),
		...gateBlocks(input),
		...input.sections.flatMap((section) => sectionBlocks(input, section)),
		...openBlocks(run),
		...trialBlocks(run),
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
	return [
		'## Findings',
		escaped(
			`${countsInWords(run.findings)} In brackets ${intervalWords(run)} over the repeats, where there are enough of them; where it is all from 0 to 100 % the value of each repeat stands instead.`,
		),
		...findingParts(run.findings).flatMap(({ title, findings }) => [
			title === '' ? '' : `### ${escaped(title)}`,
			table({
				head: ['verdict', 'claim', 'what decides'],
				rows: findings.map((each) => [verdictText(each), `${each.claim} (${each.id})`, each.because]),
			}),
		]),
	];
}

function gateBlocks(input: ReportInput): string[] {
	const text = gateText(input);
	if (!text) return [];
	return [`## ${gateTitle}`, escaped(text.sentence), ...foldable('Limits at every place', text.table)];
}

function sectionBlocks({ run }: ReportInput, section: ReportSection): string[] {
	const comparisons = comparisonsOf(run, section.id);
	const { tables: extra = [] } = section;
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
		`*${escaped(section.question)}* (scenario ${escaped(section.id)})`,
		escaped(section.answer),
		list(section.points ?? []),
		...extra.filter(({ folded }) => !folded).flatMap(extraBlocks),
		...(section.pictures ?? []).flatMap(pictureBlocks),
		...section.charts.flatMap(chartBlocks),
		'### Figures',
		...foldable('Figures of every case and target', { head, rows }, summary.byCase ? 3 : 2),
		`Means over the completed repeats, of times the geometric mean; in brackets the ${confidenceWords()} interval, where there are enough of them.`,
		escaped(summary.note),
		summary.columns
			.filter((column) => column.meaning !== '')
			.map((column) => `- **${escaped(column.title)}**: ${escaped(column.meaning)}`)
			.join('\n'),
		...(comparisons.length === 0
			? []
			: [
					'### Comparisons',
					...foldable('Comparisons in every case', comparisonTable(comparisons)),
					escaped(comparisonNote(run)),
				]),
		...extra.filter(({ folded }) => folded).flatMap(extraBlocks),
		'### How this was measured',
		escaped(section.method),
		...(section.warnings.length === 0 ? [] : ['### Warnings', list(section.warnings)]),
	];
}

/** A table in words; one whose columns are in groups would be too wide and stands group by group. */
function extraBlocks(extra: ReportTable): string[] {
	const parts = tableParts(extra).flatMap((part) =>
		part.title === '' ? foldable(extra.title, part) : [`**${escaped(part.title)}**`, table(part, 1)],
	);
	return [`### ${escaped(extra.title)}`, escaped(extra.note), ...parts];
}

function pictureBlocks(picture: ReportPicture): string[] {
	const { title, caption } = picture;
	return [`### ${escaped(title)}`, escaped(caption), `![${escaped(title)}](${picturePath(picture)})`];
}

function chartBlocks(data: ChartData): string[] {
	return [
		`### ${escaped(data.title)}`,
		escaped(data.sentence),
		`![${escaped(data.title)}](${chartPath(data, 'svg')})`,
		...(data.kind === 'heat' ? [escaped(readingHint(data)), table(chartTable(data), 1)] : []),
	];
}

/** A table that is long is folded away, where the renderer knows how to; elsewhere it stands there as any other. */
function foldable(what: string, text: TextTable, leftColumns?: number): string[] {
	if (text.rows.length <= foldedRows) return [table(text, leftColumns)];
	const summary = `<summary>${escaped(what)}: ${counted(text.rows.length, 'row')}</summary>`;
	return [`<details>\n${summary}`, table(text, leftColumns), '</details>'];
}

function openBlocks(run: RunRecord): string[] {
	const open = openVerdicts(run);
	if (!open) return [];
	return [
		`## ${openTitle}`,
		...open.sentences.map(escaped),
		...openLists(open).flatMap(({ title, points }) => [`### ${escaped(title)}`, list(points)]),
	];
}

function trialBlocks(run: RunRecord): string[] {
	const trouble = troubled(run);
	if (trouble.length === 0) return [];
	const rows = trouble.map(({ where, state, reason }) => [where, stateWords[state], reason]);
	const said = trouble.flatMap(({ where, stderr }) =>
		stderr.length === 0 ? [] : [`Last lines of ${escaped(where)} on stderr:`, fenced(stderr, 'text')],
	);
	return [
		'## Trials that did not complete',
		table({ head: ['trial', 'state', 'why'], rows }),
		...said,
		...againBlocks(run),
	];
}

function againBlocks(run: RunRecord): string[] {
	const again = invalidAgain(run);
	return again ? [escaped(again.sentence), fenced([again.command], 'sh')] : [];
}

function generatorBlocks(run: RunRecord): string[] {
	const { sentences, proof, tables } = resolutionOf(run);
	return [
		`## ${resolutionTitle}`,
		...[...sentences, ...proof].map(escaped),
		...tables.flatMap(({ title, table: rows }) => [`### ${escaped(title)}`, table(rows, 1)]),
	];
}

function withUnit(title: string, unit: string): string {
	return unit === '' ? title : `${title} (${unit})`;
}

/** @param leftColumns how many columns are names; the others are figures and stand to the right */
export function table({ head, rows }: TextTable, leftColumns = head.length): string {
	const align = head.map((_, index) => (index < leftColumns ? 'l' : 'r'));
	const cells = [head, ...rows].map((row) => row.map(escaped));
	return markdownTable(cells, { align, alignDelimiters: false, padding: true });
}

export function list(items: readonly string[]): string {
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
export function escaped(text: string): string {
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
