import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Exchanged, ExchangeStage } from './stage.ts';

const lf = 0x0a;
const cr = 0x0d;
const colon = 0x3a;

/**
 * Cuts an event stream in the middle of the event after so many whole ones. Comments, such as heartbeats, are no events and pass.
 * Lines end with LF or CRLF, as servers write them.
 */
export function cutEvent({ kind, afterEvents, end }: PathFaultOf<'cut_event'>, exchange: Exchanged): ExchangeStage {
	let whole = 0;
	let isEvent = false;
	let lineBytes = 0;
	/** Takes one byte; whether it is the first of an event. */
	const step = (byte: number): boolean => {
		if (byte === cr) return false;
		if (byte === lf) {
			if (lineBytes === 0 && isEvent) {
				whole += 1;
				isEvent = false;
			}
			lineBytes = 0;
			return false;
		}
		lineBytes += 1;
		if (lineBytes > 1 || byte === colon || isEvent) return false;
		isEvent = true;
		return true;
	};
	return {
		body: (bytes, pass) => {
			if (!exchange.contentType?.startsWith('text/event-stream')) {
				pass(bytes);
				return;
			}
			for (const [n, byte] of bytes.entries()) {
				if (!step(byte) || whole < afterEvents) continue;
				const rest = bytes.subarray(n);
				const lineEnd = rest.indexOf(lf);
				const middle = Math.max(1, Math.floor((lineEnd === -1 ? rest.length : lineEnd) / 2));
				pass(bytes.subarray(0, n + middle));
				exchange.limit(kind, end, 502);
				return;
			}
			pass(bytes);
		},
	};
}
