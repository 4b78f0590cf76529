import { sum } from 'simple-statistics';
import type { HistoryEvent, ReadingEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { Outcome } from '../../model/session.ts';
import { studentT } from '../distributions.ts';
import { type Fit, fitLine } from '../fit.ts';
import { type Account, measured } from './account.ts';
import { gaugeOf } from './ladder.ts';

type Point = readonly [calls: number, value: number];

/**
 * What every call leaves behind in the target: slopes of memory and descriptors over the calls that were answered so far, from
 * the readings of a load. Over calls and not over time, because a leak follows the work: a slower run of the same server would
 * otherwise seem to leak less. A target that was started again begins anew.
 */
export class Growth implements Account {
	#answered = 0;
	#measuring = false;
	#points: { readonly answered: number; readonly reading: ReadingEvent }[] = [];

	take(event: HistoryEvent): void {
		if (event.is === 'phase') this.#measuring = event.phase === 'measure';
		else if (event.is === 'call' && wasAnswered(event.outcome)) this.#answered++;
		else if (event.is === 'process' && event.role === 'target' && event.change === 'ready') this.#points = [];
		else if (event.is === 'reading' && event.state === 'loaded' && this.#measuring) {
			this.#points.push({ answered: this.#answered, reading: event });
		}
	}

	measures(): Measures {
		return {
			...this.#slope('ussKbPerCall', (reading) => gaugeOf(reading, 'ussKb')),
			...this.#slope('heapKbPerCall', ({ target: { heapUsedKb, externalKb } }) =>
				heapUsedKb === undefined || externalKb === undefined ? undefined : heapUsedKb + externalKb,
			),
			...this.#slope('fdsPerCall', (reading) => gaugeOf(reading, 'fds')),
		};
	}

	#slope(name: MeasureName, gauge: (reading: ReadingEvent) => number | undefined): Measures {
		const points = this.#points.flatMap(({ answered, reading }): Point[] => {
			const value = gauge(reading);
			return value === undefined ? [] : [[answered, value]];
		});
		const fit = fitGrowth(points);
		return fit ? measured(name, fit.slope, fit.slopeCi) : {};
	}
}

/** Whether the server ran the call and said so, rightly or wrongly; a call without an answer may not have reached it. */
function wasAnswered(outcome: Outcome): boolean {
	return outcome.is === 'ok' || outcome.why === 'wrong-answer' || outcome.why === 'rpc-error';
}

/**
 * The slope by ordinary least squares, with a 95 % interval that does not take readings of one process for independent. What a
 * process holds wanders: a page, a compiled function or a free list taken at one reading is still there at the next. The
 * interval assumes the extreme of that, a random walk: each step's variance in proportion to its calls, estimated from the steps
 * between neighbouring readings; how far such steps move the slope is worked out exactly, and Student's t taken with as many
 * degrees of freedom as there are steps but one. (Durlauf & Phillips, *Trends versus random walks in time series analysis*,
 * Econometrica 56, 1988: on such noise the usual interval of a slope is far too narrow, whatever the number of readings.)
 *
 * It holds from independent noise to a random walk (`growth.test.ts` counts how often). Corrections that work from the residuals
 * did not, in simulations of 16 readings of which each keeps 0.9 of the last one's noise: Prais–Winsten's intervals held the
 * truth in 60 % of 4000 series, those of a Bartlett kernel as wide as the sample (Kiefer & Vogelsang) in 64 %, this one in 99 %.
 * The price: where noise is independent, the interval is seven times wider than it need be. It shrinks with more calls, hardly
 * with more readings.
 *
 * @returns undefined with fewer than two different numbers of calls; no interval with fewer than three readings
 */
export function fitGrowth(points: readonly Point[]): Fit | undefined {
	const distinct = points.filter(([calls], n) => n === 0 || calls > (points[n - 1]?.[0] ?? 0));
	const fit = fitLine(distinct);
	if (!fit || distinct.length < 3) return fit;
	const steps = distinct.slice(1).map(([calls, value], n) => {
		const [callsBefore = 0, valueBefore = 0] = distinct[n] ?? [];
		return { calls: calls - callsBefore, change: value - valueBefore };
	});
	const overall = sum(steps.map(({ change }) => change)) / sum(steps.map(({ calls }) => calls));
	const degrees = steps.length - 1;
	const variancePerCall = sum(steps.map(({ calls, change }) => (change - overall * calls) ** 2 / calls)) / degrees;
	// A step moves every later reading: its weight in the slope is the sum of theirs.
	const middle = sum(distinct.map(([calls]) => calls)) / distinct.length;
	const spread = sum(distinct.map(([calls]) => (calls - middle) ** 2));
	const variance = steps.reduce((total, { calls }, n) => {
		const weight = sum(distinct.slice(n + 1).map(([at]) => (at - middle) / spread));
		return total + weight ** 2 * calls * variancePerCall;
	}, 0);
	const half = studentT(degrees) * Math.sqrt(variance);
	return { ...fit, slopeCi: [fit.slope - half, fit.slope + half] };
}
