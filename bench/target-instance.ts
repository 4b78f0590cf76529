import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from './faults/fault.ts';
import { limitDescriptors, type ProcessLimit } from './fleet/descriptor-limit.ts';
import { isOver } from './fleet/members.ts';
import { MemoryGroup } from './fleet/memory-group.ts';
import type { TargetProcess } from './fleet/target.ts';

/** What an instance needs of the trial that it belongs to. */
export interface InstanceHost {
	/** Watches a process that is ready. */
	attend(process: TargetProcess): void;
	/** Starts the process again. @throws where the trial is over: the process would belong to nobody */
	restart(process: TargetProcess): Promise<TargetProcess>;
}

/** A process that was killed by its limit is waited for no longer than this. */
const overWithinMs = 1000;

/** A place of the target's, and the process that fills it: the powers that faults have over it. */
export class TargetInstance implements Instance {
	readonly number: number;
	readonly #host: InstanceHost;
	#process: TargetProcess;
	#isGone = false;
	#limits: ProcessLimit[] = [];

	constructor(process: TargetProcess, number: number, host: InstanceHost) {
		this.number = number;
		this.#host = host;
		this.#process = process;
		this.take(process);
	}

	/** The process of this place, which may be gone. */
	get process(): TargetProcess {
		return this.#process;
	}

	/** From now on this process fills the place. @returns the one that did */
	take(process: TargetProcess): TargetProcess {
		const before = this.#process;
		this.#process = process;
		this.#isGone = false;
		void process.exited.then(() => {
			if (this.#process === process) this.#isGone = true;
		});
		this.#host.attend(process);
		return before;
	}

	async kill(): Promise<void> {
		await this.#process.kill();
	}

	async drain(deadlineMs: number): Promise<void> {
		await this.#process.terminate(deadlineMs);
	}

	async restart(): Promise<void> {
		if (this.#isGone) this.take(await this.#host.restart(this.#process));
	}

	async pause(): Promise<void> {
		if (this.#process.signal('SIGSTOP')) return;
		throw new Error('The target cannot be paused: its process has ended, or the harness did not start it.');
	}

	async resume(): Promise<void> {
		this.#process.signal('SIGCONT');
	}

	async limitDescriptors(spareFds: number): Promise<void> {
		for (const pid of this.#process.pids()) this.#limits.push(await limitDescriptors(pid, spareFds));
	}

	async limitMemory(spareMb: number): Promise<void> {
		this.#limits.push(await MemoryGroup.enter(this.#process.pids(), spareMb));
	}

	async lift(): Promise<void> {
		if (this.#limits.length === 0) return;
		for (const limit of this.#limits) await limit.lift();
		this.#limits = [];
		// The kernel may have killed it a moment ago; what follows must know whether it still runs.
		if (this.#process.pids().every((pid) => isOver(pid))) {
			await Promise.race([this.#process.exited, sleep(overWithinMs, undefined, { ref: false })]);
		}
	}
}
