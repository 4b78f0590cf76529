import type { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';

/** Where HTTP+SSE announces its session: at the very beginning of its stream. What comes later is not looked at. */
const lookedAtBytes = 4096;

/**
 * Looks over an event stream's first bytes for the event `endpoint`, which tells the client where to POST; the stream itself
 * flows on to its reader, unchanged and unheld.
 * @param found hears the path with its query, the only name that a session of HTTP+SSE has
 */
export function watchForEndpoint(stream: Readable, found: (path: string) => void): void {
	let seenBytes = 0;
	const stop = (): void => {
		stream.off('data', look);
	};
	const parser = createParser({
		onEvent: ({ event, data }) => {
			stop();
			if (event !== 'endpoint' || !URL.canParse(data, 'http://relative')) return;
			const { pathname, search } = new URL(data, 'http://relative');
			found(pathname + search);
		},
	});
	const decoder = new TextDecoder();
	const look = (chunk: Buffer): void => {
		seenBytes += chunk.length;
		parser.feed(decoder.decode(chunk, { stream: true }));
		if (seenBytes > lookedAtBytes) stop();
	};
	stream.on('data', look);
}
