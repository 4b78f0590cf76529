import type { PolicyId } from './policy.ts';
import type { Transport } from './transport.ts';

/** What a scenario may ask of a target; a target without it is skipped with the reason. */
export type Feature = 'control' | 'restart' | 'push';

/** Who wrote the server: a reference server of this project, or another implementation. */
export type Implementation = 'reference';

/** How the harness starts a server of its own: a file under `servers/` and its flags. */
export interface ServerCommand {
	readonly kind: 'node';
	/** Path of the server's file, relative to the project. */
	readonly file: string;
	readonly args: readonly string[];
}

/** What the virtual clients of a target do beyond calling. */
export interface ClientOptions {
	/** Whether the client holds the stream on which the transport pushes. `sse` always does. */
	readonly stream: boolean;
	/** What the client does when its session or stream is lost. */
	readonly policy: PolicyId;
}

/** A server under test together with the way its clients behave: one arm of a comparison. */
export interface Target {
	/** Unique within a run; `sse`, `stateful-no-stream`, `sse/full-jitter`. */
	readonly id: string;
	/** The target this one is a variant of, or its own id. */
	readonly base: string;
	readonly title: string;
	readonly transport: Transport;
	readonly implementation: Implementation;
	readonly server: ServerCommand;
	readonly client: ClientOptions;
	readonly features: readonly Feature[];
}

/** The same server whose clients reconnect by another policy: an arm of its own. */
export function withPolicy(target: Target, policy: PolicyId): Target {
	if (target.client.policy === policy) return target;
	return {
		...target,
		id: `${target.id}/${policy}`,
		title: `${target.title}, clients reconnect: ${policy}`,
		client: { ...target.client, policy },
	};
}
