import { measureOf as info } from './measure-of.ts';
import type { MeasureInfo } from './measures.ts';

/** Measures of bearer tokens: what they cost, and what a server still does for a client whose token was revoked or has expired. */
export const tokenMeasures = {
	answerP50Us: info('µs', 'answered after', 'lower', 'median from sent to answered, of the calls of this case alone'),
	pushesAfterLapse: info(
		'',
		'pushes after it',
		'lower',
		'numbered pushes that were sent after the token had lapsed, and arrived',
	),
	pushesAfterLapseMs: info(
		'ms',
		'pushed for',
		'lower',
		'from the lapse of the tokens until the last push that arrived; at least so long where streams were still pushed to at the end of the watch',
	),
	callsAfterLapse: info(
		'',
		'calls answered after it',
		'lower',
		'calls that were sent after the token had lapsed, and answered with success',
	),
	callsAfterLapseMs: info(
		'ms',
		'served for',
		'lower',
		'from the lapse of the tokens until the last success; at least so long where clients were still served at the end of the watch',
	),
	refusedShare: info(
		'%',
		'clients refused',
		'higher',
		'share of the clients that were answered 401 before the end of the watch',
	),
	refusedMs: info(
		'ms',
		'refused after',
		'lower',
		'median, of the clients that were answered 401, from the lapse to the first',
	),
	streamsEndedShare: info(
		'%',
		'streams ended',
		'higher',
		'share of the clients that lost their session or stream before the end of the watch',
	),
	unawareShare: info(
		'%',
		'clients that saw nothing',
		'lower',
		'share of the clients that were neither refused nor lost their session or stream',
	),
} as const satisfies Record<string, MeasureInfo>;
