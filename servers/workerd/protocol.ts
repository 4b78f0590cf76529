import type { ControlRequest, ServerState } from '../contract.ts';
import type { Options } from '../shared/runtime.ts';

/** What the host and the worker that it runs agree on. */

export type TransportName = 'sse' | 'stateful' | 'stateless' | 'modern';

/** The binding `settings` of the worker. */
export interface Settings {
	readonly transport: TransportName;
	readonly options: Options;
	readonly sseCommentMs: number;
	readonly pushEveryMs: number;
	/** The machine's monotonic clock minus the time of day: a worker can read only the latter. */
	readonly clockOffsetUs: number;
}

/** A line from the host on the control socket. */
export interface WorkerRequest {
	readonly id: number;
	readonly control: ControlRequest['control'] | 'drain';
}

/** A line of the worker's: what is known inside. */
export interface WorkerReply {
	readonly id: number;
	readonly state: Pick<ServerState, 'openSessions' | 'openStreams' | 'callsExecuted'>;
}
