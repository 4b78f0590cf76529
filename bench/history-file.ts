import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** One part of a history: the lines of one process, nearly in the order of time. */
interface Part {
	readonly lines: AsyncIterator<string>;
	readonly reader: Interface;
	line: string;
	at: number;
}

/**
 * Merges the files of a folder into one gzipped history, ordered by `at`. Every process writes its own events in order,
 * so a merge of sorted inputs is enough and memory stays bounded. A last line cut short by a kill is left out.
 */
export async function mergeHistory(folder: string, target: string): Promise<void> {
	const files = (await readdir(folder)).sort();
	const parts: Part[] = [];
	for (const file of files) {
		const reader = createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity });
		const part: Part = { lines: reader[Symbol.asyncIterator](), reader, line: '', at: 0 };
		if (await advance(part)) parts.push(part);
	}
	const gzip = createGzip({ level: 1 });
	const written = pipeline(gzip, createWriteStream(target));
	while (parts.length > 0) {
		let first = parts[0] as Part;
		for (const part of parts) if (part.at < first.at) first = part;
		if (!gzip.write(`${first.line}\n`)) await once(gzip, 'drain');
		if (!(await advance(first))) parts.splice(parts.indexOf(first), 1);
	}
	gzip.end();
	await written;
}

async function advance(part: Part): Promise<boolean> {
	const next = await part.lines.next();
	if (next.done) return false;
	try {
		const { at } = JSON.parse(next.value) as { at: number };
		part.line = next.value;
		part.at = at;
		return true;
	} catch {
		part.reader.close();
		return false;
	}
}
