import { styleText } from 'node:util';
import { capital, counted } from '../model/quantity.ts';
import type { ComparedMeasure, RunComparison } from '../model/run-comparison.ts';
import { equalWords } from '../model/verdict-rules.ts';
import { clean } from './clean.ts';
import { cellsOf, cut, pad, wrap } from './columns.ts';
import {
	changeText,
	headText,
	onlyText,
	openLegend,
	openText,
	placeText,
	readingNote,
	readingText,
	sideText,
	sortedRows,
	summarySentence,
} from './comparison-words.ts';
import { gateMarks } from './gate-table.ts';

const widest = 100;
const narrowest = 40;

/** Rows of a part; more are counted, and all are in the JSON. */
const mostDifferent = 200;
const mostOthers = 40;
const mostOnly = 20;
/** The start of a server's command line tells it; the rest is in the JSON. */
const longestValue = 300;

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** A comparison for a terminal: the environment first, then gates, then what differs. Ends with a line break. */
export function comparisonText(
	unclean: RunComparison,
	{ columns, colour }: { readonly columns: number; readonly colour: boolean },
): string {
	const comparison = clean(unclean);
	const width = Math.max(narrowest, Math.min(widest, Math.floor(columns)));
	const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
	const { different, equal, inconclusive } = sortedRows(comparison.rows);
	const part = (
		title: string,
		rows: readonly ComparedMeasure[],
		read: (row: ComparedMeasure) => string,
		most: number,
	) => rowLines(title, rows, read, most, width, paint);
	const blocks = [
		[
			...hanging('A  ', headText(comparison.a), width),
			...hanging('B  ', headText(comparison.b), width),
			...comparison.notes.flatMap((note) => hanging('!  ', note, width).map((line) => paint('yellow', line))),
		],
		environmentLines(comparison, width, paint),
		gateLines(comparison, width, paint),
		wrap(summarySentence(comparison), width).map((line) => paint('bold', line)),
		part('Different', different, readingText, mostDifferent),
		part('Inconclusive', inconclusive, openText, mostOthers),
		wrap(openLegend(inconclusive.slice(0, mostOthers)), width).map((line) => paint('dim', line)),
		part(capital(equalWords), equal, () => '', mostOthers),
		onlyLines(comparison, width, paint),
		wrap(readingNote, width).map((line) => paint('dim', line)),
	];
	const filled = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
	return `${filled.join('\n\n')}\n`;
}

function environmentLines({ differences }: RunComparison, width: number, paint: Paint): string[] {
	if (differences.length === 0) return wrap('Environment: all that is recorded is the same.', width);
	return [
		paint('bold', cut('What differs in the environment (! can move figures by itself)', width)),
		...differences.flatMap(({ what, a, b, matters }) => {
			const line = `${what}: ${cut(a, longestValue)} → ${cut(b, longestValue)}`;
			return hanging(matters ? '! ' : '- ', line, width);
		}),
	];
}

function gateLines({ gates }: RunComparison, width: number, paint: Paint): string[] {
	if (gates.length === 0) return [];
	const style = { broken: 'red', void: 'red', held: 'green', open: 'yellow', skipped: 'dim' } as const;
	return [
		paint('bold', 'Gates'),
		...gates.flatMap(({ state, sentence }) => {
			const mark = `${gateMarks[state]}  `;
			return hanging(mark, sentence, width).map((line, n) =>
				n === 0 ? paint(style[state], gateMarks[state]) + line.slice(gateMarks[state].length) : line,
			);
		}),
	];
}

const gap = '  ';

/** A table per place: the measure by the name that gates and `run.json` know, both figures, the ratio, the reading. */
function rowLines(
	title: string,
	rows: readonly ComparedMeasure[],
	read: (row: ComparedMeasure) => string,
	most: number,
	width: number,
	paint: Paint,
): string[] {
	if (rows.length === 0) return [];
	const shown = rows.slice(0, most);
	const cells = shown.map((row) => [sideText(row, 'a'), sideText(row, 'b'), changeText(row), read(row)]);
	const heads = ['A', 'B', 'B ÷ A', ''];
	const widths = heads.map((head, n) => Math.max(cellsOf(head), ...cells.map((each) => cellsOf(each[n] ?? ''))));
	const taken = widths.reduce((sum, each) => sum + each + gap.length, 0);
	const longestName = Math.max(...shown.map(({ measure }) => measure.length + 2));
	const nameWidth = Math.max(12, Math.min(longestName, width - taken));
	const line = (name: string, texts: readonly string[]) => {
		const [a = '', b = '', change = '', reading = ''] = texts.map((text, n) =>
			pad(text, widths[n] ?? 0, n === 3 ? 'right' : 'left'),
		);
		const whole = [pad(cut(name, nameWidth), nameWidth, 'right'), a, b, change, reading].join(gap);
		return cut(whole.trimEnd(), width);
	};
	const byPlace = Map.groupBy(shown, placeText);
	const lines = [...byPlace].flatMap(([place, own]) => [
		cut(place, width),
		...own.map((row) => line(`  ${row.measure}`, cells[shown.indexOf(row)] ?? [])),
	]);
	const more = rows.length - shown.length;
	return [
		paint('bold', cut(`${title}: ${rows.length}`, width)),
		paint('dim', line('  measure', heads)),
		...lines,
		...(more > 0 ? [cut(`… and ${counted(more, 'row')} more: --json has all`, width)] : []),
	];
}

function onlyLines({ onlyIn }: RunComparison, width: number, paint: Paint): string[] {
	if (onlyIn.length === 0) return [];
	const more = onlyIn.length - mostOnly;
	return [
		paint('bold', cut('Not compared: in one run only', width)),
		...onlyIn.slice(0, mostOnly).flatMap((each) => hanging('- ', onlyText(each), width)),
		...(more > 0 ? [cut(`… and ${more} more: --json has all`, width)] : []),
	];
}

/** Wrapped text whose further lines stand under its first word. */
function hanging(mark: string, text: string, width: number): string[] {
	const indent = ' '.repeat(cellsOf(mark));
	return wrap(text, width - cellsOf(mark)).map((line, nth) => (nth === 0 ? mark : indent) + line);
}
