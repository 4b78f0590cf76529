import { measureOf } from './measure-of.ts';
import type { MeasureInfo } from './measures.ts';

const watched = (title: string, meaning: string) => measureOf('', title, 'lower', `watched clients ${meaning}`);

/**
 * Measures of what stands between: how long a held stream lives there, what its client is told, and whether calls get through.
 * They are of the watched clients of a `watch` load, and of the first life of each unless they say otherwise. Times whose name does
 * not say otherwise are of the trial; those of the world that the trial stands for are multiplied by its factor, and say so.
 */
export const pathMeasures = {
	timeFactor: measureOf(
		'',
		'compression',
		'neither',
		'a second of the trial stands for so many; 1: nothing was compressed',
	),
	streamSurvivedShare: measureOf(
		'%',
		'streams that survived',
		'higher',
		'share of the watched clients whose first stream was still open at the end, and on which they heard the push that was sent then; left out are those that were opened too late to meet a limit',
	),
	streamLifeS: measureOf(
		's',
		'a stream lives',
		'higher',
		'median, from its opening until it was cut, times the factor; at least that long where it was not cut while it was watched',
	),
	streamsFin: watched('streams closed', 'whose stream ended with FIN before its proper end'),
	streamsReset: watched('streams reset', 'whose stream ended with RST'),
	streamsClean: watched(
		'streams ended',
		'whose stream came to a proper end, as if the server had said all it had to say',
	),
	streamsSilent: watched(
		'streams silent',
		'whose stream was cut without a word: it looks open, and nothing arrives any more',
	),
	streamsDeaf: watched('streams deaf', 'whose stream stayed open without any push arriving, though nothing was cut'),
	streamsRefused: watched('streams refused', 'that were answered with a status of 500 or more instead of a stream'),
	streamsNotOpened: watched('streams never opened', 'whose stream had not begun by the end, without a word why'),
	cutNoticedMs: measureOf(
		'ms',
		'cut noticed after',
		'lower',
		'median over all lives, from the cut until the client counted its stream as lost; in real time, from the embedded proxy only',
	),
	cutNeverNoticedShare: measureOf(
		'%',
		'cuts never noticed',
		'lower',
		'share of all cuts of streams that the client did not notice before the end',
	),
	deafShare: measureOf(
		'%',
		'deaf',
		'lower',
		'share of the watched time in which no push could have reached the client; how long it takes to open a stream is not compressed, so it is an upper bound',
	),
	reconnectsPerHour: measureOf(
		'1/h',
		'reconnects per hour',
		'lower',
		'3600 s ÷ (mean life + mean time until it was open again), both times the factor; 0: none was cut while it was watched',
	),
	longCallOkShare: measureOf(
		'%',
		'long calls answered',
		'higher',
		'share of the long calls that were answered; a call that was lost counts only where its session had opened within 250 ms',
	),
	longCallsRefused: measureOf(
		'',
		'long calls refused',
		'lower',
		'long calls that were answered with a status of 500 or more',
	),
	longCallStatus: measureOf('', 'status', 'neither', 'of the answers to long calls that were refused'),
	longCallsCut: measureOf(
		'',
		'long calls cut',
		'lower',
		'long calls whose connection, or stream, ended before their answer came',
	),
	longCallsHung: measureOf('', 'long calls hung', 'lower', 'long calls that were never answered, and given up'),
	callsAfterIdleOkShare: measureOf(
		'%',
		'calls after idling answered',
		'higher',
		'share of the ordinary calls of clients that had been quiet since they opened',
	),
	callsAfterIdleHung: measureOf(
		'',
		'calls after idling hung',
		'lower',
		'of these, calls that were never answered, and given up',
	),
} as const satisfies Record<string, MeasureInfo>;
