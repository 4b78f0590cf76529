import type { MeasureInfo } from './measures.ts';

const count = (title: string, better: MeasureInfo['better'], meaning: string): MeasureInfo => ({
	title,
	unit: '',
	better,
	meaning,
});

/** Measures of what a fault does to messages and clients. Most of them need a server that keeps a ledger. */
export const resilienceMeasures = {
	callsNotRun: count('failed, never run', 'lower', 'calls that failed, and that the server’s ledger does not hold'),
	callsNeverArrived: count(
		'never arrived',
		'lower',
		'calls that were cut off or timed out, and that the server’s ledger does not hold',
	),
	callsUnanswered: count(
		'run, unanswered',
		'lower',
		'calls that the server ran, or had begun to run, and whose client got no answer',
	),
	callsCutShort: count('begun, never finished', 'lower', 'calls that no server process finished, though one had begun'),
	callsRunTwice: count('run twice', 'lower', 'calls that servers ran more than once'),
	callsAnsweredWrong: count('answered wrongly', 'lower', 'calls whose answer was another’s, or an error of the tool'),
	callsUnsettled: count('unsettled', 'lower', 'calls of which neither client nor ledger can say whether they ran'),
	callsInFlightLost: count('in flight, lost', 'lower', 'calls under way when the fault struck that got no good answer'),
	callsResent: count('sent again', 'neither', 'failed calls that the client sent once more'),
	answersDoubled: count('answers doubled', 'lower', 'answers to calls that had been answered'),
	answersLate: count('answers too late', 'lower', 'answers to calls that the client had given up'),
	recovery100Ms: {
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
	innocentP99Us: {
		title: 'innocent p99',
		unit: 'µs',
		better: 'lower',
		meaning: 'latency from due of calls due between heal and calm, of clients whose session was open',
	},
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
	pushesReceived: count('pushes received', 'higher', 'numbered pushes that arrived for the first time'),
	pushesLost: count('pushes lost', 'lower', 'numbered pushes that a server sent to a session and no client received'),
	pushesMissed: count(
		'pushes missed',
		'lower',
		'numbered pushes that servers made while the client had no session to send them to',
	),
	pushesDoubled: count('pushes doubled', 'lower', 'numbered pushes that a client received more than once'),
	pushesOutOfOrder: count('pushes out of order', 'lower', 'numbered pushes that arrived after a later one'),
} as const satisfies Record<string, MeasureInfo>;
