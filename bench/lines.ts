import type { Readable } from 'node:stream';

/**
 * The lines of a text, a batch for each chunk that was read: an await for every line, as `readline` has it, takes longer than
 * to parse one. What follows the last line end is a line too. Memory is bounded by a chunk and the longest line.
 */
export async function* lineBatches(stream: Readable): AsyncGenerator<readonly string[]> {
	stream.setEncoding('utf8');
	let rest = '';
	for await (const chunk of stream as AsyncIterable<string>) {
		const lines = chunk.split('\n');
		lines[0] = rest + lines[0];
		rest = lines.pop() ?? '';
		if (lines.length > 0) yield lines;
	}
	if (rest !== '') yield [rest];
}
