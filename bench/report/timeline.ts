// The last half minute in as many columns of text: how fast, how many, and what struck. Pure but for what it has been told; bounded.

/** What happened to faults in a column; the first that applies. */
export type Mark = 'struck' | 'healed' | 'acting' | 'none';

/** A stretch of time. Nobody looked in a column without a figure: it is unknown, not zero. */
export interface Column {
	readonly perS?: number;
	readonly open?: number;
	readonly mark: Mark;
}

interface Told {
	/** Of all looks in it. */
	perSSum: number;
	looks: number;
	open: number;
	mark: Mark;
}

/** How much a timeline keeps: a minute of half seconds would not fit 80 columns. */
export const usualColumns = 60;
export const usualColumnMs = 500;

/** A ring of columns of equal time; what is older than the ring is forgotten. */
export class Timeline {
	readonly #most: number;
	readonly columnMs: number;
	/** The column that is number n of all stands at n modulo their count. */
	readonly #ring: Told[];
	/** Number of the newest column, and of the first that was ever told; absent before the first. */
	#newest: number | undefined;
	#first = 0;
	#acting = 0;

	/** @param most columns that are kept */
	constructor(most = usualColumns, columnMs = usualColumnMs) {
		this.#most = most;
		this.columnMs = columnMs;
		this.#ring = Array.from({ length: most }, () => emptyColumn('none'));
	}

	/** What was seen at `nowMs`; instants never go back. */
	look(nowMs: number, { perS, open }: { readonly perS: number; readonly open: number }): void {
		const column = this.#at(nowMs);
		column.perSSum += perS;
		column.looks++;
		column.open = open;
	}

	/** A fault begins to act. */
	strike(nowMs: number): void {
		this.#acting++;
		this.#at(nowMs).mark = 'struck';
	}

	/** A fault has healed. */
	heal(nowMs: number): void {
		this.#acting = Math.max(0, this.#acting - 1);
		const column = this.#at(nowMs);
		if (column.mark !== 'struck') column.mark = 'healed';
	}

	/** Forgets everything. */
	clear(): void {
		this.#newest = undefined;
		this.#acting = 0;
	}

	/** At most the last `count` columns, the oldest first. */
	last(count: number): readonly Column[] {
		if (this.#newest === undefined) return [];
		const shown = Math.max(0, Math.min(Math.floor(count), this.#most, this.#newest - this.#first + 1));
		const from = this.#newest - shown + 1;
		return Array.from({ length: shown }, (_, nth) => asColumn(this.#told(from + nth)));
	}

	#told(number: number): Told {
		return this.#ring[number % this.#most] as Told;
	}

	/** The column of this instant. Those that were missed, because the program stood still, are empty. */
	#at(nowMs: number): Told {
		const number = Math.max(Math.floor(nowMs / this.columnMs), this.#newest ?? 0);
		if (this.#newest === undefined) this.#first = number;
		const from = this.#newest === undefined ? number : Math.max(this.#newest + 1, number - this.#most + 1);
		for (let missed = from; missed <= number; missed++) {
			this.#ring[missed % this.#most] = emptyColumn(this.#acting > 0 ? 'acting' : 'none');
		}
		this.#newest = number;
		return this.#told(number);
	}
}

function emptyColumn(mark: Mark): Told {
	return { perSSum: 0, looks: 0, open: 0, mark };
}

function asColumn({ perSSum, looks, open, mark }: Told): Column {
	return looks === 0 ? { mark } : { perS: perSSum / looks, open, mark };
}

/** Heights above nothing; nothing itself has a line of its own, and what is not known a blank. */
const heights = '▂▃▄▅▆▇█';
const nothing = '▁';
const unknown = ' ';

/** A character for each value, as high as its share of the highest. */
export function sparkline(values: readonly (number | undefined)[]): string {
	const top = peakOf(values);
	const level = (value: number) => Math.min(heights.length, Math.max(1, Math.ceil((value / top) * heights.length)));
	return values
		.map((value) => (value === undefined ? unknown : value > 0 ? heights[level(value) - 1] : nothing))
		.join('');
}

/** The highest of the values that are known; zero where none is. */
export function peakOf(values: readonly (number | undefined)[]): number {
	return Math.max(0, ...values.map((value) => value ?? 0));
}

const marks: Readonly<Record<Mark, string>> = { struck: '×', healed: '✓', acting: '━', none: '─' };

/** The line of time below the others, with what struck, for as long as it acted. */
export function markLine(columns: readonly Column[]): string {
	return columns.map(({ mark }) => marks[mark]).join('');
}
