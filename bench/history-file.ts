import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { callFileEnding, callRowBytes, callRowLength, readCallHead, readCallRow } from './model/call-record.ts';

/** An event on its way into the history, as a line of JSON. */
interface Entry {
	readonly at: number;
	readonly line: string;
}

/** One part of a history: the events of one process, nearly in the order of time. */
interface Part {
	readonly entries: AsyncGenerator<Entry>;
	entry: Entry;
}

/**
 * Merges the files of a folder into one gzipped history, ordered by `at`. Every process writes its own events in order,
 * so a merge of sorted inputs is enough and memory stays bounded. A last event cut short by a kill is left out.
 */
export async function mergeHistory(folder: string, target: string): Promise<void> {
	const parts: Part[] = [];
	for (const file of (await readdir(folder)).sort()) {
		const entries = entriesOf(join(folder, file));
		const first = await entries.next();
		if (!first.done) parts.push({ entries, entry: first.value });
	}
	const gzip = createGzip({ level: 1 });
	const written = pipeline(gzip, createWriteStream(target));
	while (parts.length > 0) {
		let first = parts[0] as Part;
		for (const part of parts) if (part.entry.at < first.entry.at) first = part;
		if (!gzip.write(`${first.entry.line}\n`)) await once(gzip, 'drain');
		const next = await first.entries.next();
		if (next.done) parts.splice(parts.indexOf(first), 1);
		else first.entry = next.value;
	}
	gzip.end();
	await written;
}

/** The events of one part, whichever form it has. */
export function entriesOf(path: string): AsyncGenerator<Entry> {
	return path.endsWith(callFileEnding) ? callEntries(path) : lineEntries(path);
}

async function* lineEntries(path: string): AsyncGenerator<Entry> {
	const reader = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
	for await (const line of reader) {
		let at: number;
		try {
			at = (JSON.parse(line) as { at: number }).at;
		} catch {
			return;
		}
		yield { at, line };
	}
}

async function* callEntries(path: string): AsyncGenerator<Entry> {
	let worker: number | undefined;
	for await (const rows of wholeRows(path)) {
		let from = 0;
		if (worker === undefined) {
			worker = readCallHead(rows);
			if (worker === undefined) throw new Error(`${path} is not a file of calls`);
			from = callRowLength;
		}
		for (let at = from; at < rows.length; at += callRowLength) {
			const event = readCallRow(rows, at, worker);
			yield { at: event.at, line: JSON.stringify(event) };
		}
	}
}

/** Whole rows of a file, some hundreds at a time. */
async function* wholeRows(path: string): AsyncGenerator<Float64Array> {
	let rest = Buffer.alloc(0);
	for await (const chunk of createReadStream(path)) {
		const bytes = Buffer.concat([rest, chunk as Buffer]);
		const whole = bytes.length - (bytes.length % callRowBytes);
		rest = bytes.subarray(whole);
		if (whole > 0) yield new Float64Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
	}
}
