import type { MeasureInfo } from './measures.ts';

const count = (title: string, better: MeasureInfo['better'], meaning: string): MeasureInfo => ({
	title,
	unit: '',
	better,
	meaning,
});

/** Measures of what a fault does to messages and clients. Most of them need a server that keeps a ledger. */
export const resilienceMeasures = {
	callsNotRun: count(
		'failed, never run',
		'lower',
		'calls that failed for sure, and that no server began, as its ledger says',
	),
	callsNeverArrived: count(
		'never arrived',
		'lower',
		'calls that were cut off or timed out, and that no server began, as its ledger says',
	),
	callsUnanswered: count(
		'run, unanswered',
		'lower',
		'calls that a server ran, or had begun to run, and whose client got no answer',
	),
	callsCutShort: count(
		'begun, never finished',
		'lower',
		'calls without an answer that a server process began and none finished',
	),
	callsRunTwice: count('run twice', 'lower', 'calls that servers began, or ran, more than once'),
	callsAnsweredWrong: count('answered wrongly', 'lower', 'calls whose answer was another’s, or an error'),
	callsUnsettled: count(
		'unsettled',
		'lower',
		'calls that were cut off or timed out, of a target without a ledger: they may have run or not',
	),
	callsInFlightLost: count('in flight, lost', 'lower', 'calls under way when the fault struck that got no good answer'),
	callsResent: count('sent again', 'neither', 'failed calls that the client sent once more'),
	answersDoubled: count('answers doubled', 'lower', 'answers to calls that had been answered'),
	answersLate: count('answers too late', 'lower', 'answers to calls that the client had given up'),
	recovery100Ms: {
		missing: 'longer',
		title: 'all recovered after',
		unit: 'ms',
		better: 'lower',
		meaning:
			'from the heal of the last fault to the first success of the last client; absent where one never succeeded',
	},
	connectsAfterFault: count(
		'connects after the fault',
		'lower',
		'TCP connection attempts after the first fault struck',
	),
	calmMs: {
		title: 'calm after',
		unit: 'ms',
		better: 'lower',
		meaning:
			'from the heal of the last fault to the end of the last quarter of a second in which more than 1 % of the clients tried to connect',
	},
	innocentFailed: count(
		'innocent calls failed',
		'lower',
		'calls due after the heal, of clients whose session was open, that got no good answer before calm',
	),
	callsNotOk: count('calls without an answer', 'lower', 'calls that failed or stayed unknown to their client'),
	callsNotOkShare: {
		title: 'calls without a good answer',
		unit: '%',
		better: 'lower',
		meaning: 'calls that failed or stayed unknown to their client, of all calls that were made',
	},
	streamsEnded: count(
		'streams ended properly',
		'neither',
		'sessions lost by a proper end of their stream: the server said goodbye',
	),
	answers503: count(
		'answers 503',
		'neither',
		'calls answered with status 503: the server, or what stands before it, is away',
	),
	closesAnnounced: count(
		'closes announced',
		'neither',
		'answers that announced the end of their connection, from the first fault on',
	),
	pushesNotReceivedShare: {
		title: 'pushes that did not arrive',
		unit: '%',
		better: 'lower',
		meaning: 'pushes lost or missed, of all that were made while the client was there',
	},
	pushesReceived: count(
		'pushes received',
		'higher',
		'numbered pushes of the measured phase, less its last half second, that arrived; each counts once for a session',
	),
	pushesLost: count(
		'pushes lost',
		'lower',
		'numbered pushes that a server handed to a connection, or kept for a session, and that no client received on that session',
	),
	pushesMissed: count(
		'pushes missed',
		'lower',
		'numbered pushes, for each client from its first opening on, that it did not receive and that were not lost either: no server had a connection or a log to send them to',
	),
	pushesDoubled: count(
		'pushes doubled',
		'lower',
		'arrivals of numbered pushes that had arrived before on the same session',
	),
	pushesOutOfOrder: count(
		'pushes out of order',
		'lower',
		'numbered pushes that arrived for the first time after a later one of the same session',
	),
} as const satisfies Record<string, MeasureInfo>;
