import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Limits, limits } from './collect/limits.ts';
import { type ProcFeatures, procFeatures } from './collect/machine.ts';
import { memoryMb, projectFolder } from './environment.ts';
import { allowedCpus } from './fleet/cpus.ts';
import { machinePlacement } from './fleet/placement.ts';
import { serverPorts } from './fleet/port.ts';
import { type ProgramOutput, runTool } from './fleet/tools.ts';
import { connectionsOf, reservedFds } from './machine-bounds.ts';
import type { Placement } from './model/environment.ts';
import { namespaceSupport } from './path/namespace-support.ts';

/** One thing that the harness can use, and whether this machine has it. */
export interface Check {
	readonly id: string;
	readonly title: string;
	/** `limited`: there, but not enough of it for every scenario. */
	readonly state: 'ok' | 'limited' | 'missing';
	/** What was found: a version, a number with its unit. */
	readonly found: string;
	/** What its absence costs, and the next step. */
	readonly cost: string;
}

/** Everything that the checks ask of a machine. */
export interface Machine {
	readonly platform: string;
	readonly node: string;
	/** The version of Node that the project is pinned to. */
	readonly pinnedNode: string;
	readonly cpus: readonly number[];
	readonly placement: Placement;
	readonly memoryMb: number;
	readonly limits: Limits;
	readonly features: ProcFeatures;
	/** Whether a child can talk to its parent over Node's IPC channel. */
	ipc(): Promise<boolean>;
	/** What a program says when started with these arguments; null when it is missing. */
	run(name: string, args: readonly string[]): Promise<ProgramOutput | null>;
}

/** The largest rung of the standard profile: an `sse` client may hold a stream and a kept-alive connection. */
const standardSessions = 2000;

/** Programs that scenarios can use: how each tells its version, and what its absence costs. */
const programs: readonly { readonly name: string; readonly args: readonly string[]; readonly cost: string }[] = [
	{ name: 'nginx', args: ['-v'], cost: 'No path through a real nginx; install nginx.' },
	{ name: 'haproxy', args: ['-v'], cost: 'No path through a real HAProxy; install haproxy.' },
	{ name: 'caddy', args: ['version'], cost: 'Caddy’s clean end at a timeout is emulated only; install caddy.' },
	{ name: 'squid', args: ['-v'], cost: 'The corporate proxy is emulated only; install squid.' },
	{ name: 'redis-server', args: ['--version'], cost: 'No shared session store; install redis-server.' },
	{ name: 'chromium', args: ['--version'], cost: 'No scenario with a real browser; install chromium.' },
	{ name: 'wrk', args: ['-v'], cost: 'The generator is not checked against wrk; install wrk.' },
	{ name: 'hey', args: ['-h'], cost: 'The generator is not checked against hey; install hey.' },
	{ name: 'ip', args: ['-V'], cost: 'No networks of a trial’s own, so no path that drops packets; install iproute2.' },
	{ name: 'nft', args: ['--version'], cost: 'No path that drops packets without a word; install nftables.' },
];

/** What this machine has. Starts short-lived programs; uses no network. Never rejects. */
export async function diagnose(machine: Machine = thisMachine()): Promise<Check[]> {
	const [ipc, taskset, namespaces, ...others] = await Promise.all([
		checkIpc(machine),
		checkTaskset(machine),
		checkNamespaces(machine),
		...programs.map((program) => checkProgram(machine, program)),
	]);
	return [
		checkNode(machine),
		ipc,
		checkCpus(machine),
		taskset,
		checkMemory(machine),
		checkDescriptors(machine),
		checkPorts(machine),
		...checkProc(machine),
		namespaces,
		...others,
	];
}

function checkNode({ node, pinnedNode }: Machine): Check {
	const same = node === pinnedNode;
	const found = same ? node : `${node}, pinned is ${pinnedNode}`;
	const cost = 'Figures are not comparable with those of the pinned version; start with `npm run bench`.';
	return { id: 'node', title: 'Node.js', state: same ? 'ok' : 'limited', found, cost };
}

async function checkIpc(machine: Machine): Promise<Check> {
	const works = await machine.ipc();
	const cost = 'Servers cannot be asked for their heap, and the swarm cannot be told what to do: nothing runs.';
	return { id: 'ipc', title: 'IPC', state: works ? 'ok' : 'missing', found: works ? 'works' : 'no answer', cost };
}

function checkCpus({ cpus, placement }: Machine): Check {
	const cost = 'Target and generator share a CPU: latency and CPU time are mixed; use a machine with two or more.';
	const found = `${cpus.length}. ${placement.note}`;
	return { id: 'cpus', title: 'CPUs', state: cpus.length > 1 ? 'ok' : 'limited', found, cost };
}

async function checkTaskset(machine: Machine): Promise<Check> {
	const cost = 'Target and swarm are not pinned to CPUs of their own; install util-linux.';
	return { ...(await checkProgram(machine, { name: 'taskset', args: ['--version'], cost })), title: 'Pinning' };
}

function checkMemory({ memoryMb }: Machine): Check {
	const cost = 'Thousands of sessions may not fit; choose a smaller profile, or a machine with 4 GB.';
	const state = memoryMb >= 3500 ? 'ok' : 'limited';
	return { id: 'memory', title: 'Memory', state, found: `${memoryMb} MB`, cost };
}

function checkDescriptors({ limits }: Machine): Check {
	const { soft } = limits.fdLimit;
	const sessions = Math.floor(connectionsOf({ fdLimit: soft }) / 2);
	const cost = `Sizes are clamped to ${sessions} sessions; raise the limit with \`ulimit -n\`.`;
	const found = `${soft} a process: ${sessions} sessions of sse, which takes two each`;
	const state = sessions >= standardSessions ? 'ok' : 'limited';
	return { id: 'descriptors', title: 'File descriptors', state, found, cost };
}

function checkPorts({ limits }: Machine): Check {
	const [first, last] = limits.ephemeralRange;
	const overlap = first < serverPorts.first + serverPorts.count && last >= serverPorts.first;
	const few = limits.ephemeralPorts < 2 * standardSessions + reservedFds;
	const found = `${limits.ephemeralPorts} (${first}–${last}) for each pair of addresses`;
	const because = few
		? 'Connections of large scenarios run out of ports'
		: 'A client that retries while its server is dead may connect to itself, because servers listen in that range';
	const cost = `${because}; set net.ipv4.ip_local_port_range to "32768 60999".`;
	return { id: 'ports', title: 'Ephemeral ports', state: few || overlap ? 'limited' : 'ok', found, cost };
}

function checkProc({ features, platform }: Machine): Check[] {
	const readable = (id: string, title: string, has: boolean, otherwise: Check['state'], cost: string): Check => {
		const found = has ? 'readable' : `not readable on this ${platform}`;
		return { id, title, state: has ? 'ok' : otherwise, found, cost };
	};
	const noProc = 'No figure of any process, so no claim about memory or CPU; use Linux.';
	const noPss = 'Memory is RSS only, which counts shared pages in every process; use Linux 4.14 or newer.';
	const noSlab = 'Kernel memory comes from SUnreclaim and is about a quarter low; run as root.';
	return [
		readable('proc', '/proc', features.processes, 'missing', noProc),
		readable('smaps_rollup', 'PSS and USS', features.smapsRollup, 'missing', noPss),
		readable('slabinfo', 'Kernel slab', features.slabInfo, 'limited', noSlab),
	];
}

async function checkNamespaces(machine: Machine): Promise<Check> {
	const support = await namespaceSupport(machine.run);
	const cost = `Half-open connections are made by the embedded balancer only.${support.allowed ? '' : ` ${support.because}`}`;
	const found = support.allowed ? `can be made${support.asUser ? ' as a user' : ''}` : 'cannot be made';
	const state = support.allowed ? 'ok' : 'missing';
	return { id: 'namespaces', title: 'Network namespaces', state, found, cost };
}

async function checkProgram(machine: Machine, program: (typeof programs)[number]): Promise<Check> {
	const { name, args, cost } = program;
	const output = await machine.run(name, args);
	const version = output && /\d+\.\d+[\w.+~-]*/.exec(output.text)?.[0];
	const found = output === null ? 'not found' : (version ?? 'found, version unknown');
	return { id: name, title: name, state: output === null ? 'missing' : 'ok', found, cost };
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
	return {
		platform: process.platform,
		node: process.versions.node,
		pinnedNode: readPinnedNode(),
		cpus: allowedCpus(),
		placement: machinePlacement(),
		memoryMb: memoryMb(),
		limits: limits(),
		features: procFeatures(),
		ipc: tryIpc,
		run: runTool,
	};
}

function readPinnedNode(): string {
	const text = readFileSync(join(projectFolder, 'package.json'), 'utf8');
	const { optionalDependencies } = JSON.parse(text) as { optionalDependencies?: Record<string, string> };
	return Object.entries(optionalDependencies ?? {}).find(([name]) => name.startsWith('node-'))?.[1] ?? 'unknown';
}

async function tryIpc(): Promise<boolean> {
	const child = spawn(process.execPath, ['-e', 'process.send("ok")'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
	try {
		await once(child, 'message', { signal: AbortSignal.timeout(5000) });
		return true;
	} catch {
		return false;
	} finally {
		child.kill('SIGKILL');
	}
}

/** The checks as text of at most `columns` columns: one line each, what is wrong with what it costs below. */
export function formatDoctor(checks: readonly Check[], columns: number): string {
	const titleWidth = Math.max(...checks.map(({ title }) => title.length), 0);
	const indent = 'missing'.length + titleWidth + 4;
	const lines = checks.flatMap((check) => {
		const head = `${check.state.padEnd('missing'.length)}  ${check.title.padEnd(titleWidth)}  `;
		const texts = check.state === 'ok' ? [check.found] : [check.found, check.cost];
		const wrapped = texts.flatMap((text) => wrap(text, Math.max(20, columns - indent)));
		return wrapped.map((line, index) => (index === 0 ? head : ' '.repeat(indent)) + line);
	});
	const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
	return [...lines, '', `${count('ok')} ok, ${count('limited')} limited, ${count('missing')} missing`].join('\n');
}

/** Breaks a text between words; a word longer than the width stands alone. */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
}
