import type { MeasureInfo } from './measures.ts';

const share = (title: string, better: MeasureInfo['better'], meaning: string): MeasureInfo => ({
	title,
	unit: '%',
	better,
	meaning,
});

/**
 * Measures of a target of several processes behind something that spreads requests over them, one of which dies. "Dead" is the time
 * from its death until it is ready again.
 */
export const balancingMeasures = {
	firstTryShare: share(
		'clients served at first try',
		'higher',
		'share of the clients whose first opening of a session and first call both succeeded',
	),
	okBeforeShare: share(
		'calls answered before the death',
		'higher',
		'share of the calls of the measured phase, ended before the process died, that got a good answer',
	),
	imbalance: {
		title: 'imbalance',
		unit: '',
		better: 'lower',
		meaning:
			'calls that the busiest process ran before the death, over the mean of all, as their ledgers say; 1 is even, 3 of three processes is all on one; absent where fewer than 3 calls for each process ran',
	},
	okAfterShare: share(
		'calls answered after the death',
		'higher',
		'share of the calls under way when the process died, or due while it was dead, that got a good answer',
	),
	callsNotOkAfter: {
		title: 'calls lost after the death',
		unit: '',
		better: 'lower',
		meaning: 'calls under way when the process died, or due while it was dead, that got no good answer',
	},
	callsCutAfter: {
		title: 'of them cut by the death',
		unit: '',
		better: 'lower',
		meaning: 'of these calls, those that were sent before the process was seen to be gone',
	},
	lostAfterShare: share(
		'clients that lost their session or stream',
		'lower',
		'share of the clients that lost their session or their stream while the process was dead',
	),
	servedAfterShare: share(
		'clients served after the death',
		'higher',
		'share of the clients that got a good answer to a call due while the process was dead',
	),
	failover99Ms: {
		title: '99 % served again after',
		unit: 'ms',
		better: 'lower',
		meaning:
			'from the death to the first good answer, to a call due since, that reached 99 % of the clients, one period of their calls included; of fewer than 100 clients the last one; absent where it never did',
	},
} as const satisfies Record<string, MeasureInfo>;
