import { limits } from './collect/limits.ts';
import { sessionsOf } from './model/load.ts';
import type { Size } from './model/scenario.ts';
import { instancesOf, type Target } from './model/target.ts';

/** What this machine allows; see `collect/limits`. */
export interface MachineLimits {
	/** Open descriptors of one process. */
	readonly fdLimit: number;
	/** Ports for outgoing connections, for each pair of source and destination. */
	readonly ephemeralPorts: number;
	/** Whether every address of 127.0.0.0/8 is this machine's own, as on Linux; absent: only 127.0.0.1 is. */
	readonly manyAddresses?: boolean;
	/** Memory that may be taken now; absent: unknown, so it limits nothing. */
	readonly availableMemoryKb?: number;
}

/** The limits of this machine, now. */
export function machineLimits(): MachineLimits {
	const { fdLimit, ephemeralPorts } = limits();
	return {
		fdLimit: fdLimit.hard,
		ephemeralPorts,
		manyAddresses: process.platform === 'linux',
		availableMemoryKb: process.availableMemory() / 1024,
	};
}

/** Descriptors that a process needs beside its clients' connections. */
export const reservedFds = 250;

/**
 * What a held client takes in all, server, worker and kernel. Measured with 100,000 clients of `sse`: 33 KB. The official
 * SDK's servers and a user's own take more.
 */
const kbPerSession = 100;
/** What the processes and the rest of the machine need beside the clients. */
const reservedKb = 1024 * 1024;

/**
 * The share of a pair's ports that the swarm may take before its clients get addresses of their own. Every client leaves one
 * connection behind in TIME_WAIT; when half of the ports are gone the kernel searches for the others: 16,000 clients from one
 * address opened at 1100 a second, from many at 2700.
 */
const portsShare = 0.25;

/** How many connections one process of this machine can have at the same time. */
export function connectionsOf({ fdLimit }: Pick<MachineLimits, 'fdLimit'>): number {
	return Math.max(0, fdLimit - reservedFds);
}

/**
 * Connections of a client: its stream, where it holds one, and one for calls. A ladder needs the stream alone; its second
 * climb leaves out the rungs that do not fit twice (`ladder.ts`).
 */
export function perSession({ load }: Size, { client }: Target): number {
	return load.kind === 'hold' || !client.stream ? 1 : 2;
}

/** A limit of the machine: the most clients it allows, and what it is. */
export interface Bound {
	readonly sessions: number;
	readonly because: string;
	/** What to do about it, where `asked` clients are wanted. */
	readonly remedy: (asked: number) => string;
	/** How many descriptors a process needs for them; 0 where it is not they that are missing. */
	readonly wantedFds: (asked: number) => number;
}

/** The machine cannot hold even a small swarm: exit 3. */
export class MachineError extends Error {
	readonly wantedFds: number;
	constructor(message: string, wantedFds = 0) {
		super(message);
		this.wantedFds = wantedFds;
	}
}

/**
 * Does all of this; where the machine refuses some of it, throws the refusal that asks for most, so that who does what it says is not
 * refused again. @throws MachineError
 */
export function allOrRefused<T>(steps: readonly (() => T)[]): T[] {
	const refusals: MachineError[] = [];
	const done = steps.flatMap((step) => {
		try {
			return [step()];
		} catch (error) {
			if (!(error instanceof MachineError)) throw error;
			refusals.push(error);
			return [];
		}
	});
	const [most] = refusals.toSorted((a, b) => b.wantedFds - a.wantedFds);
	if (most) throw most;
	return done;
}

/** The limit that the clients of a target meet first. */
export function tightestBound(size: Size, target: Target, limits: MachineLimits): Bound {
	const instances = instancesOf(target);
	const each = perSession(size, target);
	const servers = instances === 1 ? '' : ` for ${instances} servers`;
	const wantedFds = (asked: number) => Math.ceil((asked * each) / instances) + reservedFds;
	const bounds: Bound[] = [
		{
			sessions: Math.floor((connectionsOf(limits) * instances) / each),
			because: `${limits.fdLimit} descriptors per process${servers}`,
			remedy: (asked) => `Raise \`ulimit -n\` to ${wantedFds(asked)} or more.`,
			wantedFds,
		},
	];
	if (!(limits.manyAddresses && onLoopback(target))) {
		const sessions = Math.floor((limits.ephemeralPorts * 0.9 * instances) / each);
		const remedy = () => 'Widen net.ipv4.ip_local_port_range.';
		bounds.push({ sessions, because: `${limits.ephemeralPorts} local ports`, remedy, wantedFds: () => 0 });
	}
	if (limits.availableMemoryKb !== undefined) {
		const sessions = Math.max(0, Math.floor((limits.availableMemoryKb - reservedKb) / kbPerSession));
		const freeMb = Math.round(limits.availableMemoryKb / 1024);
		const because = `${freeMb} MB of free memory at ${kbPerSession} KB a client`;
		bounds.push({ sessions, because, remedy: () => 'Free some memory.', wantedFds: () => 0 });
	}
	return bounds.reduce((least, bound) => (bound.sessions < least.sessions ? bound : least));
}

/** How many workers hold the swarm: one for each of its CPUs, more where their descriptors would not do; none without a swarm. */
export function workersFor(size: Size, target: Target, cpus: number, connections: number): number {
	if (size.load.kind === 'libraries' || size.load.kind === 'browser') return 0;
	const needed = sessionsOf(size.load) * perSession(size, target);
	return Math.max(1, cpus, Math.ceil(needed / Math.max(1, connections)));
}

/** Whether the clients should come from many addresses, so that ports do not run out. */
export function needsAddresses(
	sessions: number,
	target: Target,
	{ manyAddresses, ephemeralPorts }: MachineLimits,
): boolean {
	return manyAddresses === true && onLoopback(target) && sessions * 2 > ephemeralPorts * portsShare;
}

/** Whether a target is reached at an IPv4 loopback address; `localhost` may mean another. */
function onLoopback({ server }: Target): boolean {
	return server.kind === 'node' || /^127(\.\d{1,3}){3}$/.test(new URL(server.url).hostname);
}
