import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { limits } from './collect/limits.ts';
import { type ProcFeatures, procFeatures } from './collect/machine.ts';
import { allowedCpus } from './fleet/cpus.ts';
import { findTool } from './fleet/tools.ts';
import type { Environment, Placement } from './model/environment.ts';

export const projectFolder = fileURLToPath(new URL('../', import.meta.url));

/** The packages whose version can change a figure or a picture. */
const packageNames = [
	'undici',
	'eventsource-parser',
	'hdr-histogram-js',
	'execa',
	'chart.js',
	'@modelcontextprotocol/sdk',
	'@modelcontextprotocol/client',
	'@modelcontextprotocol/server',
	'@modelcontextprotocol/node',
] as const;

/** Long enough to see a neighbour at work, and not to be noticed by somebody who waits. */
const busyWindowMs = 300;

/**
 * How many CPUs are busy just now. The load average would still hold what ended a minute ago, such as the installation of
 * this very project.
 */
async function busyCpus(): Promise<number> {
	const busyMs = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
	const beforeMs = busyMs();
	const startedMs = performance.now();
	await sleep(busyWindowMs);
	return Math.round(((busyMs() - beforeMs) / (performance.now() - startedMs)) * 100) / 100;
}

/** What this machine and this checkout are, now. `folder` is the project's. Never rejects: what is unknown is left out. */
export async function describeEnvironment(placement: Placement, folder = projectFolder): Promise<Environment> {
	const { fdLimit, ephemeralPorts } = limits();
	return {
		node: process.versions.node,
		v8: process.versions.v8,
		packages: packageVersions(folder),
		os: osName(),
		kernel: release(),
		arch: arch(),
		cpuModel: cpus()[0]?.model.trim() || 'unknown',
		cpus: availableParallelism(),
		memoryMb: memoryMb(),
		fdLimit: fdLimit.soft,
		ephemeralPorts,
		placement,
		busyCpus: await busyCpus(),
		loadAverage1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
		git: await gitState(folder),
		missing: missingFigures(procFeatures(), findTool('taskset') !== null, controlGroup()),
	};
}

function packageVersions(folder: string): Record<string, string> {
	const versions: Record<string, string> = {};
	for (const name of packageNames) {
		const version = packageVersion(join(folder, 'node_modules', name, 'package.json'));
		if (version !== undefined) versions[name] = version;
	}
	return versions;
}

function packageVersion(file: string): string | undefined {
	try {
		const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
		return typeof version === 'string' ? version : undefined;
	} catch {
		return undefined;
	}
}

/** `Debian GNU/Linux 12 (bookworm)`, or the system's bare name. */
function osName(): string {
	try {
		const found = /^PRETTY_NAME=(["']?)(.*)\1$/m.exec(readFileSync('/etc/os-release', 'utf8'));
		return found?.[2] || type();
	} catch {
		return type();
	}
}

/** The memory that this process may use, in MB: the machine's, or less in a control group. */
export function memoryMb(): number {
	const limit = memoryLimitBytes();
	return Math.floor(Math.min(totalmem(), limit ?? Number.POSITIVE_INFINITY) / 2 ** 20);
}

/** The limit of a control group, or undefined: without one, the system reports none or more than there is. */
function memoryLimitBytes(): number | undefined {
	const limit = process.constrainedMemory();
	return limit > 0 && limit < totalmem() ? limit : undefined;
}

/** What a control group takes away from the machine. */
export interface ControlGroup {
	readonly memoryMb?: number;
	/** About how many CPUs' worth of time it grants, when that is less than the CPUs that may be used. */
	readonly cpus?: number;
}

function controlGroup(): ControlGroup {
	const limit = memoryLimitBytes();
	const granted = availableParallelism();
	return {
		...(limit !== undefined && { memoryMb: Math.floor(limit / 2 ** 20) }),
		...(granted < allowedCpus().length && { cpus: granted }),
	};
}

/** The figures that this machine cannot give as they should be, each with the reason: one sentence each. */
export function missingFigures(features: ProcFeatures, taskset: boolean, group: ControlGroup): readonly string[] {
	const missing: string[] = [];
	if (!features.processes) missing.push('No process can be measured, and limits are assumed: there is no /proc.');
	else if (!features.smapsRollup) missing.push('Memory is RSS only: the kernel offers no smaps_rollup.');
	if (features.processes && !features.slabInfo) {
		missing.push('Kernel memory is about a quarter low: slabinfo is readable for root only, so SUnreclaim stands in.');
	}
	if (!taskset) missing.push('Target and swarm are not pinned: taskset is missing.');
	if (group.memoryMb !== undefined) missing.push(`A control group limits memory to ${group.memoryMb} MB.`);
	if (group.cpus !== undefined) missing.push(`A control group limits CPU time to about ${group.cpus} CPUs.`);
	return missing;
}

/** The commit and whether files differ from it; null outside of a checkout, and where git is missing. */
async function gitState(folder: string): Promise<Environment['git']> {
	const git = async (...args: string[]) => {
		const options = { cwd: folder, timeout: 3000, windowsHide: true };
		return (await promisify(execFile)('git', args, options)).stdout.trim();
	};
	try {
		const [head, changes] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
		return { head, dirty: changes !== '' };
	} catch {
		return null;
	}
}
