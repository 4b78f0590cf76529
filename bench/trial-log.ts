import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent, Phase, Role } from './model/history.ts';

/** A process's own part of a trial's history; the harness's: phases, faults, processes, gauges, readings. */
export class TrialLog {
	readonly #fd: number;
	readonly #clock: () => number;
	#open = true;

	/** @param folder the trial's parts, merged after it @param name of the part */
	constructor(folder: string, clock: () => number, name = 'harness') {
		this.#fd = openSync(join(folder, `${name}.ndjson`), 'a');
		this.#clock = clock;
	}

	/** A few events a second: each is written at once, so that a killed harness loses none. */
	event(event: HistoryEvent): void {
		if (this.#open) writeSync(this.#fd, `${JSON.stringify(event)}\n`);
	}

	phase(phase: Phase): void {
		this.event({ is: 'phase', at: this.#clock(), phase });
	}

	/** A process of the trial is ready; `cpus` are those it was pinned to. */
	ready(role: Role, pid: number, at: number, cpus: readonly number[]): void {
		this.event({ is: 'process', at, role, pid, change: 'ready', cpus: cpus.join(',') });
	}

	close(): void {
		this.#open = false;
		closeSync(this.#fd);
	}
}
