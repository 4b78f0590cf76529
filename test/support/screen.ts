import { cellsOf } from '../../bench/report/columns.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

interface Row {
	/** One string for each cell; the second cell of a wide character is empty. */
	cells: string[];
	/** It goes on in the next row, because it did not fit. */
	isBroken: boolean;
}

const emptyRow = (): Row => ({ cells: [], isBroken: false });

/**
 * What a person sees on a terminal: enough of one for what this project writes, as strict as one may be. What it does not know is an error.
 * When it becomes narrower or wider it breaks its lines anew, as most terminals do.
 */
export class Screen {
	#columns: number;
	readonly #rows: number;
	/** All that was ever written; the screen is the last of them. */
	#all: Row[] = [emptyRow()];
	#row = 0;
	#column = 0;
	#rest = '';
	isCursorShown = true;
	/** How many lines were too long for the terminal. */
	broken = 0;

	constructor(columns: number, rows: number) {
		this.#columns = columns;
		this.#rows = rows;
	}

	/** What is on the screen, without blanks at the ends of lines. */
	get lines(): string[] {
		return this.#all.slice(this.#top).map(textOf);
	}

	/** What is on the screen and above it. */
	get everything(): string[] {
		return this.#all.map(textOf);
	}

	get #top(): number {
		return Math.max(0, this.#all.length - this.#rows);
	}

	/** @throws Error on a code that is not known */
	write(text: string): void {
		let at = 0;
		const all = this.#rest + text;
		this.#rest = '';
		while (at < all.length) {
			const code = all[at] === '\u001b' ? codeAt(all, at) : undefined;
			if (code === null) {
				this.#rest = all.slice(at);
				return;
			}
			if (code) {
				this.#obey(code);
				at += code.length;
				continue;
			}
			const end = all.indexOf('\u001b', at);
			this.#print(all.slice(at, end < 0 ? undefined : end));
			at = end < 0 ? all.length : end;
		}
	}

	resize(columns: number): void {
		const lines: { cells: string[]; cursor?: number }[] = [{ cells: [] }];
		for (const [nth, { cells, isBroken }] of this.#all.entries()) {
			const line = lines.at(-1) as (typeof lines)[number];
			if (nth === this.#row) line.cursor = line.cells.length + this.#column;
			line.cells.push(...cells);
			if (!isBroken && nth < this.#all.length - 1) lines.push({ cells: [] });
		}
		this.#columns = columns;
		this.#all = [];
		for (const { cells, cursor } of lines) {
			const first = this.#all.length;
			for (let from = 0; from === 0 || from < cells.length; from += columns) {
				this.#all.push({ cells: cells.slice(from, from + columns), isBroken: from + columns < cells.length });
			}
			if (cursor === undefined) continue;
			this.#row = Math.min(this.#all.length - 1, first + Math.floor(cursor / columns));
			this.#column = cursor % columns;
		}
	}

	#print(text: string): void {
		for (const { segment } of graphemes.segment(text)) {
			if (segment === '\r\n' || segment === '\n') this.#newLine();
			else if (segment === '\r') this.#column = 0;
			else this.#put(segment);
			if (segment === '\r\n') this.#column = 0;
		}
	}

	#put(character: string): void {
		const width = cellsOf(character);
		if (this.#column + width > this.#columns) {
			this.#current.isBroken = true;
			this.broken++;
			this.#newLine();
			this.#column = 0;
		}
		const { cells } = this.#current;
		while (cells.length < this.#column) cells.push(' ');
		cells.splice(this.#column, width, character, ...Array<string>(width - 1).fill(''));
		this.#column += width;
	}

	#newLine(): void {
		this.#row++;
		if (this.#row === this.#all.length) this.#all.push(emptyRow());
	}

	get #current(): Row {
		return this.#all[this.#row] as Row;
	}

	#obey(code: string): void {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
		const [, parameters = '', letter = ''] = /^\u001b\[([?\d;]*)([A-Za-z])$/.exec(code) ?? [];
		const count = Number(parameters || '1');
		if (code === '\u001b[?25h') this.isCursorShown = true;
		else if (code === '\u001b[?25l') this.isCursorShown = false;
		else if (code === '\u001b[?2026h' || code === '\u001b[?2026l' || letter === 'm') return;
		else if (letter === 'A') this.#row = Math.max(this.#top, this.#row - count);
		else if (letter === 'B') this.#row = Math.min(this.#all.length - 1, this.#row + count);
		else if (letter === 'G') this.#column = count - 1;
		else if (letter === 'K') this.#eraseLine(parameters);
		else if (letter === 'J' && parameters === '') this.#eraseBelow();
		else throw new Error(`a code that is not known: ${JSON.stringify(code)}`);
	}

	#eraseLine(how: string): void {
		if (how === '2') this.#current.cells = [];
		else if (how === '') this.#current.cells.splice(this.#column);
		else throw new Error(`a way to erase that is not known: ${how}`);
		this.#current.isBroken = false;
	}

	#eraseBelow(): void {
		this.#eraseLine('');
		this.#all.splice(this.#row + 1);
	}
}

function textOf({ cells }: Row): string {
	return cells.join('').trimEnd();
}

/** A code that begins here; null where its end has not come yet. */
function codeAt(text: string, at: number): string | null {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
	const [code] = /^\u001b\[[?\d;]*[A-Za-z]/.exec(text.slice(at, at + 20)) ?? [];
	if (code) return code;
	if (text.length - at < 20) return null;
	throw new Error(`a code that is not known: ${JSON.stringify(text.slice(at, at + 20))}`);
}
