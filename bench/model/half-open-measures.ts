import { measureOf as info } from './measure-of.ts';
import type { MeasureInfo } from './measures.ts';

/** Measures of a path that drops everything without a word: who noticed, when and how. */
export const halfOpenMeasures = {
	noticedShare: info(
		'%',
		'clients that noticed',
		'higher',
		'share of the clients with a held stream that counted it as lost before the path was whole again',
	),
	noticedMs: info(
		'ms',
		'noticed after',
		'lower',
		'median, of the clients that noticed, from the beginning of the silence',
	),
	noticedMaxMs: info('ms', 'last one noticed after', 'lower', 'the last client that noticed'),
	noticedByTimeout: info(
		'',
		'by unanswered packets',
		'neither',
		'clients whose system gave up: probes, or repetitions',
	),
	noticedBySilence: info('', 'by silence', 'neither', 'clients that heard nothing on their stream for too long'),
	noticedByReset: info('', 'by a reset', 'neither', 'clients whose stream ended with RST'),
	noticedByClose: info('', 'by an end', 'neither', 'clients whose stream was ended, with or without its last chunk'),
	callsStuck: info(
		'',
		'calls stuck',
		'lower',
		'calls under way while the path was silent, but those whose answer had arrived before',
	),
	callsStuckAnswered: info(
		'',
		'of these answered',
		'higher',
		'stuck calls that were answered when the path was whole again',
	),
	callsStuckMs: info(
		'ms',
		'stuck for',
		'lower',
		'median from sent to the answer, or to the instant the client gave up',
	),
	callsStuckMaxMs: info('ms', 'stuck at most for', 'lower', 'the call that was stuck longest'),
	serverNoticedShare: info(
		'%',
		'streams the server gave up',
		'higher',
		'share of its held streams that the server no longer counted at the end of the silence, as it said itself',
	),
	serverNoticedMs: info(
		'ms',
		'server noticed after',
		'lower',
		'until the server no longer counted half of its held streams; it is asked once a second',
	),
	ghostStreams: info(
		'',
		'ghost streams',
		'lower',
		'held streams that the server still counted at the end of the silence',
	),
	ghostSessions: info('', 'ghost sessions', 'lower', 'sessions that the server still kept at the end of the silence'),
	ghostSessionsLeft: info(
		'',
		'ghost sessions left',
		'lower',
		'sessions that the server kept at the end of the measured phase beyond those that its clients had',
	),
} as const satisfies Record<string, MeasureInfo>;
