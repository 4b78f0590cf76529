import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerState } from '../../servers/contract.ts';
import { monotonicUs } from '../clock.ts';
import type { GaugeValues } from '../model/history.ts';
import type { Network } from '../model/path.ts';
import type { ServerCommand } from '../model/target.ts';
import { type Child, describeExit, type Exit, StartError, startChild } from './child.ts';
import { groupMembers, isListening, listenerOf } from './members.ts';
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

/** A server's own figures as gauges. */
export function stateGauges(state: ServerState): GaugeValues {
	const { heapUsedBytes, externalBytes, loopDelayP99Us, loopDelayMaxUs, openSessions, openStreams } = state;
	const kb = { heapUsedKb: heapUsedBytes / 1024, externalKb: externalBytes / 1024 };
	return { ...kb, loopDelayP99Us, loopDelayMaxUs, openSessions, openStreams };
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
	return { url, readyUs, cpus, pids: () => [pid], control, exited, stderrTail, signal, kill, terminate, restart };
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
		throw new StartError(
			`Something listens on ${address.host}:${address.port} already; stop it, or give another --url.`,
		);
	}
	const child = startChild({
		role: 'target',
		file: { shell: command },
		ipc: false,
		...(spec.cpus && { cpus: spec.cpus }),
		...(spec.env && { env: spec.env }),
		...(network && { network }),
	});
	await becomeReady(child, address, spec);
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

/** The leader of a group may be gone a moment before the process that holds the port. */
async function allGone(pids: () => number[]): Promise<void> {
	const giveUpUs = monotonicUs() + goneWithinMs * 1000;
	while (pids().length > 0 && monotonicUs() < giveUpUs) await sleep(10);
}

async function becomeReady(child: Child, address: Address, spec: TargetSpec): Promise<void> {
	const { readyMs, signal, network } = spec;
	const giveUpUs = monotonicUs() + readyMs * 1000;
	while (child.exit() === undefined) {
		if (await isServed(address, network)) return;
		if (signal?.aborted) {
			await child.kill();
			throw new StartError('The start was given up.');
		}
		if (monotonicUs() > giveUpUs) {
			await child.kill();
			throw new StartError(
				`Nothing listens on ${address.host}:${address.port} after ${readyMs / 1000} s.`,
				child.stderrTail(),
			);
		}
		await sleep(20);
	}
	await Promise.race([child.closed, sleep(500, undefined, { ref: false })]);
	const how = describeExit(child.exit() as Exit);
	throw new StartError(
		`The command ended before it listened on ${address.host}:${address.port} (${how}).`,
		child.stderrTail(),
	);
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
	if (!(await accepts(address))) throw new StartError(`Nothing listens on ${address.host}:${address.port}.`);
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

interface Address {
	readonly host: string;
	readonly port: number;
}

function addressOf(url: string): Address {
	const { hostname, port, protocol } = new URL(url);
	return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** Whether somebody listens there. Into another network nobody can connect from here, but its table of sockets can be read. */
async function isServed(address: Address, network: Network | undefined): Promise<boolean> {
	if (network?.kind !== 'of') return accepts(address);
	return isListening(address.host, address.port, `/proc/${network.pid}/net`);
}

/** Whether somebody accepts a TCP connection there, within a second. */
function accepts(address: Address): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(address);
		const done = (result: boolean) => {
			socket.destroy();
			resolve(result);
		};
		socket.setTimeout(1000, () => done(false));
		socket.once('connect', () => done(true));
		socket.once('error', () => done(false));
	});
}
