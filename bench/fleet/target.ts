import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerState } from '../../servers/contract.ts';
import { monotonicUs } from '../clock.ts';
import type { GaugeValues } from '../model/history.ts';
import type { Network } from '../model/path.ts';
import type { ServerCommand } from '../model/target.ts';
import { type Exit, StartError, startChild } from './child.ts';
import { groupMembers, listenerOf } from './members.ts';
import { type Address, accepts, addressOf, isServed, whenServed } from './served.ts';
import { restartServer, type ServerProcess, startServer } from './server.ts';

/** How to start a target, or to come to one that runs. */
export interface TargetSpec {
	readonly server: ServerCommand;
	/** Flags after those of the target; for a server of this project only. */
	readonly args?: readonly string[];
	/** Environment beside the harness's own; ignored by a server that runs already. */
	readonly env?: Readonly<Record<string, string>>;
	readonly cpus?: readonly number[];
	/** Where it is to live; absent: where the harness does. */
	readonly network?: Network;
	/** How long it may take until it accepts connections. */
	readonly readyMs: number;
	/** Of a command: its own group listens, and not what it started elsewhere. */
	readonly own?: boolean;
	/** Gives up the start. */
	readonly signal?: AbortSignal;
}

/** A target that accepts connections, whoever wrote it. */
export interface TargetProcess {
	readonly url: string;
	/** The instant (`monotonicUs`) at which it accepted connections. */
	readonly readyUs: number;
	/** CPUs it was pinned to; empty when it was not. */
	readonly cpus: readonly number[];
	/** Its processes as they are now; empty where they are not known. */
	pids(): number[];
	/** Asks it for its figures; absent where it has no control channel. */
	readonly control?: (control: 'collect' | 'state') => Promise<ServerState>;
	/** Has it push this number to whomever listens; absent where it has no control channel. */
	readonly push?: (number: number) => Promise<unknown>;
	/** Has a server that waits for it begin its pushes; absent where it has no control channel. */
	readonly beginPushes?: () => Promise<unknown>;
	/** Has it refuse these tokens, or take them again; absent where it has no control channel. */
	readonly revoke?: (tokens: readonly string[], on: boolean) => Promise<ServerState>;
	/** Fulfils when it is gone; never for a server that the harness did not start. */
	readonly exited: Promise<Exit>;
	stderrTail(): readonly string[];
	/** Sends a signal to all its processes; false when nobody is left, or when they are not the harness's to signal. */
	signal(signal: NodeJS.Signals): boolean;
	kill(): Promise<unknown>;
	terminate(deadlineMs: number): Promise<unknown>;
	/** Starts it again where it was, after it is gone. @throws StartError */
	restart(): Promise<TargetProcess>;
}

/** A process that was sent SIGKILL is waited for no longer than this. */
const goneWithinMs = 2000;
const busyPortMs = 1000;

/** A server's own figures as gauges; what its runtime does not tell is absent. */
export function stateGauges(state: ServerState): GaugeValues {
	const { heapUsedBytes, externalBytes, loopDelayP99Us, loopDelayMaxUs, openSessions, openStreams, overflows } = state;
	return {
		...(heapUsedBytes !== undefined && { heapUsedKb: heapUsedBytes / 1024 }),
		...(externalBytes !== undefined && { externalKb: externalBytes / 1024 }),
		...(loopDelayP99Us !== undefined && { loopDelayP99Us }),
		...(loopDelayMaxUs !== undefined && { loopDelayMaxUs }),
		openSessions,
		openStreams,
		...(overflows !== undefined && { overflows }),
	};
}

/** @throws StartError with one sentence and the last lines of stderr; nothing of it runs then */
export async function startTarget(spec: TargetSpec): Promise<TargetProcess> {
	switch (spec.server.kind) {
		case 'node':
			return ofServer(await startServer({ ...spec, server: spec.server, nodeFlags: ['--expose-gc'] }));
		case 'command':
			return startCommand(spec, spec.server);
		case 'running':
			if (spec.network) throw new StartError('A server that runs already cannot be moved into a network of the trial.');
			return joinRunning(spec.server);
	}
}

function ofServer(server: ServerProcess): TargetProcess {
	const { url, readyUs, cpus, pid, control, exited, stderrTail, signal, kill, terminate } = server;
	const restart = async () => ofServer(await restartServer(server));
	const push = (number: number) => server.ask<ServerState>({ control: 'push', number }, 'push');
	const beginPushes = () => control('begin-pushes');
	const revoke = (tokens: readonly string[], on: boolean) =>
		server.ask<ServerState>({ control: 'revoke', tokens, on }, 'revoke');
	const powers = { control, push, beginPushes, revoke, signal, kill, terminate, restart };
	return { url, readyUs, cpus, pids: () => [pid], exited, stderrTail, ...powers };
}

/** Any program: it is ready when its port accepts a connection. */
async function startCommand(
	spec: TargetSpec,
	{ command, url }: Extract<ServerCommand, { kind: 'command' }>,
): Promise<TargetProcess> {
	const address = addressOf(url);
	const { network } = spec;
	// A server that was just ended may hold its port for a moment longer.
	const giveUpUs = monotonicUs() + busyPortMs * 1000;
	while ((await isServed(address, network)) && monotonicUs() < giveUpUs) await sleep(50);
	if (await isServed(address, network)) {
		throw new StartError(takenBy(address, network));
	}
	const child = startChild({
		role: 'target',
		file: { shell: command },
		ipc: false,
		...(spec.cpus && { cpus: spec.cpus }),
		...(spec.env && { env: spec.env }),
		...(network && { network }),
	});
	await whenServed(child, [address], spec);
	const { cpus, exited, stderrTail, signal } = child;
	const pids = () => groupMembers(child.pid);
	return {
		url,
		readyUs: monotonicUs(),
		cpus,
		pids,
		exited,
		stderrTail,
		signal,
		kill: () => child.kill().then(() => allGone(pids)),
		terminate: (deadlineMs) => child.terminate(deadlineMs).then(() => allGone(pids)),
		restart: () => startCommand(spec, { kind: 'command', command, url }),
	};
}

/** Who has the port that a command is to listen on, as far as it can be seen, and what to do. */
function takenBy({ host, port }: Address, network: Network | undefined): string {
	const pid = network === undefined && isLoopback(host) ? listenerOf(host, port) : undefined;
	const who = pid === undefined ? 'Another program' : `Another program (process ${pid})`;
	return `${who} listens on ${host}:${port} already, where the command is to serve; stop it, give another --url, or measure it as it is with --target-url.`;
}

/** The leader of a group may be gone a moment before the process that holds the port. */
async function allGone(pids: () => number[]): Promise<void> {
	const giveUpUs = monotonicUs() + goneWithinMs * 1000;
	while (pids().length > 0 && monotonicUs() < giveUpUs) await sleep(10);
}

/** The process of a server that runs already; undefined where it cannot be known, as on another machine. */
export function processOf({ url, pid }: { readonly url: string; readonly pid?: number }): number | undefined {
	const { host, port } = addressOf(url);
	return pid ?? (isLoopback(host) ? listenerOf(host, port) : undefined);
}

/** Whether a host name means this machine. */
export function isLoopback(host: string): boolean {
	return /^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host.replace(/^\[|\]$/g, ''));
}

/** A server of the user's that runs: it is never stopped, and measured where its process can be found. */
async function joinRunning({ url, pid }: Extract<ServerCommand, { kind: 'running' }>): Promise<TargetProcess> {
	const address = addressOf(url);
	if (!(await accepts(address))) {
		throw new StartError(
			`Nothing listens on ${address.host}:${address.port}; start the server, or give another --target-url.`,
		);
	}
	const found = processOf({ url, ...(pid === undefined ? {} : { pid }) });
	const nothing = async () => {};
	return {
		url,
		readyUs: monotonicUs(),
		cpus: [],
		pids: () => (found === undefined ? [] : [found]),
		exited: new Promise(() => {}),
		stderrTail: () => [],
		signal: () => false,
		kill: nothing,
		terminate: nothing,
		restart: async () => {
			throw new StartError('The harness did not start this server and cannot restart it.');
		},
	};
}
