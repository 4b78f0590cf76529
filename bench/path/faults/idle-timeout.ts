import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ConnectionStage, Watched } from './stage.ts';

/**
 * A clock for each connection that payload resets, whichever way it flows; it also runs between two requests. Timers of one length
 * are one list to Node, and `refresh` moves an entry to its end: thousands of silent streams cost nothing until they are cut.
 */
export function idleTimeout({ kind, idleMs, end }: PathFaultOf<'idle_timeout'>, connection: Watched): ConnectionStage {
	const timer = setTimeout(() => connection.limit(kind, end, 504), idleMs).unref();
	return { flowed: () => timer.refresh(), stop: () => clearTimeout(timer) };
}
