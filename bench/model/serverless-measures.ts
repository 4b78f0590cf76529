import { measureOf } from './measure-of.ts';
import type { MeasureInfo } from './measures.ts';

/**
 * From so many answered calls of a hundred on a target works, and what it costs is worth asking. A stream that is cut and opened
 * again costs some calls even so, and the more because waits and round trips are long beside compressed minutes; what does not
 * work loses many more, and its clients try again as often as the trial lets them.
 */
export const worksFrom = 90;

/** Measures of what a serverless platform does for a session, and what it has it paid for. Limits are emulated. */
export const serverlessMeasures = {
	coldStarts: measureOf(
		'',
		'cold starts',
		'lower',
		'processes that were started because no free one was there, from the opening of the sessions to the end of the measured phase',
	),
	coldStartMs: measureOf(
		'ms',
		'a cold start takes',
		'lower',
		'median, from the request that waits for it until the process takes it; real time of this machine, not compressed',
	),
	coldAnswerMs: measureOf(
		'ms',
		'first answer after a cold start',
		'lower',
		'median, from a request that found no free process until its answer was whole; held streams left out; real time',
	),
	functionTimeouts: measureOf(
		'1/h',
		'ended by the time limit',
		'lower',
		'invocations that the platform ended at their longest duration, per hour of a session: at Lambda with SIGKILL',
	),
	requestsRefused: measureOf(
		'1/h',
		'requests refused',
		'lower',
		'requests for which the platform started no further process (429), per hour of a session',
	),
	invocationsPerSessionHour: measureOf(
		'1/h',
		'invocations',
		'lower',
		'requests that a process had, per hour of a session, the opening of the session included',
	),
	billedSPerSessionHour: measureOf(
		's',
		'billed per session-hour',
		'lower',
		'billed seconds for an hour of a session: held streams in compressed time × factor, calls and cold starts in real time, rounded up as the platform does',
	),
	gbSPerSessionHour: measureOf('GB·s', 'GB-seconds per session-hour', 'lower', 'billed seconds × 0.5 GB of memory'),
	usdPer1000SessionHours: {
		...measureOf(
			'$',
			'price of 1000 session-hours',
			'lower',
			`billed seconds and requests at list price, without free tier and traffic; instances of Cloud Run that hold streams hold 80 each, those that do not are shared by no two sessions, and so cost that much at most; where at least ${worksFrom} % of the calls were answered; prices and their dates stand in \`bench/model/prices.ts\``,
		),
		needsOkShare: worksFrom,
	},
} as const satisfies Record<string, MeasureInfo>;
