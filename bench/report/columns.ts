// Text in a grid of single-width cells: how wide it is, where it breaks, how columns stand side by side.

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
	/\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** How many cells of a terminal a text takes. */
export function cellsOf(text: string): number {
	let cells = 0;
	for (const { segment } of segmenter.segment(text)) cells += wide.test(segment) ? 2 : 1;
	return cells;
}

/** Cuts a text to a width; what is missing shows as `…`. */
export function cut(text: string, width: number): string {
	if (cellsOf(text) <= width) return text;
	let kept = '';
	let used = 0;
	for (const { segment } of segmenter.segment(text)) {
		const cells = cellsOf(segment);
		if (used + cells > width - 1) break;
		kept += segment;
		used += cells;
	}
	return width < 1 ? '' : `${kept}…`;
}

/** Breaks a text at spaces into lines of at most `width` cells; a longer word is cut into pieces. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (let word of text.split(' ')) {
		if (line !== '' && cellsOf(line) + 1 + cellsOf(word) <= width) {
			line += ` ${word}`;
			continue;
		}
		if (line !== '') lines.push(line);
		while (cellsOf(word) > width) {
			const piece = cut(word, width + 1).slice(0, -1) || word.slice(0, 1);
			lines.push(piece);
			word = word.slice(piece.length);
		}
		line = word;
	}
	if (line !== '') lines.push(line);
	return lines;
}

/** Fills a text with spaces to a width. */
export function pad(text: string, width: number, side: 'left' | 'right'): string {
	const missing = ' '.repeat(Math.max(0, width - cellsOf(text)));
	return side === 'left' ? missing + text : text + missing;
}

const gap = 2;
/** Heads wrap at this width, so that a long title does not make a column of short numbers wide. */
const usualHeadWidth = 13;

/** A head in lines of about `headWidth` cells: its longest word makes a column wider, rather than to be broken. */
function headLinesOf(title: string, headWidth: number, width: number): string[] {
	const longest = Math.max(...title.split(' ').map(cellsOf));
	return wrap(title, Math.min(width, Math.max(headWidth, longest)));
}

/**
 * A table in as many blocks as it takes to stay within `width`: every block repeats the first column.
 * @param head the first column's head first
 * @param headWidth where heads wrap, at words
 * @returns per block its lines; the first `headLines` of them are the head
 */
export function columnBlocks(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	width: number,
	headWidth = usualHeadWidth,
): { readonly lines: string[]; readonly headLines: number }[] {
	const nameHead = headLinesOf(head[0] ?? '', usualHeadWidth, width);
	const longestName = Math.max(1, ...[...nameHead, ...rows.map(([name = '']) => name)].map(cellsOf));
	const nameWidth = Math.min(longestName, Math.max(8, Math.floor(width * 0.35)));
	const columns = head.map((title, nth) => ({
		title: nth === 0 ? nameHead : headLinesOf(title, headWidth, Math.max(1, width - nameWidth - gap)),
		cells: rows.map((row) => row[nth] ?? ''),
	}));
	const widths = columns.map(({ title, cells }) => Math.max(1, ...[...title, ...cells].map(cellsOf)));
	const blocks: number[][] = [];
	let room = 0;
	for (let nth = 1; nth < columns.length; nth++) {
		const needed = (widths[nth] ?? 1) + gap;
		if (blocks.length === 0 || needed > room) {
			blocks.push([]);
			room = width - nameWidth;
		}
		blocks.at(-1)?.push(nth);
		room -= needed;
	}
	return blocks.map((block) => {
		const headLines = Math.max(1, ...[0, ...block].map((nth) => columns[nth]?.title.length ?? 0));
		const line = (name: string, texts: readonly string[]) =>
			cut(
				pad(cut(name, nameWidth), nameWidth, 'right') +
					block.map((nth, at) => ' '.repeat(gap) + pad(texts[at] ?? '', widths[nth] ?? 1, 'left')).join(''),
				width,
			).trimEnd();
		// Heads of different heights stand on the same base line.
		const headLine = (nth: number, at: number) => {
			const title = columns[nth]?.title ?? [];
			return title[at - (headLines - title.length)] ?? '';
		};
		const heads = Array.from({ length: headLines }, (_, at) =>
			line(
				headLine(0, at),
				block.map((nth) => headLine(nth, at)),
			),
		);
		const body = rows.map((row) =>
			line(
				row[0] ?? '',
				block.map((nth) => row[nth] ?? ''),
			),
		);
		return { lines: [...heads, ...body], headLines };
	});
}
