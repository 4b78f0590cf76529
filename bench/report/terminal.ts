import { styleText } from 'node:util';
import type { Calibration } from '../model/calibration.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import { duration } from '../model/quantity.ts';
import type { ReportInput, ReportSection } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import { calibrationSentences, calibrationTables, resolutionOf } from './calibration.ts';
import { clean, cleanText } from './clean.ts';
import { columnBlocks, cut, pad, wrap } from './columns.ts';
import {
	runSummary,
	stateWords,
	trialFigures,
	trialMs,
	trialReason,
	trialStderr,
	troubled,
	verdictMarks,
} from './content.ts';
import { figureText, summaryText } from './tables.ts';

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

/** What this stream can show: its width, and colours unless it is no terminal or NO_COLOR is set. */
export function terminalOptions(stream: NodeJS.WriteStream): Pick<TerminalOptions, 'columns' | 'colour'> {
	const colour = styleText('bold', 'x', { stream, validateStream: true }) !== 'x';
	return { columns: Math.min(widest, stream.columns ?? widest), colour };
}

/** The result of a run for a terminal: verdicts first, then figures, then what to look at. Ends with a line break. */
export function summary(unclean: ReportInput, options: TerminalOptions): string {
	const input = clean(unclean);
	const width = Math.max(20, Math.min(widest, Math.floor(options.columns)));
	const paint: Paint = (style, text) => (options.colour ? styleText(style, text, { validateStream: false }) : text);
	const blocks = [
		wrap(runSummary(input.run), width),
		...input.run.findings.map((finding) => findingLines(finding, width, paint)),
		...input.sections.map((section) => sectionLines(section, width, paint)),
		generatorLines(input.run, width, paint),
		troubleLines(troubled(input.run), width, paint),
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
	const word = `${verdictMarks[finding.verdict]} ${finding.verdict}`;
	const beside = width >= 60;
	const room = beside ? width - verdictWidth : width - 2;
	const indent = ' '.repeat(beside ? verdictWidth : 2);
	const claim = wrap(finding.claim, room).map((line) => paint('bold', line));
	const because = wrap(finding.because, room);
	if (!beside) return [paint(style, word), ...[...claim, ...because].map((line) => indent + line)];
	const [first = '', ...rest] = claim;
	return [
		paint(style, pad(word, verdictWidth, 'right')) + first,
		...[...rest, ...because].map((line) => indent + line),
	];
}

function sectionLines(section: ReportSection, width: number, paint: Paint): string[] {
	const text = summaryText(section.table, true);
	const head = ['target', ...text.columns.map(({ title, unit }) => (unit === '' ? title : `${title} (${unit})`))];
	const place = ({ caseId: inCase, target }: { caseId: string; target: string }) =>
		// What is too long is cut from its end: the target must be read.
		text.byCase ? `${target} · ${inCase}` : target;
	const rows = text.rows.map((row) => [place(row), ...row.cells.map(figureText)]);
	const blocks = columnBlocks(head, rows, width);
	return [
		paint('bold', cut(section.title, width)),
		...wrap(section.answer, width),
		...blocks.flatMap(({ lines, headLines }) =>
			lines.map((line, nth) => (nth < headLines ? paint('dim', line) : line)),
		),
		...section.warnings.flatMap((warning) => hanging('! ', warning, width).map((line) => paint('yellow', line))),
	];
}

/** When it was calibrated, how fast it is, and what speaks against it; the rest is for the other reports. */
function generatorLines(run: RunRecord, width: number, paint: Paint): string[] {
	const { sentences, doubt = '' } = resolutionOf(run);
	const [first = '', second = ''] = sentences;
	return hanging('generator  ', `${first} ${second} ${doubt}`.trim(), width).map((line) => paint('dim', line));
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

function troubleLines(trials: readonly TrialResult[], width: number, paint: Paint): string[] {
	if (trials.length === 0) return [];
	return [
		...wrap('Trials that did not complete', width).map((line) => paint('bold', line)),
		...trials.flatMap((trial) => [
			...hanging('- ', `${trial.id}: ${stateWords[trial.state]}: ${trialReason(trial)}`, width),
			...trialStderr(trial)
				.slice(-3)
				.map((line) => paint('dim', cut(`    ${line}`, width))),
		]),
	];
}

/** Wrapped text whose further lines stand under its first word. */
function hanging(mark: string, text: string, width: number): string[] {
	return wrap(text, width - mark.length).map((line, nth) => (nth === 0 ? mark : ' '.repeat(mark.length)) + line);
}

/** One line per finished trial, for logs: `[ 3/48] restart · sse · repeat 1 · completed in 9.8 s · 7 912 ok, …`. */
export function plainTrialLine(unclean: TrialResult, n: number, of: number): string {
	const trial = clean(unclean);
	const ms = trialMs(trial);
	const time = ms === undefined ? '' : `${trial.state === 'completed' ? ' in' : ' after'} ${duration(ms)}`;
	const reason = trialReason(trial);
	const parts = [
		`[${String(n).padStart(String(of).length)}/${of}] ${trial.scenario}`,
		trial.case ?? '',
		trial.target,
		`repeat ${trial.repeat}`,
		`${stateWords[trial.state]}${time}${reason === '' ? '' : `: ${reason}`}`,
		trialFigures(trial),
	];
	return parts.filter((part) => part !== '').join(' · ');
}
