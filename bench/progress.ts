import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Fault } from './model/fault.ts';
import type { Phase } from './model/history.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import { cellsOf, wrap } from './report/columns.ts';
import { faultWord } from './report/fault-words.ts';
import { liveLines, type RunningTrial, type StruckFault, timelineColumns } from './report/live.ts';
import { plainTrialLine, terminalOptions } from './report/terminal.ts';
import { Timeline } from './report/timeline.ts';
import { noSwarm, type SwarmState } from './swarm-workers.ts';

/** What a run tells whoever watches it. */
export interface Progress {
	/** Several trials may be under way. */
	started(trial: TrialPlan, n: number, of: number): void;
	phase(trial: TrialPlan, phase: Phase, state: () => SwarmState): void;
	/** A fault strikes a trial under way, or has healed. */
	fault(trial: TrialPlan, fault: Fault, change: 'applied' | 'healed'): void;
	/** These trials are over; several, where they were one performance. */
	finished(results: readonly TrialResult[]): void;
	/** Something about the run as a whole, in one line. */
	note?(line: string): void;
	/** The last trial is over; the terminal is given back. */
	close(): void;
}

export const quietProgress: Progress = { started() {}, phase() {}, fault() {}, finished() {}, close() {} };

/** One line per finished trial, for logs and pipes; those of one performance that fared alike share a line. */
export function plainProgress(write: (line: string) => void): Progress {
	const places = new Map<string, { n: number; of: number }>();
	return {
		started: ({ id }, n, of) => {
			places.set(id, { n, of });
		},
		phase: () => {},
		fault: () => {},
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

/** Whether lines can be drawn anew in place; a dumb terminal knows no more than a pipe. */
export function canBeDrawnOn({ isTTY }: Pick<NodeJS.WriteStream, 'isTTY'>, term = process.env.TERM): boolean {
	return isTTY === true && term !== 'dumb';
}

const refreshMs = 250;

/** Faults that are kept of trials under way; many strike at once only where many trials run. */
const mostFaults = 100;

interface Running extends RunningTrial {
	readonly state: () => SwarmState;
}

interface LiveOptions {
	/** Aborted when the run is asked to end. */
	readonly signal?: AbortSignal;
	/** Milliseconds that only go forward. */
	readonly nowMs?: () => number;
}

/** A line per finished trial, and below them what happens now, redrawn in place. */
export class LiveProgress implements Progress {
	readonly #stream: NodeJS.WriteStream;
	readonly #draw: ReturnType<typeof createLogUpdate>;
	readonly #plain: Progress;
	readonly #timer: NodeJS.Timeout;
	readonly #nowMs: () => number;
	readonly #signal: AbortSignal | undefined;
	readonly #startedMs: number;
	readonly #estimateMs: number;
	readonly #running = new Map<string, Running>();
	readonly #timeline = new Timeline();
	readonly #over = new AbortController();
	#faults: StruckFault[] = [];
	#done = 0;
	/** What is drawn. */
	#lines: readonly string[] = [];

	/** @param estimateMs how long the whole run was estimated to take */
	constructor(
		stream: NodeJS.WriteStream,
		estimateMs: number,
		{ signal, nowMs = () => performance.now() }: LiveOptions = {},
	) {
		this.#stream = stream;
		this.#draw = createLogUpdate(stream);
		this.#estimateMs = estimateMs;
		this.#nowMs = nowMs;
		this.#signal = signal;
		this.#startedMs = nowMs();
		this.#plain = plainProgress((line) => {
			this.#wipe();
			// What goes on in the next line stands out from what begins there.
			const lines = wrap(line, Math.max(1, terminalOptions(stream).columns - 2));
			stream.write(`${lines.join('\n  ')}\n`);
		});
		this.#timer = setInterval(() => this.#redraw(), refreshMs);
		// Whoever has asked for the end is answered in a line of its own.
		signal?.addEventListener('abort', () => this.#wipe(), { once: true, signal: this.#over.signal });
		stream.on('resize', this.#resized);
	}

	started(plan: TrialPlan, n: number, of: number): void {
		this.#plain.started(plan, n, of);
		// What is shown is always of trials under way.
		if (this.#running.size === 0) this.#timeline.clear();
		this.#running.set(plan.id, { plan, n, of, phase: 'start', state: () => noSwarm });
		this.#redraw();
	}

	phase({ id, history }: TrialPlan, phase: Phase, state: () => SwarmState): void {
		for (const [other, running] of this.#running) {
			// Of several that are one performance the first speaks.
			const isSame = other === id || (history !== undefined && running.plan.history === history);
			if (isSame) this.#running.set(other, { ...running, phase, ...(other === id && { state }) });
		}
		this.#redraw();
	}

	fault({ id }: TrialPlan, fault: Fault, change: 'applied' | 'healed'): void {
		const nowMs = this.#nowMs();
		if (change === 'applied') {
			this.#timeline.strike(nowMs);
			this.#faults = [...this.#faults, { trial: id, word: faultWord(fault), struckMs: nowMs }].slice(-mostFaults);
		} else {
			this.#timeline.heal(nowMs);
			const word = faultWord(fault);
			const nth = this.#faults.findIndex((one) => one.trial === id && one.word === word && !('healedMs' in one));
			this.#faults = this.#faults.map((one, at) => (at === nth ? { ...one, healedMs: nowMs } : one));
		}
		this.#redraw();
	}

	finished(results: readonly TrialResult[]): void {
		for (const { id } of results) this.#running.delete(id);
		this.#faults = this.#faults.filter(({ trial }) => this.#running.has(trial));
		this.#done += results.length;
		this.#plain.finished(results);
	}

	note(line: string): void {
		this.#plain.note?.(line);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#over.abort();
		this.#stream.off('resize', this.#resized);
		this.#wipe();
		this.#draw.done();
	}

	#redraw(): void {
		const running = [...this.#running.values()];
		const [first] = running;
		if (!first) return;
		const nowMs = this.#nowMs();
		const states = running.map(({ state }) => state());
		const sum = (of: (state: SwarmState) => number) => states.reduce((total, state) => total + of(state), 0);
		const figures = { open: sum(({ open }) => open), perS: sum(({ perS }) => perS) };
		this.#timeline.look(nowMs, figures);
		const columns = this.#stream.columns ?? 80;
		// As smooth as the timeline, whose peak stands beside it: a single look may be above what a column comes to.
		const perS = this.#timeline.last(1)[0]?.perS ?? figures.perS;
		this.#lines = liveLines({
			open: figures.open,
			...{ perS, columns, nowMs, running, faults: this.#faults },
			colour: terminalOptions(this.#stream).colour,
			callsNotOk: sum(({ callsNotOk }) => callsNotOk),
			leftMs: this.#leftMs(this.#done, first.of, nowMs),
			isEnding: this.#signal?.aborted === true,
			timeline: this.#timeline.last(timelineColumns(columns)),
			columnMs: this.#timeline.columnMs,
		});
		this.#draw(this.#lines.join('\n'));
	}

	#wipe(): void {
		this.#draw.clear();
		this.#lines = [];
	}

	/**
	 * A terminal that becomes narrower breaks the lines that are drawn, and they take more rows than were written: all of them go before
	 * they are drawn anew. Log-update counts as many as it wrote.
	 */
	readonly #resized = (): void => {
		const { columns = 80, rows = 24 } = this.#stream;
		const taken = this.#lines.reduce((sum, line) => sum + rowsOf(line, columns), 0);
		if (taken === 0) return;
		this.#stream.write(`\u001b[${Math.min(taken, rows - 1)}A\r\u001b[J`);
		this.#draw.done();
		this.#redraw();
	};

	/** From the estimate at first, then more and more from the pace so far. */
	#leftMs(done: number, of: number, nowMs: number): number {
		const doneShare = done / of;
		const elapsedMs = nowMs - this.#startedMs;
		const byPace = doneShare > 0 ? elapsedMs / doneShare : this.#estimateMs;
		const totalMs = doneShare * byPace + (1 - doneShare) * this.#estimateMs;
		return Math.max(0, totalMs - elapsedMs);
	}
}

/** How many rows of a terminal a line takes. */
function rowsOf(line: string, columns: number): number {
	return Math.max(1, Math.ceil(cellsOf(stripVTControlCharacters(line)) / Math.max(1, columns)));
}
