import { createLogUpdate } from 'log-update';
import type { Phase } from './model/history.ts';
import { duration } from './model/quantity.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import { plainTrialLine } from './report/terminal.ts';
import type { SwarmState } from './swarm-workers.ts';

/** What a run tells whoever watches it. */
export interface Progress {
	started(trial: TrialPlan, n: number, of: number): void;
	phase(phase: Phase, state: () => SwarmState): void;
	finished(result: TrialResult): void;
	/** The last trial is over; the terminal is given back. */
	close(): void;
}

export const quietProgress: Progress = { started() {}, phase() {}, finished() {}, close() {} };

/** One line per finished trial, for logs and pipes. */
export function plainProgress(write: (line: string) => void): Progress {
	let place = { n: 0, of: 0 };
	return {
		started: (_trial, n, of) => {
			place = { n, of };
		},
		phase: () => {},
		finished: (result) => write(plainTrialLine(result, place.n, place.of)),
		close: () => {},
	};
}

const refreshMs = 250;

/** A line per finished trial, and below them what happens now, redrawn in place. */
export class LiveProgress implements Progress {
	readonly #draw: ReturnType<typeof createLogUpdate>;
	readonly #plain: Progress;
	readonly #timer: NodeJS.Timeout;
	readonly #startedMs = performance.now();
	readonly #estimateMs: number;
	#trial: { plan: TrialPlan; n: number; of: number } | undefined;
	#phase: Phase = 'start';
	#state: (() => SwarmState) | undefined;
	#last = { callsOk: 0, atMs: 0 };

	/** @param estimateMs how long the whole run was estimated to take */
	constructor(stream: NodeJS.WriteStream, estimateMs: number) {
		this.#draw = createLogUpdate(stream);
		this.#estimateMs = estimateMs;
		this.#plain = plainProgress((line) => {
			this.#draw.clear();
			stream.write(`${line}\n`);
		});
		this.#timer = setInterval(() => this.#redraw(), refreshMs);
	}

	started(plan: TrialPlan, n: number, of: number): void {
		this.#plain.started(plan, n, of);
		this.#trial = { plan, n, of };
		this.#state = undefined;
		this.#redraw();
	}

	phase(phase: Phase, state: () => SwarmState): void {
		this.#phase = phase;
		this.#state = state;
		this.#redraw();
	}

	finished(result: TrialResult): void {
		this.#plain.finished(result);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#draw.clear();
		this.#draw.done();
	}

	#redraw(): void {
		if (!this.#trial) return;
		const { plan, n, of } = this.#trial;
		const nowMs = performance.now();
		const state = this.#state?.() ?? { open: 0, callsOk: 0, callsNotOk: 0 };
		const perS = Math.max(0, ((state.callsOk - this.#last.callsOk) / Math.max(1, nowMs - this.#last.atMs)) * 1000);
		this.#last = { callsOk: state.callsOk, atMs: nowMs };
		this.#draw(
			[
				`trial ${n} of ${of}: ${plan.scenario} · ${plan.target} · repeat ${plan.repeat}`,
				`${this.#phase} · ${state.open} sessions open · ${Math.round(perS)} calls/s · ${this.#left(n, of, nowMs)}`,
			].join('\n'),
		);
	}

	/** From the estimate at first, then more and more from the pace so far. */
	#left(n: number, of: number, nowMs: number): string {
		const doneShare = (n - 1) / of;
		const elapsedMs = nowMs - this.#startedMs;
		const byPace = doneShare > 0 ? elapsedMs / doneShare : this.#estimateMs;
		const totalMs = doneShare * byPace + (1 - doneShare) * this.#estimateMs;
		return `${duration(Math.max(0, totalMs - elapsedMs))} left`;
	}
}
