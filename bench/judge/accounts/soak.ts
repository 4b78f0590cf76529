import type { Histogram } from 'hdr-histogram-js';
import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { CheckpointEvent, SoakFigure } from '../../model/soak.ts';
import { slopeOfSoak } from '../../model/soak-measures.ts';
import { type Account, measured } from './account.ts';
import { fitGrowth } from './growth.ts';
import { emptyHistogram } from './latency.ts';

/** Fewer answered calls than this between two checkpoints have no such percentile. */
const fewestFor = { 50: 20, 99: 200 } as const;
/** At the beginning code is compiled and tables grow to their size: so much of the checkpoints is left out, one at least. */
const settlingShare = 0.1;

const usPerHour = 3_600_000_000;

/** A checkpoint with what is known of the calls since the one before. */
interface Mark {
	readonly event: CheckpointEvent;
	readonly p50Us?: number;
	readonly p99Us?: number;
}

/** What grows from checkpoint to checkpoint of a load that goes on and on. It keeps some figures of each of them. */
export class Soak implements Account {
	readonly #marks: Mark[] = [];
	/** Of the calls since the last checkpoint; made when there is one. */
	#latency: Histogram | undefined;
	/** The server is, or was last, read from here to there. */
	#readFromUs = Number.POSITIVE_INFINITY;
	#readToUs = Number.POSITIVE_INFINITY;

	take(event: HistoryEvent): void {
		switch (event.is) {
			case 'checkpoint-begun':
				this.#readFromUs = event.at;
				this.#readToUs = Number.POSITIVE_INFINITY;
				return;
			case 'checkpoint':
				this.#checkpoint(event);
				return;
			case 'call':
				this.#call(event);
		}
	}

	#checkpoint(event: CheckpointEvent): void {
		this.#readToUs = event.at;
		const of = (percentile: 50 | 99) =>
			this.#latency && this.#latency.totalCount >= fewestFor[percentile]
				? this.#latency.getValueAtPercentile(percentile)
				: undefined;
		const [p50Us, p99Us] = [of(50), of(99)];
		this.#marks.push({ event, ...(p50Us !== undefined && { p50Us }), ...(p99Us !== undefined && { p99Us }) });
		this.#latency ??= emptyHistogram();
		this.#latency.reset();
	}

	#call({ at, dueUs, phase, outcome }: CallEvent): void {
		if (!this.#latency || phase !== 'measure' || outcome.is !== 'ok') return;
		const wasRead = dueUs >= this.#readFromUs && dueUs <= this.#readToUs;
		if (!wasRead) this.#latency.recordValue(Math.max(0, at - dueUs));
	}

	/** Whether there is anything to tell: a slope needs two checkpoints. */
	get tells(): boolean {
		return this.#marks.length >= 2;
	}

	/** When the last checkpoint was, from the beginning of the trial. */
	get lastMs(): number {
		return (this.#marks.at(-1)?.event.at ?? 0) / 1000;
	}

	/** A figure at each checkpoint at which it is known, over seconds since the first one. */
	series(of: SoakFigure): [sinceS: number, value: number][] {
		return this.#points((mark) => figureOf(mark, of)).map(([us, value]) => [us / 1e6, value]);
	}

	measures(): Measures {
		const last = this.#marks.at(-1);
		if (!last || !this.tells) return {};
		const figures = Object.entries(slopeOfSoak) as [SoakFigure, MeasureName][];
		return Object.assign(
			{
				...measured('soakedMs', (last.event.at - (this.#marks[0]?.event.at ?? 0)) / 1000),
				...measured('passedClients', last.event.gone),
				...this.#slope('swarmKbPerHour', ({ event }) => event.swarmKb),
				...this.#slope('harnessKbPerHour', ({ event }) => event.harnessKb),
			},
			...figures.map(([of, name]) => this.#slope(name, (mark) => figureOf(mark, of))),
		);
	}

	#points(kept: (mark: Mark) => number | undefined): [us: number, value: number][] {
		const fromUs = this.#marks[0]?.event.at ?? 0;
		return this.#marks.flatMap((mark): [number, number][] => {
			const value = kept(mark);
			return value === undefined ? [] : [[mark.event.at - fromUs, value]];
		});
	}

	#slope(name: MeasureName, kept: (mark: Mark) => number | undefined): Measures {
		const points = this.#points(kept).map(([us, value]) => [us / usPerHour, value] as const);
		const settling = points.length > 3 ? Math.max(1, Math.round(points.length * settlingShare)) : 0;
		const fit = fitGrowth(points.slice(settling));
		return fit ? measured(name, fit.slope, fit.slopeCi) : {};
	}
}

function figureOf({ event, p50Us, p99Us }: Mark, of: SoakFigure): number | undefined {
	const { target, fds, sessions } = event;
	const { heapUsedKb, externalKb = 0, openSessions, openStreams = 0 } = target;
	switch (of) {
		case 'heapKb':
			return heapUsedKb === undefined ? undefined : heapUsedKb + externalKb;
		case 'ussKb':
			return target.ussKb;
		case 'fds':
			return fds;
		case 'sessions':
			return openSessions === undefined ? undefined : Math.max(0, Math.max(openSessions, openStreams) - sessions);
		case 'p50Us':
			return p50Us;
		case 'p99Us':
			return p99Us;
	}
}
