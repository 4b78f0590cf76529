import type { Clock } from '../clock.ts';
import type { GaugeEvent, GaugeValues, Role } from '../model/history.ts';
import { cpuGauges, switchGauges } from './cpu.ts';
import { classifyDescriptors, type Descriptors, descriptorGauges, totalOf } from './descriptors.ts';
import { slabGauge, socketGauges } from './machine.ts';
import { memoryGauges, rssGauge } from './memory.ts';
import { type Proc, systemProc } from './proc.ts';

/** A process to be watched. */
export interface Watched {
	readonly role: Role;
	readonly pid: number;
}

export interface SamplerOptions {
	/** The trial's clock; every event carries the instant of its own reading. */
	readonly clock: Clock;
	readonly emit: (event: GaugeEvent) => void;
	/** Samples per second; 4 by default. */
	readonly hz?: number;
	/**
	 * Only CPU time, threads and RSS of the processes and the machine's sockets, for trials that share the machine: with a hundred
	 * processes all else takes a fifth of a core, and the harness stands still meanwhile.
	 */
	readonly brief?: boolean;
	readonly proc?: Proc;
}

/** What the sampler itself took. */
export interface SamplerCost {
	readonly ticks: number;
	/** Ticks that never happened because this process was busy when they were due. */
	readonly skipped: number;
	/** Time spent reading. */
	readonly busyMs: number;
}

/**
 * Reads the figures of a changing set of processes, and of the machine, at a fixed rate.
 *
 * A tick is synchronous, so ticks never overlap; it is due at a multiple of the period since the start, so they do not
 * drift. What costs little is read at every tick: CPU time, threads, RSS, the number of descriptors, TCP. What may cost much
 * has a budget (`Budget`): PSS and USS walk the page tables (every tick for the target, every second for the others), the
 * kinds of descriptors need a system call each, switches and slab memory change slowly (every second). A figure that a tick
 * did not read is absent from its event, but for the kinds of descriptors: between two countings the total is exact, and
 * what changed is booked as sockets, which is what changes in a server.
 *
 * Measured at 4 Hz, so with cold caches: 21 ms of CPU a second for a target of 100 MB with 2000 sockets, two workers, the
 * harness and the machine; the target is 9 ms of it, the machine 4.
 */
export class Sampler {
	readonly #clock: Clock;
	readonly #emit: (event: GaugeEvent) => void;
	readonly #periodMs: number;
	readonly #proc: Proc;
	readonly #watched = new Map<number, Probe>();
	readonly #slab = new Budget(1000);
	readonly #brief: boolean;
	#startedMs = 0;
	#ticksDue = 0;
	#timer: NodeJS.Timeout | undefined;
	#cost = { ticks: 0, skipped: 0, busyMs: 0 };

	constructor(options: SamplerOptions) {
		this.#clock = options.clock;
		this.#emit = options.emit;
		this.#periodMs = 1000 / (options.hz ?? 4);
		this.#proc = options.proc ?? systemProc;
		this.#brief = options.brief === true;
	}

	/** Watches a process from the next tick on; one that is watched already stays as it is. One that vanishes is dropped by itself. */
	add(process: Watched): void {
		if (!this.#watched.has(process.pid)) this.#watched.set(process.pid, new Probe(process, this.#proc));
	}

	remove(pid: number): void {
		this.#watched.delete(pid);
	}

	/** Takes the first sample now. Starting twice changes nothing. */
	start(): void {
		if (this.#timer) return;
		this.#startedMs = performance.now();
		this.#ticksDue = 0;
		this.#tick();
	}

	/** No sample is taken after this returns. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	cost(): SamplerCost {
		return { ...this.#cost };
	}

	/** Reads everything once, outside of the rhythm. */
	sample(): void {
		const startedMs = performance.now();
		for (const probe of this.#watched.values()) {
			const at = this.#clock();
			const values = this.#brief ? probe.readBriefly() : probe.read(startedMs);
			if (values) this.#emit({ is: 'gauge', at, ...probe.process, values });
			else this.#watched.delete(probe.process.pid);
		}
		this.#emit({ is: 'gauge', at: this.#clock(), role: 'machine', pid: 0, values: this.#machine(startedMs) });
		this.#cost.busyMs += performance.now() - startedMs;
		this.#cost.ticks += 1;
	}

	#machine(nowMs: number): GaugeValues {
		if (this.#brief) return socketGauges(this.#proc);
		return { ...socketGauges(this.#proc), ...this.#slab.spend(nowMs, () => slabGauge(this.#proc)) };
	}

	#tick(): void {
		// Set before the sample, so that an `emit` that stops the sampler really stops it.
		this.#timer = setTimeout(() => this.#tick(), this.#untilNextMs());
		// The harness ends when its work does, not when its gauges do.
		this.#timer.unref();
		this.sample();
	}

	#untilNextMs(): number {
		const elapsedMs = performance.now() - this.#startedMs;
		const missed = Math.max(0, Math.floor(elapsedMs / this.#periodMs) - this.#ticksDue);
		this.#cost.skipped += missed;
		this.#ticksDue += missed + 1;
		return Math.max(0, this.#ticksDue * this.#periodMs - elapsedMs);
	}
}

/** Lets something costly happen no more often than `everyMs`, and for no more than 2 % of the time. */
export class Budget {
	readonly #everyMs: number;
	#dueMs = Number.NEGATIVE_INFINITY;

	constructor(everyMs: number) {
		this.#everyMs = everyMs;
	}

	/** The result of `work`, or undefined when it is not its turn. */
	spend<T>(nowMs: number, work: () => T): T | undefined {
		if (nowMs < this.#dueMs) return undefined;
		const startedMs = performance.now();
		const result = work();
		const tookMs = performance.now() - startedMs;
		this.#dueMs = nowMs + Math.max(this.#everyMs, tookMs * 50);
		return result;
	}
}

/** The kinds of descriptors are counted again after this, even while their number stays. */
const recountMs = 5000;

/** One watched process, with what is remembered of it between two ticks. */
class Probe {
	readonly process: Watched;
	readonly #proc: Proc;
	readonly #memory: Budget;
	readonly #kindsBudget = new Budget(1000);
	readonly #switches = new Budget(1000);
	#kinds: Descriptors | undefined;
	#countedMs = Number.NEGATIVE_INFINITY;
	#cpuUs = 0;

	constructor(process: Watched, proc: Proc) {
		this.process = { role: process.role, pid: process.pid };
		this.#proc = proc;
		// The target's memory is a question of its own; the others are watched for trouble.
		this.#memory = new Budget(process.role === 'target' ? 0 : 1000);
	}

	/** The figures of this tick, or undefined when the process is gone. */
	read(nowMs: number): GaugeValues | undefined {
		const { pid } = this.process;
		const cpu = this.#cpu();
		return (
			cpu && {
				...(this.#memory.spend(nowMs, () => memoryGauges(this.#proc, pid)) ?? rssGauge(this.#proc, pid)),
				...this.#descriptors(nowMs),
				...cpu,
				...this.#switches.spend(nowMs, () => switchGauges(this.#proc, pid)),
			}
		);
	}

	/** What costs next to nothing, or undefined when the process is gone. */
	readBriefly(): GaugeValues | undefined {
		const cpu = this.#cpu();
		return cpu && { ...rssGauge(this.#proc, this.process.pid), ...cpu };
	}

	#cpu(): GaugeValues | undefined {
		const cpu = cpuGauges(this.#proc, this.process.pid);
		// A thread that ends takes its nanoseconds along; the counter must not run backwards.
		this.#cpuUs = Math.max(this.#cpuUs, cpu?.cpuUs ?? 0);
		return cpu && { ...cpu, cpuUs: this.#cpuUs };
	}

	#descriptors(nowMs: number): GaugeValues | undefined {
		const { pid } = this.process;
		const count = this.#proc.countDescriptors(`${pid}/fd`);
		if (count === undefined) return undefined;
		// One that closed while another of another kind opened leaves the number as it was: so also from time to time.
		const isOld = nowMs - this.#countedMs >= recountMs;
		if (this.#kinds === undefined || totalOf(this.#kinds) !== count || isOld) {
			const counted = this.#kindsBudget.spend(nowMs, () => classifyDescriptors(this.#proc, pid));
			if (counted) this.#countedMs = nowMs;
			this.#kinds = counted ?? this.#kinds;
		}
		if (this.#kinds === undefined) return undefined;
		const sockets = Math.max(0, this.#kinds.sockets + count - totalOf(this.#kinds));
		return descriptorGauges({ ...this.#kinds, sockets });
	}
}
