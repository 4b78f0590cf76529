import { styleText } from 'node:util';
import type { Calibration } from '../model/calibration.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import { counted, duration } from '../model/quantity.ts';
import type { ReportInput, ReportSection, ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import { commandInLines, invalidAgain } from './again.ts';
import { calibrationSentences, calibrationTables, resolutionOf } from './calibration.ts';
import { countsInWords } from './claim-counts.ts';
import { clean, cleanText } from './clean.ts';
import { columnBlocks, cut, pad, wrap } from './columns.ts';
import {
	findingParts,
	foldedRows,
	runSummary,
	type Trouble,
	trialFigures,
	trialMs,
	trialReason,
	troubled,
	verdictText,
} from './content.ts';
import { notMetSentence } from './legends.ts';
import { openLists, openVerdicts } from './open-verdicts.ts';
import { figureText, summaryText, tableParts } from './tables.ts';
import { gridLines, gridTitle } from './text-grid.ts';
import { stateWord, stateWords } from './trial-states.ts';

/** A line longer than this is hard to read, however wide the terminal. */
const widest = 100;

export interface TerminalOptions {
	/** Width of the terminal; the summary is never wider than this, nor than 100. */
	readonly columns: number;
	readonly colour: boolean;
	/** Where the reports lie; named last, where the reader looks. */
	readonly paths?: readonly string[];
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const verdictStyles: Readonly<Record<Verdict, Style>> = {
	confirmed: 'green',
	refuted: 'red',
	depends: 'yellow',
	inconclusive: 'dim',
};

/** What this stream can show: its width, or what COLUMNS says of a pipe; colours unless it is no terminal or NO_COLOR is set. */
export function terminalOptions(stream: NodeJS.WriteStream): Pick<TerminalOptions, 'columns' | 'colour'> {
	const colour = styleText('bold', 'x', { stream, validateStream: true }) !== 'x';
	return { columns: Math.min(widest, stream.columns ?? askedColumns(process.env.COLUMNS) ?? widest), colour };
}

/** A whole number of columns; undefined for anything else, which is no reason to fail. */
function askedColumns(word = ''): number | undefined {
	return /^[1-9]\d*$/.test(word) ? Number(word) : undefined;
}

/** The result of a run for a terminal: verdicts first, then figures, then what to look at. Ends with a line break. */
export function summary(unclean: ReportInput, options: TerminalOptions): string {
	const input = clean(unclean);
	const width = Math.max(20, Math.min(widest, Math.floor(options.columns)));
	const paint: Paint = (style, text) => (options.colour ? styleText(style, text, { validateStream: false }) : text);
	const blocks = [
		wrap(runSummary(input.run), width),
		input.run.findings.length > 0 ? wrap(countsInWords(input.run.findings), width) : [],
		...findingParts(input.run.findings).flatMap(({ title, findings }) => [
			title === '' ? [] : [paint('bold', cut(title, width))],
			...findings.map((finding) => findingLines(finding, width, paint)),
		]),
		...input.sections.map((section) => sectionLines(section, width, paint)),
		openLines(input.run, width),
		generatorLines(input.run, width, paint),
		troubleLines(troubled(input.run), width, paint),
		againLines(input.run, width),
		(options.paths ?? []).flatMap((path, nth) => hanging(nth === 0 ? 'report  ' : '        ', cleanText(path), width)),
	];
	return `${blocks
		.filter((lines) => lines.length > 0)
		.map((lines) => lines.join('\n'))
		.join('\n\n')}\n`;
}

/** Cells that the mark and the word of a verdict take. */
const verdictWidth = 16;

function findingLines(finding: Finding, width: number, paint: Paint): string[] {
	const style = verdictStyles[finding.verdict];
	const word = verdictText(finding);
	const beside = width >= 60;
	const room = beside ? width - verdictWidth : width - 2;
	const indent = ' '.repeat(beside ? verdictWidth : 2);
	const claim = wrap(`${finding.claim} (${finding.id})`, room).map((line) => paint('bold', line));
	// What decides a statement that rests on others stands with those.
	const rests = finding.restsOn && !finding.unmeasured ? `See ${finding.restsOn.join(', ')}.` : finding.because;
	const because = wrap(rests, room);
	if (!beside) return [paint(style, word), ...[...claim, ...because].map((line) => indent + line)];
	const [first = '', ...rest] = claim;
	return [
		paint(style, pad(word, verdictWidth, 'right')) + first,
		...[...rest, ...because].map((line) => indent + line),
	];
}

function sectionLines(section: ReportSection, width: number, paint: Paint): string[] {
	return [
		paint('bold', cut(`${section.title} (${section.id})`, width)),
		...wrap(section.answer, width),
		...(section.points ?? []).flatMap((point) => hanging('- ', point, width)),
		...(section.tables ?? []).flatMap((table) => (table.inTerminal ? partLines(table, width, paint) : [])),
		...figureLines(section, width, paint),
		...section.warnings.flatMap((warning) => hanging('! ', warning, width).map((line) => paint('yellow', line))),
	];
}

/** The figures of a scenario; of one with very many cases its first grid, or the first rows, for the reports have the rest. */
function figureLines(section: ReportSection, width: number, paint: Paint): string[] {
	const grids = section.charts.filter((chart) => chart.kind === 'heat');
	const long = section.table.rows.length > foldedRows;
	const [grid, ...others] = grids;
	if (long && grid) {
		return [
			...wrap(gridTitle(grid), width),
			...wrap(grid.sentence, width),
			...gridLines(grid, width).map(({ text, head }) => (head ? paint('dim', text) : text)),
			...wrap(notMetSentence(grid.cells), width).map((text) => paint('dim', text)),
			...others.flatMap(({ title }) => wrap(`… and in the report: ${title}`, width)),
		];
	}
	const text = summaryText(section.table, true);
	const head = ['target', ...text.columns.map(({ title, unit }) => (unit === '' ? title : `${title} (${unit})`))];
	const place = ({ caseId: inCase, target }: { caseId: string; target: string }) =>
		// What is too long is cut from its end: the target must be read.
		text.byCase ? `${target} · ${inCase}` : target;
	const shown = long ? text.rows.slice(0, foldedRows) : text.rows;
	const rows = shown.map((row) => [place(row), ...row.cells.map(figureText)]);
	const more = text.rows.length - shown.length;
	return [
		...blockLines(head, rows, width, paint),
		...wrap(text.note, width).map((line) => paint('dim', line)),
		...(more > 0 ? wrap(`… and ${counted(more, 'row')} more in the report`, width) : []),
	];
}

/** The columns of a group must stand beside each other on 80 columns, or nobody sees what belongs to a row. */
const partHeadWidth = 9;

/** A table whose columns are in groups, group by group, each with the rows that have something to say of it. */
function partLines(table: ReportTable, width: number, paint: Paint): string[] {
	return [
		...wrap(table.title, width),
		...tableParts(table).flatMap(({ title, head: [first = '', ...head], rows }) =>
			blockLines([title || first, ...head], rows, width, paint, partHeadWidth),
		),
		...wrap(table.note, width).map((line) => paint('dim', line)),
	];
}

function blockLines(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	width: number,
	paint: Paint,
	headWidth?: number,
): string[] {
	return columnBlocks(head, rows, width, headWidth).flatMap(({ lines, headLines }) =>
		lines.map((line, nth) => (nth < headLines ? paint('dim', line) : line)),
	);
}

/** More points are in the reports. */
const mostPoints = 8;

/** Which verdicts repeats decided; where none were added, only how many they would take. */
function openLines(run: RunRecord, width: number): string[] {
	const open = openVerdicts(run);
	if (!open) return [];
	const lists = run.untilDecided ? openLists(open) : [];
	return [
		...hanging('open  ', open.sentences[0] ?? '', width),
		...lists.flatMap(({ title, points }) => [
			...wrap(`${title}:`, width),
			...points.slice(0, mostPoints).flatMap((point) => hanging('- ', point, width)),
			...(points.length > mostPoints ? wrap(`… and ${points.length - mostPoints} more in the report`, width) : []),
		]),
	];
}

/** When it was calibrated, how fast it is, and what speaks against it; the rest is for the other reports. */
function generatorLines(run: RunRecord, width: number, paint: Paint): string[] {
	const { sentences, proof, doubt = '' } = resolutionOf(run);
	const [first = '', second = ''] = sentences;
	const said = run.verdictProof
		? [`${first} ${second} ${doubt}`.trim(), proof.join(' ')]
		: [`${first} ${second} ${doubt}`.trim()];
	return said.flatMap((text, nth) =>
		hanging(nth === 0 ? 'generator  ' : '           ', text, width).map((line) => paint('dim', line)),
	);
}

/** A calibration for a terminal. Ends with a line break. */
export function calibrationSummary(unclean: Calibration, options: TerminalOptions): string {
	const calibration = clean(unclean);
	const width = Math.max(20, Math.min(widest, Math.floor(options.columns)));
	const blocks = [
		calibrationSentences(calibration).flatMap((sentence) => wrap(sentence, width)),
		...calibrationTables(calibration).map(({ title, table: { head, rows } }) => [
			title,
			...columnBlocks(head, rows, width).flatMap(({ lines }) => lines),
		]),
		(options.paths ?? []).flatMap((path) => hanging('stored  ', cleanText(path), width)),
	];
	return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** What to do about what was invalid. */
function againLines(run: RunRecord, width: number): string[] {
	const again = invalidAgain(run);
	if (!again) return [];
	return [...wrap(again.sentence, width), ...commandInLines(again.command, width, '  ')];
}

function troubleLines(trouble: readonly Trouble[], width: number, paint: Paint): string[] {
	if (trouble.length === 0) return [];
	return [
		...wrap('Trials that did not complete', width).map((line) => paint('bold', line)),
		...trouble.flatMap(({ where, state, reason, stderr }) => [
			...hanging('- ', `${where}: ${stateWords[state]}: ${reason}`, width),
			...stderr.slice(-3).map((line) => paint('dim', cut(`    ${line}`, width))),
		]),
	];
}

/** Wrapped text whose further lines stand under its first word. */
function hanging(mark: string, text: string, width: number): string[] {
	return wrap(text, width - mark.length).map((line, nth) => (nth === 0 ? mark : ' '.repeat(mark.length)) + line);
}

/** One line per finished trial, for logs: `[ 3/48] restart · sse · repeat 1 · completed in 9.8 s · 7 912 ok, …`. */
export function plainTrialLine(alike: readonly TrialResult[], n: number, of: number): string {
	const [trial] = alike.map(clean);
	if (!trial) return '';
	const ms = trialMs(trial);
	// Of one that was stopped its word says after how long.
	const took = trial.state === 'completed' ? (trial.stopped ? undefined : ' in') : ' after';
	const time = ms === undefined || took === undefined ? '' : `${took} ${duration(ms)}`;
	const reason = trialReason(trial);
	const parts = [
		`[${String(n).padStart(String(of).length)}/${of}] ${trial.scenario}`,
		alike.length > 1 ? `${alike.length} cases` : (trial.case ?? ''),
		trial.target,
		`repeat ${trial.repeat}`,
		`${stateWord(trial)}${time}${reason === '' ? '' : `: ${reason}`}`,
		alike.length > 1 ? '' : trialFigures(trial),
	];
	return parts.filter((part) => part !== '').join(' · ');
}
