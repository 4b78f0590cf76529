import type { MeasureInfo } from './measures.ts';

/** Measures of what an application sees of an official client library while a fault strikes. */
export const libraryMeasures = {
	libraryRecovered: {
		title: 'recovers by itself',
		unit: '',
		better: 'higher',
		meaning:
			'1 where the last call of the application that only calls was answered, 0 where it failed or hung; over repeats their mean',
	},
	libraryRecoveredMs: {
		title: 'first success after the heal',
		unit: 'ms',
		better: 'lower',
		meaning: 'from the server’s ready until the first answered call of an application that calls every 500 ms',
	},
	libraryCallsFailed: {
		title: 'calls failed after the heal',
		unit: '',
		better: 'lower',
		meaning:
			'calls sent after the server was ready again, or answered by it, that failed, or that hung until the observation ended',
	},
	libraryInFlightMs: {
		title: 'call in flight ends after',
		unit: 'ms',
		better: 'lower',
		meaning:
			'from the fault until the call that was in flight had an outcome; a lower bound where it still hung when the observation ended',
	},
	libraryErrorsHeard: {
		title: 'errors heard',
		unit: '',
		better: 'neither',
		meaning: 'calls of `onerror` from the fault on, at a client that only waits for one answer',
	},
	libraryClosesHeard: {
		title: 'ends heard',
		unit: '',
		better: 'neither',
		meaning:
			'calls of `onclose`, and ends of a subscription, from the fault on, at a client that only waits for one answer',
	},
	libraryRemedyMs: {
		title: 'recovery by hand',
		unit: 'ms',
		better: 'lower',
		meaning:
			'what the first remedy that worked took until its call was answered: to call again, to close and connect with a new transport, a new client',
	},
} as const satisfies Record<string, MeasureInfo>;
