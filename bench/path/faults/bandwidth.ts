import type { PathFaultOf } from '../../model/path-fault.ts';
import { piecesOf } from './pieces.ts';
import type { ByteStage, Out } from './stage.ts';
import { TimedQueue } from './timed-queue.ts';

/** What is sent at once: the bytes of this time. */
const pieceMs = 10;

/** A narrow way: each piece arrives when the time that it takes is over. A kilobyte is 1000 bytes, as Toxiproxy counts. */
export function bandwidth({ rateKbPerS: bytesPerMs }: PathFaultOf<'bandwidth'>, out: Out): ByteStage {
	const queue = new TimedQueue(out);
	return {
		take: (bytes) => {
			for (const piece of piecesOf(bytes, () => bytesPerMs * pieceMs)) {
				queue.add(piece, Math.max(performance.now(), queue.lastDueMs) + piece.length / bytesPerMs);
			}
		},
		end: () => queue.add('end', 0),
		heal: () => queue.flush(),
		stop: () => queue.stop(),
	};
}
