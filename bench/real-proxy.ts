import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from './clock.ts';
import { type Child, describeExit, StartError, startChild } from './fleet/child.ts';
import { groupMembers } from './fleet/members.ts';
import { freePort } from './fleet/port.ts';
import { whenServed } from './fleet/served.ts';
import { findTool } from './fleet/tools.ts';
import { readyWithinMs } from './limits.ts';
import type { ProxyName } from './model/path.ts';
import { Unavailable } from './model/unavailable.ts';
import { type Listener, urlBehind } from './path/listener.ts';
import { caddy } from './path/real/caddy.ts';
import { haproxy } from './path/real/haproxy.ts';
import { nginx } from './path/real/nginx.ts';
import type { ProxyProgram, RealProxyName, Site, Surroundings } from './path/real/program.ts';
import { squid } from './path/real/squid.ts';
import type { ProxyHost, ProxyProcess, StartProxy } from './proxy.ts';

export const proxyPrograms: { readonly [N in RealProxyName]: ProxyProgram } = { nginx, haproxy, caddy, squid };

/** Somebody else may take a port in the moment between looking and listening. */
const mostStarts = 5;
/** How long a changed configuration may take to be in force, and how often that is looked at. */
const reloadWithinMs = 5000;
const lookEveryMs = 20;
const againMs = 500;

/** A real proxy that serves. */
export interface RealProxy extends ProxyProcess {
	/** Absent for a program that has no such end. */
	drain?(deadlineMs: number): Promise<void>;
	reload(listeners: readonly Listener[]): Promise<void>;
	/** All its processes, now. */
	pids(): readonly number[];
}

/** A way to start a program of this machine as a proxy of the trial. */
export function starterOf(name: RealProxyName): StartProxy {
	return (listeners, host) => startRealProxy(proxyPrograms[name], listeners, host);
}

/**
 * Starts a program of this machine with a configuration of its own, in a folder of its own within the trial's.
 * @throws Unavailable where it is missing, or lacks what the listeners ask for
 * @throws StartError
 */
export async function startRealProxy(
	program: ProxyProgram,
	listeners: readonly Listener[],
	host: ProxyHost,
): Promise<RealProxy> {
	const installed = installedProgram(program);
	// Programs take a relative path for one beneath a folder of their own.
	const folder = resolve(host.partsFolder, `${program.name}-${randomUUID().slice(0, 8)}`);
	await mkdir(folder, { recursive: true });
	for (let attempt = 1; ; attempt += 1) {
		const ports: number[] = [];
		for (const _ of listeners) ports.push(await freePort());
		const setup: Setup = { program, installed, folder, ports, cpus: host.cpus };
		await writeConfiguration(setup, listeners);
		try {
			return await startOnce(setup, listeners);
		} catch (error) {
			// Two Squids that begin at the same moment take each other's shared memory away.
			const isBusy = error instanceof StartError && error.stderr.some((line) => /in use|bind|shm_open/i.test(line));
			if (!isBusy || attempt === mostStarts) throw error;
		}
	}
}

/** What a running proxy keeps through its reloads. */
interface Setup {
	readonly program: ProxyProgram;
	/** Where its executable lies. */
	readonly installed: string;
	readonly folder: string;
	readonly ports: readonly number[];
	readonly cpus: readonly number[];
}

/** @throws Unavailable in one sentence that names the package */
function installedProgram(program: ProxyProgram): string {
	const found = findTool(program.name);
	if (found === null) throw new Unavailable(missing(program));
	return found;
}

/** Why a proxy cannot be started on this machine, in one sentence; undefined where it is installed. */
export function whyNoProxy(name: ProxyName): string | undefined {
	return name === 'embedded' || findTool(name) !== null ? undefined : missing(proxyPrograms[name]);
}

function missing({ title, debianPackage }: ProxyProgram): string {
	return `${title} is not installed: \`apt-get install ${debianPackage}\` brings it. Skipped: what is measured through a real ${title}.`;
}

const fileOf = ({ program, folder }: Setup) => join(folder, program.file);

const surroundings = (folder: string): Surroundings => ({ folder, uid: process.getuid?.() ?? 1 });

async function writeConfiguration(setup: Setup, listeners: readonly Listener[]): Promise<void> {
	const { program, folder, ports } = setup;
	const sites = listeners.map((listener, n): Site => ({ ...listener, port: ports[n] ?? 0 }));
	const text = program.configure(sites, surroundings(folder));
	// A program that reads while this writes sees the old one or the new one, whole.
	await writeFile(`${fileOf(setup)}.new`, text);
	await rename(`${fileOf(setup)}.new`, fileOf(setup));
}

function start(setup: Setup, args: readonly string[]): Child {
	const { program, installed, folder, cpus } = setup;
	const env = program.environment?.(folder);
	return startChild({
		role: 'path',
		file: { program: installed },
		args,
		ipc: false,
		folder,
		cpus,
		...(env && { env }),
	});
}

async function startOnce(setup: Setup, listeners: readonly Listener[]): Promise<RealProxy> {
	const { program, folder, ports } = setup;
	const child = start(setup, program.run(fileOf(setup), surroundings(folder)));
	await whenServed(
		child,
		ports.map((port) => ({ host: '127.0.0.1', port })),
		{ readyMs: readyWithinMs, own: true },
	);
	const pid = await servingPid(child, program);
	const { drain: drainSignal } = program;
	return {
		urls: listeners.map(({ servers }, n) => {
			const own = `http://127.0.0.1:${ports[n]}/`;
			return urlBehind(own, servers[0] ?? own);
		}),
		pid,
		pids: () => groupMembers(child.pid),
		cpus: child.cpus,
		readyUs: monotonicUs(),
		exited: child.exited,
		kill: child.kill,
		reload: (changed) => reload(setup, child, changed),
		...(drainSignal && { drain: (deadlineMs: number) => drain(program, child, drainSignal, deadlineMs) }),
	};
}

/**
 * The process whose memory and CPU time count: the first worker where there is one. A master listens, and the kernel accepts for it,
 * a moment before it has one.
 * @throws StartError where there is none in time; the program is gone then
 */
async function servingPid(child: Child, { title, hasWorker }: ProxyProgram): Promise<number> {
	if (!hasWorker) return child.pid;
	const giveUpUs = monotonicUs() + readyWithinMs * 1000;
	while (child.exit() === undefined && monotonicUs() < giveUpUs) {
		const worker = groupMembers(child.pid).find((pid) => pid !== child.pid);
		if (worker !== undefined) return worker;
		await sleep(lookEveryMs);
	}
	const exit = child.exit();
	await child.kill();
	const how = exit
		? `ended (${describeExit(exit)}) before it had`
		: `listens, and after ${readyWithinMs / 1000} s has not`;
	throw new StartError(`${title} ${how} a worker.`, child.stderrTail());
}

async function reload(setup: Setup, child: Child, listeners: readonly Listener[]): Promise<void> {
	const { program, ports } = setup;
	if (listeners.length !== ports.length) {
		throw new Error(
			`${program.title} has ${ports.length} listeners: a reload is for as many, not ${listeners.length}.`,
		);
	}
	await writeConfiguration(setup, listeners);
	const before = new Set(groupMembers(child.pid));
	if (typeof program.reload !== 'string') {
		const { code } = await start(setup, program.reload(fileOf(setup))).exited;
		if (code !== 0) throw new Error(`${program.title} did not take its new configuration (exit code ${code}).`);
		return;
	}
	const stop = signalUntil(child, program.reload, program);
	await tookItUp(program, child, before).finally(stop);
}

/** Sends the signal now, and to a program that may have dropped it again and again. @returns the way to stop */
function signalUntil(child: Child, signal: NodeJS.Signals, { dropsEarlySignals }: ProxyProgram): () => void {
	child.signalLeader(signal);
	const again = dropsEarlySignals && setInterval(() => child.signalLeader(signal), againMs);
	return () => clearInterval(again);
}

/** A program with a worker has a new one then; of another nothing tells but the time. */
async function tookItUp({ title, hasWorker }: ProxyProgram, child: Child, before: ReadonlySet<number>): Promise<void> {
	if (!hasWorker) return sleep(500);
	const giveUpUs = monotonicUs() + reloadWithinMs * 1000;
	while (!groupMembers(child.pid).some((pid) => !before.has(pid))) {
		if (monotonicUs() > giveUpUs) {
			throw new Error(`${title} did not take its new configuration: ${child.stderrTail().at(-1) ?? 'it said nothing'}`);
		}
		await sleep(lookEveryMs);
	}
}

async function drain(program: ProxyProgram, child: Child, signal: NodeJS.Signals, deadlineMs: number): Promise<void> {
	const stop = signalUntil(child, signal, program);
	const deadline = setTimeout(() => void child.kill(), deadlineMs);
	await child.exited;
	clearTimeout(deadline);
	stop();
}
