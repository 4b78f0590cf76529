/** The last lines of a stream within fixed memory, whatever a process writes. */
export class Tail {
	readonly #maxLines: number;
	readonly #maxLineChars: number;
	readonly #lines: string[] = [];
	#partial = '';
	readonly #onLine: ((line: string) => void) | undefined;

	/** `onLine` sees every complete line as it arrives, cut at `maxLineChars`. */
	constructor(
		options: {
			readonly maxLines?: number;
			readonly maxLineChars?: number;
			readonly onLine?: (line: string) => void;
		} = {},
	) {
		this.#maxLines = options.maxLines ?? 50;
		this.#maxLineChars = options.maxLineChars ?? 2000;
		this.#onLine = options.onLine;
	}

	push(chunk: string): void {
		const parts = chunk.split('\n');
		for (const [index, part] of parts.entries()) {
			// A line longer than the limit keeps its beginning, which says more than its end.
			this.#partial = (this.#partial + part).slice(0, this.#maxLineChars);
			if (index === parts.length - 1) return;
			this.#add(this.#partial.replace(/\r$/, ''));
			this.#partial = '';
		}
	}

	/** The last lines, oldest first, with the unfinished one. */
	lines(): readonly string[] {
		return this.#partial === '' ? [...this.#lines] : [...this.#lines, this.#partial].slice(-this.#maxLines);
	}

	#add(line: string): void {
		this.#lines.push(line);
		if (this.#lines.length > this.#maxLines) this.#lines.shift();
		this.#onLine?.(line);
	}
}
