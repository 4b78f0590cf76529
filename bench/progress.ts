import { createLogUpdate } from 'log-update';
import type { Phase } from './model/history.ts';
import { duration } from './model/quantity.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import { plainTrialLine } from './report/terminal.ts';
import type { SwarmState } from './swarm-workers.ts';

/** What a run tells whoever watches it. */
export interface Progress {
	/** Several trials may be under way. */
	started(trial: TrialPlan, n: number, of: number): void;
	phase(trial: TrialPlan, phase: Phase, state: () => SwarmState): void;
	/** These trials are over; several, where they were one performance. */
	finished(results: readonly TrialResult[]): void;
	/** Something about the run as a whole, in one line. */
	note?(line: string): void;
	/** The last trial is over; the terminal is given back. */
	close(): void;
}

export const quietProgress: Progress = { started() {}, phase() {}, finished() {}, close() {} };

/** One line per finished trial, for logs and pipes; those of one performance that fared alike share a line. */
export function plainProgress(write: (line: string) => void): Progress {
	const places = new Map<string, { n: number; of: number }>();
	return {
		started: ({ id }, n, of) => {
			places.set(id, { n, of });
		},
		phase: () => {},
		finished: (results) => {
			const fates = Map.groupBy(results, (result) => `${result.state} ${'because' in result ? result.because : ''}`);
			for (const alike of fates.values()) {
				const numbers = alike.map(({ id }) => places.get(id) ?? { n: 0, of: 0 });
				write(plainTrialLine(alike, Math.max(...numbers.map(({ n }) => n)), numbers[0]?.of ?? 0));
			}
			for (const { id } of results) places.delete(id);
		},
		note: write,
		close: () => {},
	};
}

const refreshMs = 250;

/** A trial under way. */
interface Running {
	readonly plan: TrialPlan;
	readonly n: number;
	readonly of: number;
	readonly phase: Phase;
	readonly state: () => SwarmState;
}

/** What runs now: one trial with its name, or how many of which scenario. */
function headOf(all: readonly Running[]): string {
	const [first, ...more] = all;
	if (!first) return '';
	const { plan, n, of } = first;
	if (more.length > 0) return `trial ${n} of ${of}: ${plan.scenario}, ${all.length} trials at once`;
	const place = plan.case === undefined ? plan.scenario : `${plan.scenario} · ${plan.case}`;
	return `trial ${n} of ${of}: ${place} · ${plan.target} · repeat ${plan.repeat}`;
}

/** A line per finished trial, and below them what happens now, redrawn in place. */
export class LiveProgress implements Progress {
	readonly #draw: ReturnType<typeof createLogUpdate>;
	readonly #plain: Progress;
	readonly #timer: NodeJS.Timeout;
	readonly #startedMs = performance.now();
	readonly #estimateMs: number;
	readonly #running = new Map<string, Running>();
	#done = 0;
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
		const idle = () => ({ open: 0, callsOk: 0, callsNotOk: 0 });
		this.#running.set(plan.id, { plan, n, of, phase: 'start', state: idle });
		this.#redraw();
	}

	phase({ id }: TrialPlan, phase: Phase, state: () => SwarmState): void {
		const running = this.#running.get(id);
		if (running) this.#running.set(id, { ...running, phase, state });
		this.#redraw();
	}

	finished(results: readonly TrialResult[]): void {
		for (const { id } of results) this.#running.delete(id);
		this.#done += results.length;
		this.#plain.finished(results);
	}

	note(line: string): void {
		this.#plain.note?.(line);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#draw.clear();
		this.#draw.done();
	}

	#redraw(): void {
		const all = [...this.#running.values()];
		const [first] = all;
		if (!first) return;
		const nowMs = performance.now();
		const states = all.map(({ state }) => state());
		const open = states.reduce((sum, state) => sum + state.open, 0);
		const callsOk = states.reduce((sum, state) => sum + state.callsOk, 0);
		const perS = Math.max(0, ((callsOk - this.#last.callsOk) / Math.max(1, nowMs - this.#last.atMs)) * 1000);
		this.#last = { callsOk, atMs: nowMs };
		const left = this.#left(this.#done, first.of, nowMs);
		const phases = [...new Set(all.map(({ phase }) => phase))].join(', ');
		this.#draw([headOf(all), `${phases} · ${open} sessions open · ${Math.round(perS)} calls/s · ${left}`].join('\n'));
	}

	/** From the estimate at first, then more and more from the pace so far. */
	#left(done: number, of: number, nowMs: number): string {
		const doneShare = done / of;
		const elapsedMs = nowMs - this.#startedMs;
		const byPace = doneShare > 0 ? elapsedMs / doneShare : this.#estimateMs;
		const totalMs = doneShare * byPace + (1 - doneShare) * this.#estimateMs;
		return `${duration(Math.max(0, totalMs - elapsedMs))} left`;
	}
}
