import { capital, counted } from '../model/quantity.ts';
import type { ComparedMeasure, RunComparison } from '../model/run-comparison.ts';
import { equalWords } from '../model/verdict-rules.ts';
import { clean } from './clean.ts';
import { cut } from './columns.ts';
import {
	changeText,
	headText,
	onlyText,
	placeText,
	readingNote,
	readingText,
	sideText,
	sortedRows,
	summarySentence,
} from './comparison-words.ts';
import { gateMarks, sortedGates } from './gate-table.ts';
import { escaped, list, table } from './markdown.ts';

/** A comment of a pull request takes 65,536 characters on GitHub; what else stands in it needs room, too. */
export const longestMarkdown = 60_000;

/** Rows that stand open, and rows of each part that is folded away. */
const mostOpen = 30;
const mostFolded = 100;
const longestValue = 200;

/** A comparison as a comment of a pull request: what matters most first, the rest folded away, never too long for one. */
export function comparisonMarkdown(unclean: RunComparison): string {
	const comparison = clean(unclean);
	for (let share = 1; ; share /= 2) {
		const text = whole(comparison, share);
		if (text.length <= longestMarkdown || share < 1 / mostFolded) return text.slice(0, longestMarkdown);
	}
}

/** @param share of the rows that may stand there at most */
function whole(comparison: RunComparison, share: number): string {
	const most = (rows: number) => Math.max(1, Math.floor(rows * share));
	const { different, equal, inconclusive } = sortedRows(comparison.rows);
	const { notes, differences, onlyIn, a, b } = comparison;
	const serious = differences.filter(({ matters }) => matters);
	const blocks = [
		`**${escaped(summarySentence(comparison))}**`,
		...notes.map((note) => `> ${escaped(note)}`),
		...environmentBlocks(serious, most(mostOpen)),
		...gateBlocks(comparison, most(mostOpen)),
		...rowBlocks(different, most(mostOpen)),
		...folded(
			`More that differs: ${Math.max(0, different.length - most(mostOpen))}`,
			different.slice(most(mostOpen)),
			most(mostFolded),
		),
		...folded(`Inconclusive: ${inconclusive.length}`, inconclusive, most(mostFolded)),
		...folded(`${capital(equalWords)}: ${equal.length}`, equal, most(mostFolded)),
		...details(
			`Not compared, in one run only: ${onlyIn.length}`,
			onlyIn.length === 0 ? [] : [limitedList(onlyIn.map(onlyText), most(mostFolded))],
		),
		...details('The two runs', [
			list([
				`A: ${headText(a)}`,
				`B: ${headText(b)}`,
				...differences.filter(({ matters }) => !matters).map(differenceText),
			]),
			escaped(readingNote),
		]),
	];
	return `${blocks.join('\n\n')}\n`;
}

function environmentBlocks(serious: RunComparison['differences'], most: number): string[] {
	if (serious.length === 0) return ['Nothing differs in the environment that could move figures by itself.'];
	return [
		'**The environment differs, which can move figures by itself:**',
		limitedList(serious.map(differenceText), most),
	];
}

function differenceText({ what, a, b }: RunComparison['differences'][number]): string {
	return `${what}: ${cut(a, longestValue)} → ${cut(b, longestValue)}`;
}

function gateBlocks({ gates }: RunComparison, most: number): string[] {
	if (gates.length === 0) return [];
	const sorted = sortedGates(gates);
	const rows = sorted.slice(0, most).map(({ state, sentence }) => [gateMarks[state], sentence]);
	const more = sorted.length - rows.length;
	return [
		table({ head: ['gate', 'what was found'], rows }),
		...(more > 0 ? [`… and ${counted(more, 'gate')} more.`] : []),
	];
}

function rowBlocks(rows: readonly ComparedMeasure[], most: number): string[] {
	return rows.length === 0 ? [] : [rowTable(rows.slice(0, most))];
}

function rowTable(rows: readonly ComparedMeasure[]): string {
	const cells = rows.map((row) => [
		placeText(row),
		row.measure,
		readingText(row),
		changeText(row),
		sideText(row, 'a'),
		sideText(row, 'b'),
	]);
	return table({ head: ['where', 'measure', 'B is', 'B ÷ A', 'A', 'B'], rows: cells }, 3);
}

function folded(title: string, rows: readonly ComparedMeasure[], most: number): string[] {
	if (rows.length === 0) return [];
	const more = rows.length - most;
	return details(title, [
		rowTable(rows.slice(0, most)),
		...(more > 0 ? [`… and ${counted(more, 'row')} more: the JSON has all.`] : []),
	]);
}

function details(title: string, blocks: readonly string[]): string[] {
	if (blocks.length === 0) return [];
	return [`<details>\n<summary>${escaped(title)}</summary>`, ...blocks, '</details>'];
}

function limitedList(items: readonly string[], most: number): string {
	const more = items.length - most;
	return list(more > 0 ? [...items.slice(0, most), `… and ${more} more: the JSON has all.`] : items);
}
