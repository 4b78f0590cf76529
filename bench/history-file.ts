import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as pipeFrom } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, type Gzip } from 'node:zlib';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { lineBatches } from './lines.ts';
import { CallRows, callFileEnding, callRowBytes, readCallHead, readCallRow } from './model/call-record.ts';
import type { HistoryEvent } from './model/history.ts';
import { whyNoEvent } from './model/history-shape.ts';

/** So many characters are handed to the compressor at once. */
const batchChars = 64 * 1024;

/** Calls are read in pieces so small that their lines are gone before the collector looks twice. */
const rowChunkBytes = 8 * 1024;

/** An event on its way into the history, as a line of JSON. */
export interface Entry {
	readonly at: number;
	readonly line: string;
}

/** One part of a history: the events of one process, nearly in the order of time. */
class Part {
	readonly #batches: AsyncGenerator<readonly Entry[]>;
	#batch: readonly Entry[] = [];
	#next = 0;
	entry: Entry = { at: 0, line: '' };

	constructor(path: string) {
		this.#batches = entriesOf(path);
	}

	/** Goes on to the next event. @returns false at the end, or a promise where more must be read first */
	advance(): boolean | Promise<boolean> {
		const entry = this.#batch[this.#next];
		if (entry === undefined) return this.#readMore();
		this.#next++;
		this.entry = entry;
		return true;
	}

	async #readMore(): Promise<boolean> {
		const { done, value } = await this.#batches.next();
		if (done) return false;
		this.#batch = value;
		this.#next = 0;
		return this.advance();
	}
}

/**
 * Merges the files of a folder into one gzipped history, ordered by `at`. Every process writes its own events in order,
 * so a merge of sorted inputs is enough and memory stays bounded. A last event cut short by a kill is left out.
 */
export async function mergeHistory(folder: string, target: string): Promise<void> {
	const parts: Part[] = [];
	const entries = await readdir(folder, { withFileTypes: true });
	// A folder among them belongs to a program between swarm and target: its configuration, not a part of the history.
	const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
	for (const file of files.sort()) {
		const part = new Part(join(folder, file));
		if (await part.advance()) parts.push(part);
	}
	const gzip = createGzip({ level: 1 });
	const written = pipeline(gzip, createWriteStream(target));
	let batch = '';
	while (parts.length > 0) {
		let first = parts[0] as Part;
		for (const part of parts) if (part.entry.at < first.entry.at) first = part;
		batch += `${first.entry.line}\n`;
		if (batch.length >= batchChars) {
			await write(gzip, batch);
			batch = '';
		}
		const more = first.advance();
		if (!(typeof more === 'boolean' ? more : await more)) parts.splice(parts.indexOf(first), 1);
	}
	gzip.end(batch);
	await written;
}

async function write(gzip: Gzip, text: string): Promise<void> {
	if (!gzip.write(text)) await once(gzip, 'drain');
}

/** The events of a merged history, in the order of time. Bounded memory. @throws Error where it is damaged */
export async function* readHistory(path: string): AsyncGenerator<HistoryEvent> {
	const unzipped = createGunzip();
	// An error of the file ends the reading below with it.
	pipeFrom(createReadStream(path), unzipped, () => {});
	let number = 0;
	for await (const lines of lineBatches(unzipped)) for (const line of lines) yield eventOf(line, ++number);
}

/** @throws Error where it is none that anybody could count with */
function eventOf(line: string, number: number): HistoryEvent {
	const event: unknown = JSON.parse(line);
	const wrong = whyNoEvent(event);
	if (wrong !== undefined) throw new Error(`line ${number} ${wrong}`);
	const known = event as HistoryEvent;
	if (known.is === 'histogram' && !canBeDecoded(known.data)) throw new Error(`line ${number} has no usable "data"`);
	return known;
}

/** Whoever reads it decodes it again: there are a few in a history, and millions of other events. */
function canBeDecoded(data: string): boolean {
	try {
		decodeFromCompressedBase64(data);
		return true;
	} catch {
		return false;
	}
}

/** The events of one part, whichever form it has, in batches. */
export function entriesOf(path: string): AsyncGenerator<readonly Entry[]> {
	return path.endsWith(callFileEnding) ? callEntries(path) : lineEntries(path);
}

async function* lineEntries(path: string): AsyncGenerator<readonly Entry[]> {
	for await (const lines of lineBatches(createReadStream(path))) {
		const entries: Entry[] = [];
		for (const line of lines) {
			try {
				entries.push({ at: (JSON.parse(line) as { at: number }).at, line });
			} catch {
				yield entries;
				return;
			}
		}
		yield entries;
	}
}

async function* callEntries(path: string): AsyncGenerator<readonly Entry[]> {
	let worker: number | undefined;
	for await (const rows of wholeRows(path)) {
		const entries: Entry[] = [];
		for (let row = 0; row < rows.length; row++) {
			if (worker === undefined) {
				worker = readCallHead(rows);
				if (worker === undefined) return;
				continue;
			}
			const event = readCallRow(rows, row, worker);
			if (!event) {
				yield entries;
				return;
			}
			entries.push({ at: event.at, line: JSON.stringify(event) });
		}
		yield entries;
	}
}

/** Whole rows of a file, some hundreds at a time. */
async function* wholeRows(path: string): AsyncGenerator<CallRows> {
	let rest = Buffer.alloc(0);
	for await (const chunk of createReadStream(path, { highWaterMark: rowChunkBytes })) {
		const bytes = Buffer.concat([rest, chunk as Buffer]);
		const whole = bytes.length - (bytes.length % callRowBytes);
		rest = bytes.subarray(whole);
		if (whole > 0) yield new CallRows(Uint8Array.from(bytes.subarray(0, whole)).buffer);
	}
}
