import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent, Phase, Role } from './model/history.ts';

/** A process's own part of a trial's history; the harness's: phases, faults, processes, gauges, readings. */
export class TrialLog {
	readonly #fd: number;
	readonly #clock: () => number;
	readonly #onFailure: ((error: Error) => void) | undefined;
	#open = true;
	/** What the file system said when an event could not be written. From then on none is: a history with a hole would mislead. */
	failure: Error | undefined;

	/**
	 * @param folder the trial's parts, merged after it
	 * @param onFailure hears once that an event could not be written; absent: `event` throws
	 * @throws the file system's error when the file cannot be made
	 */
	constructor(
		folder: string,
		clock: () => number,
		{ name = 'harness', onFailure }: { readonly name?: string; readonly onFailure?: (error: Error) => void } = {},
	) {
		this.#fd = openSync(join(folder, `${name}.ndjson`), 'a');
		this.#clock = clock;
		this.#onFailure = onFailure;
	}

	/** A few events a second: each is written at once, so that a killed harness loses none. */
	event(event: HistoryEvent): void {
		if (!this.#open || this.failure) return;
		try {
			writeSync(this.#fd, `${JSON.stringify(event)}\n`);
		} catch (error) {
			// Events come from timers and ends of processes too, where nobody would catch it.
			if (!this.#onFailure) throw error;
			this.failure = error as Error;
			this.#onFailure(this.failure);
		}
	}

	phase(phase: Phase): void {
		this.event({ is: 'phase', at: this.#clock(), phase });
	}

	/** A process of the trial is ready; `cpus` are those it was pinned to, `places` the cases side by side that it serves, where not all. */
	ready(role: Role, pid: number, at: number, cpus: readonly number[], places?: readonly number[]): void {
		this.event({ is: 'process', at, role, pid, change: 'ready', cpus: cpus.join(','), ...(places && { places }) });
	}

	close(): void {
		this.#open = false;
		closeSync(this.#fd);
	}
}
