import { type MeasureName, measures } from '../model/measures.ts';
import { atLeast, capital, counted, enumerated, quantity, range } from '../model/quantity.ts';
import type { GridAnswer } from '../model/scenario.ts';
import type { HeatCell } from '../model/series.ts';
import { type Grid, heatMeasure } from './grid.ts';

/** What a grid says of a cell, or of all cells of a group of rows for one kind. `open`: good, as far as it was watched. */
type Fate = 'good' | 'open' | 'between' | 'bad';

/** What a choice is among: its name and its columns. */
interface Kind {
	readonly name: string;
	readonly columns: readonly number[];
}

interface Outcome {
	readonly kind: string;
	readonly fate: Fate;
	readonly low: number;
	readonly high: number;
}

/** Rows of one name and how they fare, kind by kind, as far as they were measured. */
interface Group {
	readonly name: string;
	/** In seconds, where some cell is `open`. */
	readonly limitNotMetS?: number;
	readonly outcomes: readonly Outcome[];
}

/** Names take this many characters, and less in a sentence among others; the rest are counted. */
const namesChars = 400;
const briefNamesChars = 90;
const mostPhrases = 6;
/** Of more ranges than these only the widest is told. */
const mostRanges = 3;

/**
 * The answer that a grid gives, rows of the same fate in one phrase: where all is good, for which kinds alone it is, where it is in
 * part, where it is bad.
 * @param brief with few names, and without what is missing
 */
export function gridSentence(
	measure: MeasureName,
	grid: Grid,
	cells: readonly HeatCell[],
	answer: GridAnswer | undefined,
	brief = false,
): string {
	const read = cells.flatMap(({ colour }) => (colour ? [colour.value] : []));
	if (read.length === 0) return `${capital(measures[measure].title)}: not measured.`;
	const { unit } = measures[measure];
	// Of shares and counts there is a best that many may reach; of times and prices there is only an order.
	if (!answer && unit !== '%' && unit !== '') return extremes(measure, grid, cells);
	const ends = answer ?? plainAnswer(measure, grid, read);
	const groups = groupsOf(grid, cells, ends, measure);
	const alike = [...Map.groupBy(groups, patternOf)].sort(([a], [b]) => rankOf(a) - rankOf(b)).map(([, own]) => own);
	const most = alike.length > mostPhrases ? mostPhrases - 1 : mostPhrases;
	const chars = brief ? briefNamesChars : namesChars;
	const telling = { measure, answer: ends, of: groups.length, chars };
	const phrases = alike.slice(0, most).map((own) => phraseOf(own, telling));
	const others = alike.slice(most).flat().length;
	const missing = grid.places.length - read.length;
	return [
		...phrases,
		...(others > 0 ? [`${counted(others, 'other')} in other ways.`] : []),
		...(missing > 0 && !brief ? [`Not measured in ${counted(missing, 'cell')}.`] : []),
	].join(' ');
}

/** The least and the most, and where. */
function extremes(measure: MeasureName, { rows, columns }: Grid, cells: readonly HeatCell[]): string {
	const { title, unit } = measures[measure];
	const sorted = cells
		.flatMap(({ row, column, colour }) => (colour ? [{ row, column, ...colour }] : []))
		.sort((a, b) => a.value - b.value);
	const [least, most] = [sorted[0], sorted.at(-1)];
	if (!least || !most || least.value === most.value) {
		return `${capital(title)} ${quantity(least?.value ?? 0, unit)} everywhere.`;
	}
	const at = ({ row, column, value, atLeast: isBound }: (typeof sorted)[number]) => {
		const { head = '', name = '' } = columns[column] ?? {};
		const place = [rows[row]?.group ?? '', ...(columns.length > 1 ? [head, quoted(name)] : [])];
		return `${(isBound ? atLeast : quantity)(value, unit)} (${place.filter(Boolean).join(', ')})`;
	};
	return `${capital(title)}: ${at(least)} to ${at(most)}.`;
}

/** Shares from nothing to all; of anything else the best and the worst that there is. */
function plainAnswer(measure: MeasureName, { columns }: Grid, read: readonly number[]): GridAnswer {
	const { title, unit, better } = heatMeasure(measure);
	const [least, most] = unit === '%' ? [0, 100] : [Math.min(...read), Math.max(...read)];
	const margin = unit === '%' ? 0.5 : 0;
	const low = { from: least + margin, words: `${capital(title)} ${quantity(least, unit)}` };
	const high = { from: most - margin, words: `${capital(title)} ${quantity(most, unit)}` };
	const kinds = new Set(columns.map(({ name }) => name)).size > 1 ? 'column' : 'target';
	return better === 'higher' ? { kinds, good: high, bad: low } : { kinds, good: low, bad: high };
}

function kindsOf({ columns }: Grid, by: GridAnswer['kinds']): readonly Kind[] {
	const named = columns.map(({ head, name }, column) => ({ name: by === 'target' ? head : name || head, column }));
	return [...Map.groupBy(named, ({ name }) => name)].map(([name, own]) => ({
		name,
		columns: own.map(({ column }) => column),
	}));
}

function groupsOf(grid: Grid, cells: readonly HeatCell[], ends: GridAnswer, measure: MeasureName): readonly Group[] {
	const kinds = kindsOf(grid, ends.kinds);
	const byGroup = Map.groupBy(cells, ({ row }) => grid.rows[row]?.group ?? '');
	const names = [...new Set(grid.rows.map(({ group }) => group))];
	return names.flatMap((name): Group[] => {
		const mine = byGroup.get(name) ?? [];
		const limits = mine.flatMap(({ limitNotMetS }) => limitNotMetS ?? []);
		const outcomes = kinds.flatMap(
			({ name: kind, columns }) =>
				outcomeOf(
					kind,
					mine.filter(({ column }) => columns.includes(column)),
					ends,
					measure,
				) ?? [],
		);
		if (outcomes.length === 0) return [];
		return [{ name, outcomes, ...(limits.length > 0 && { limitNotMetS: Math.min(...limits) }) }];
	});
}

function outcomeOf(
	kind: string,
	cells: readonly HeatCell[],
	ends: GridAnswer,
	measure: MeasureName,
): Outcome | undefined {
	const read = cells.flatMap(({ colour, limitNotMetS }) =>
		colour ? [{ value: colour.value, fate: fateOf(colour.value, limitNotMetS, ends, measure) }] : [],
	);
	const fates = new Set(read.map(({ fate }) => fate));
	const [only] = fates;
	if (only === undefined) return undefined;
	const values = read.map(({ value }) => value);
	// Some without proof leave all of them without.
	const isOpen = fates.size === 2 && fates.has('open') && fates.has('good');
	const fate = fates.size === 1 ? only : isOpen ? 'open' : 'between';
	return { kind, fate, low: Math.min(...values), high: Math.max(...values) };
}

function fateOf(
	value: number,
	limitNotMetS: number | undefined,
	{ good, bad }: GridAnswer,
	measure: MeasureName,
): Fate {
	const sign = measures[measure].better === 'higher' ? 1 : -1;
	if (sign * value >= sign * good.from) return limitNotMetS === undefined ? 'good' : 'open';
	return sign * value <= sign * bad.from ? 'bad' : 'between';
}

/** What groups have in common that are told in one phrase: for whom it is good. What it is for the others goes into a range. */
function patternOf({ outcomes }: Group): string {
	const isAll = (fate: Fate) => outcomes.every((outcome) => outcome.fate === fate);
	if (isAll('good')) return 'good';
	if (isAll('bad')) return 'bad';
	const kinds = outcomes
		.filter(({ fate }) => fate === 'good' || fate === 'open')
		.map(({ kind, fate }) => `${fate} ${kind}`);
	if (kinds.length === 0) return 'between';
	// Whoever was not measured somewhere must not be told as if it had been.
	return `${kinds.join()} of ${outcomes.map(({ kind }) => kind).join()}`;
}

/** Good first, and bad last. */
function rankOf(pattern: string): number {
	if (pattern === 'good') return 0;
	if (pattern === 'bad') return 4;
	if (pattern === 'between') return 3;
	return pattern.includes('good ') ? 1 : 2;
}

/** What a phrase is made with. */
interface Telling {
	readonly measure: MeasureName;
	readonly answer: GridAnswer;
	/** How many groups the grid has. */
	readonly of: number;
	readonly chars: number;
}

/** Groups of one pattern in one sentence. */
function phraseOf(groups: readonly Group[], { measure, answer, of, chars }: Telling): string {
	const { title, unit } = measures[measure];
	const outcomes = groups.flatMap((group) => group.outcomes);
	const kindsThat = (are: Fate) => [...new Set(outcomes.filter(({ fate }) => fate === are).map(({ kind }) => kind))];
	const [good, open, between, bad] = [kindsThat('good'), kindsThat('open'), kindsThat('between'), kindsThat('bad')];
	const isAll = groups.length === of && of > 1;
	const ends = (what: string, nameOf = ({ name }: Group) => name) =>
		isAll ? `${what} everywhere.` : `${what}: ${listed(groups.map(nameOf), chars)}.`;
	const others = [...new Set([...between, ...bad])];
	// Where all the others are simply bad, the word “only” says so.
	const part = between.length === 0 ? '' : ` (${rangesOf(others, outcomes, unit)})`;
	if (good.length > 0) {
		const only = open.length + others.length > 0 ? ` with ${joined(good)} only` : '';
		return ends(`${answer.good.words}${only}${part}`);
	}
	if (open.length > 0) {
		const kinds = others.length === 0 ? '' : ` with ${joined(open)}`;
		return ends(
			`${answer.good.words}${kinds} while watched, but a limit was not met, so that it proves nothing${part}`,
			({ name, limitNotMetS = 0 }) => `${name} (${quantity(limitNotMetS, 's')})`,
		);
	}
	// Where all is in between, there are no ends to be between.
	if (between.length > 0 && isAll) return `${capital(title)}: ${rangesOf(others, outcomes, unit)}.`;
	return ends(between.length > 0 ? `In between${part}` : answer.bad.words);
}

/** `sse and stateful 17–33 %, stateless 90–100 %`; without names where all are alike, or where they are many. */
function rangesOf(kinds: readonly string[], outcomes: readonly Outcome[], unit: string): string {
	const rangeOf = (own: readonly Outcome[]) =>
		range(Math.min(...own.map(({ low }) => low)), Math.max(...own.map(({ high }) => high)), unit);
	const told = kinds.map((kind) => ({ kind, text: rangeOf(outcomes.filter((outcome) => outcome.kind === kind)) }));
	const alike = [...Map.groupBy(told, ({ text }) => text)];
	const isWhole = alike.length === 1 && outcomes.every(({ kind }) => kinds.includes(kind));
	if (isWhole || alike.length > mostRanges) return rangeOf(outcomes.filter(({ kind }) => kinds.includes(kind)));
	return alike.map(([text, own]) => `${joined(own.map(({ kind }) => kind))} ${text}`).join(', ');
}

/** A name that has marks of its own, so that it does not read as several. */
function quoted(name: string): string {
	return /[,;:]/.test(name) ? `“${name}”` : name;
}

function joined(names: readonly string[]): string {
	return enumerated(names.map(quoted));
}

/** As many names as there is room for, at least one; the others are counted. */
function listed(names: readonly string[], chars: number): string {
	const mark = names.some((name) => name.includes(',')) ? '; ' : ', ';
	const lengths = names.map((_, nth) => names.slice(0, nth + 1).join(mark).length);
	const shown = Math.max(1, lengths.filter((length) => length <= chars).length);
	const more = names.length - shown;
	return names.slice(0, shown).join(mark) + (more > 0 ? ` and ${more} more` : '');
}
