import type { CallTemplate } from './call-template.ts';
import type { PolicyId } from './policy.ts';
import type { Transport } from './transport.ts';

/** What a scenario may ask of a target; a target without it is skipped with the reason. */
export const features = {
	memory: 'its processes are known, so that memory, descriptors and CPU time can be read',
	control: 'it answers the harness’s questions: forced collections, heap, sessions',
	restart: 'the harness can kill it and start it again',
	push: 'its clients hold a stream on which it can push, or poll',
	usage: 'it writes down what it ran for whom and how long, as a bill needs it',
	auth: 'it asks for bearer tokens, and can be told to refuse one',
	ledger: 'it keeps a ledger of what it ran, and can push numbered messages',
} as const;
export type Feature = keyof typeof features;

/**
 * Who wrote the server: this project as a reference, the official SDK (v1, v2), or the user. `serverless`: a reference server on a
 * stand-in for a serverless platform, which is an arm of its own.
 */
export type Implementation = 'reference' | 'sdk1' | 'sdk2' | 'user' | 'serverless';

/** How the harness comes to a server. */
export type ServerCommand =
	/** A server of this project, which keeps to `servers/contract.ts`: its file, relative to the project, and its flags. */
	| { readonly kind: 'node'; readonly file: string; readonly args: readonly string[] }
	/** Any other: a command line for the shell, and where it will listen. */
	| { readonly kind: 'command'; readonly command: string; readonly url: string }
	/** One that runs already; its process, where it is known. */
	| { readonly kind: 'running'; readonly url: string; readonly pid?: number };

/** How clients care for what they hold; absent: as the transport has it. */
export interface ConnectionCare {
	/** Whether a client that lost its stream asks for what it missed, where events had ids; absent: it does. */
	readonly resume?: boolean;
	/** TCP probes a connection after this time of silence, and then every second; 0: never; absent: as the wire has it. */
	readonly tcpKeepAliveMs?: number;
	/** A held stream on which not even a comment came for so long counts as lost; absent: it may be silent for ever. */
	readonly silenceMs?: number;
	/** After this the client lets an idle connection go; absent: it waits for the server to do so. */
	readonly idleConnectionMs?: number;
}

/** What the virtual clients of a target do beyond calling. */
export interface ClientOptions extends ConnectionCare {
	/** Whether the client holds the stream on which the transport pushes. `sse` always does. */
	readonly stream: boolean;
	/** What the client does when its session or stream is lost. */
	readonly policy: PolicyId;
	/** Whether it sends back the cookies that it was given; absent: it ignores them, as the official SDKs' clients do. */
	readonly cookies?: true;
	/**
	 * How clients come, where it matters: `in-turn`, each when the one before has opened and called once; or `at-once`, all of a
	 * place, each calling once as soon as it is open. Absent: a few at a time, and the load has the first call.
	 */
	readonly arrival?: Arrival;
	/** Where the server pushes, and the client holds no stream: how often it asks for what is new; absent: never. */
	readonly pollMs?: number;
}

export type Arrival = 'in-turn' | 'at-once';

/** A server under test together with the way its clients behave: one arm of a comparison. */
export interface Target {
	/** Unique within a run; `sse`, `stateful-no-stream`, `sse/full-jitter`. */
	readonly id: string;
	/** The target this one is a variant of, or its own id. */
	readonly base: string;
	readonly title: string;
	readonly transport: Transport;
	readonly implementation: Implementation;
	/** The reference arm of the same transport and the same clients, where there is one: what this implementation adds. */
	readonly reference?: string;
	readonly server: ServerCommand;
	/** How many processes of the server share the clients; absent: one. Only servers of this project can be several. */
	readonly instances?: number;
	readonly client: ClientOptions;
	/** What its clients call. */
	readonly call: CallTemplate;
	/** Names of extra headers; their values are never written anywhere. */
	readonly headerNames: readonly string[];
	readonly features: readonly Feature[];
	/** It is this target once more under another name, so that a run shows what equals differ by; absent: it is itself. */
	readonly twinOf?: string;
}

const againSuffix = '=again';

/** The same target under a second name: the A/A arm. */
export function twinOf(target: Target): Target {
	return { ...target, id: `${target.id}${againSuffix}`, title: `${target.title}, again`, twinOf: target.id };
}

/** How a target's id is shown: `sse, again` of `sse=again`. */
export function shownTarget(id: string): string {
	return id.endsWith(againSuffix) ? `${id.slice(0, -againSuffix.length)}, again` : id;
}

/** A reference server as it is: with options (`stateful?reply=sse`) it is an arm that says something else, and its twin says nothing of its own. */
export function isPlainReference({ implementation, id, twinOf: original }: Target): boolean {
	return implementation === 'reference' && !id.includes('?') && original === undefined;
}

/** What of the options of a client is its connections' care. */
export function careOf({ resume, tcpKeepAliveMs, silenceMs, idleConnectionMs }: ConnectionCare): ConnectionCare {
	return {
		...(resume !== undefined && { resume }),
		...(tcpKeepAliveMs !== undefined && { tcpKeepAliveMs }),
		...(silenceMs !== undefined && { silenceMs }),
		...(idleConnectionMs !== undefined && { idleConnectionMs }),
	};
}

/** How many server processes a target has: a command of the user's, and a server that runs already, is always one. */
export function instancesOf({ server, instances = 1 }: Pick<Target, 'server' | 'instances'>): number {
	return server.kind === 'node' ? Math.max(1, instances) : 1;
}

/**
 * Whether connections that are kept alive say something of their own: those of an SDK server are node:http's, as the reference's are, and
 * those of 2026-07-28 are those of a client without a session, or with a stream. Nothing that is compared comes from them, so a twin has none.
 */
export function readsKeptAlive({
	reference,
	transport,
	twinOf: original,
}: Pick<Target, 'reference' | 'transport' | 'twinOf'>): boolean {
	return reference === undefined && transport !== 'modern' && original === undefined;
}

/** The same server as several processes that share the clients: an arm of its own. */
export function withInstances(target: Target, instances: number): Target {
	const suffix = `/${instances}-processes`;
	return {
		...target,
		id: `${target.id}${suffix}`,
		...(target.reference !== undefined && { reference: `${target.reference}${suffix}` }),
		title: `${target.title}, ${instances} processes`,
		instances,
	};
}

/** An id without the number of its processes, for where it goes without saying. */
export function withoutInstances(id: string): string {
	return id.replace(/\/\d+-processes$/, '');
}

/** The same server whose clients reconnect by another policy: an arm of its own. */
export function withPolicy(target: Target, policy: PolicyId): Target {
	if (target.client.policy === policy) return target;
	return {
		...target,
		id: `${target.id}/${policy}`,
		...(target.reference !== undefined && { reference: `${target.reference}/${policy}` }),
		title: `${target.title}, ${policy}`,
		client: { ...target.client, policy },
	};
}

/** The same server whose clients hold no stream and ask it every so often for what is new: an arm of its own. */
export function withPolling(target: Target, pollMs: number): Target {
	const suffix = `/poll-${pollMs / 1000}s`;
	return {
		...target,
		id: `${target.id}${suffix}`,
		...(target.reference !== undefined && { reference: `${target.reference}${suffix}` }),
		title: `${target.title}, polling every ${pollMs / 1000} s`,
		client: { ...target.client, stream: false, pollMs },
		features: [...new Set([...target.features, 'push' as const])],
	};
}

/** How often the clients of a target with this id poll, in ms; undefined where they do not. */
export function pollMsOf(id: string): number | undefined {
	const seconds = /\/poll-([\d.]+)s$/.exec(id)?.[1];
	return seconds === undefined ? undefined : Number(seconds) * 1000;
}
