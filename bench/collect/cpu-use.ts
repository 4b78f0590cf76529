import { setImmediate as turn } from 'node:timers/promises';
import type { CpuUse } from '../model/cpu-use.ts';
import { type Proc, systemProc } from './proc.ts';
import { Family, type ProcessTree, usedBetween } from './process-tree.ts';

/** What the CPUs have done since the machine started, in µs. */
interface CpuTimes {
	readonly cpus: number;
	readonly busyUs: number;
	readonly idleUs: number;
}

/** One look at the machine: the CPUs, and the processes of the harness. */
export interface CpuLook extends CpuTimes {
	readonly atMs: number;
	readonly tree: ProcessTree;
	/** Of orphans that have ended: whose they were is not known. */
	readonly orphansUs: number;
}

export interface CpuUseOptions {
	/** The harness. */
	readonly pid: number;
	/** CPUs that it may use: what others do elsewhere takes nothing from it. */
	readonly cpus: readonly number[];
	readonly proc?: Proc;
	/** In ms, of any beginning; it only grows. */
	readonly nowMs?: () => number;
}

/** A look so young serves whoever asks: of trials side by side twenty may begin in one second. */
const stillGoodMs = 250;

/**
 * Tells who used the CPUs between two looks: the harness with all its processes, others, or nobody. A look reads one line of each
 * process on the machine: 10 µs for each, 1 to 5 ms on most machines, with turns of the loop between.
 */
export class CpuUseMeter {
	readonly #cpus: ReadonlySet<string>;
	readonly #proc: Proc;
	readonly #family: Family;
	readonly #nowMs: () => number;
	#last: { readonly fromMs: number; readonly look: Promise<CpuLook | undefined> } | undefined;

	constructor({ pid, cpus, proc = systemProc, nowMs = () => performance.now() }: CpuUseOptions) {
		this.#cpus = new Set(cpus.map((cpu) => `cpu${cpu}`));
		this.#proc = proc;
		this.#family = new Family(pid, proc);
		this.#nowMs = nowMs;
	}

	/** Now, or up to 250 ms ago. Undefined where there is no /proc that tells. */
	look(): Promise<CpuLook | undefined> {
		const nowMs = this.#nowMs();
		if (this.#last && nowMs - this.#last.fromMs < stillGoodMs) return this.#last.look;
		// One after another, for each learns from the one before who belongs to the family.
		const look = (this.#last?.look ?? Promise.resolve()).then(() => this.#take());
		this.#last = { fromMs: nowMs, look };
		return look;
	}

	async #take(): Promise<CpuLook | undefined> {
		const times = cpuTimes(this.#proc, this.#cpus);
		const atMs = this.#nowMs();
		const tree = times && (await this.#family.look(() => turn()));
		return tree && { atMs, ...times, tree, orphansUs: this.#family.orphansUs };
	}
}

/** From `/proc/stat`; undefined where it says nothing of these CPUs. */
function cpuTimes(proc: Proc, names: ReadonlySet<string>): CpuTimes | undefined {
	const usPerTick = 1_000_000 / proc.units().ticksPerS;
	const lines = (proc.read('stat') ?? '').split('\n').map((line) => line.split(/\s+/));
	let [cpus, busyUs, idleUs] = [0, 0, 0];
	for (const [, ...ticks] of lines.filter(([name = '']) => names.has(name))) {
		// A guest's time, which would follow, is in the first two already.
		const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = ticks.map(Number);
		cpus += 1;
		busyUs += (user + nice + system + irq + softIrq + steal) * usPerTick;
		idleUs += (idle + ioWait) * usPerTick;
	}
	return cpus === 0 ? undefined : { cpus, busyUs, idleUs };
}

/**
 * Others' time is what is left of the CPUs' work, at least 0: a tree's ticks and those of the CPUs are not cut at the same instants.
 * What orphans used that ended meanwhile is nobody's: whoever kills a process together with its parent makes one, as this harness
 * does hundreds of times where platforms start and kill functions. So others are never blamed for that; one who burns goes on burning.
 */
export function cpuUseBetween(before: CpuLook, after: CpuLook): CpuUse {
	const ownUs = usedBetween(before.tree, after.tree);
	return {
		spanUs: Math.round((after.atMs - before.atMs) * 1000),
		cpus: after.cpus,
		ownUs,
		othersUs: Math.max(0, after.busyUs - before.busyUs - ownUs - Math.max(0, after.orphansUs - before.orphansUs)),
		idleUs: Math.max(0, after.idleUs - before.idleUs),
	};
}
