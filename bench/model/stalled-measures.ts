import { measureOf } from './measure-of.ts';
import type { MeasureInfo } from './measures.ts';

const time = (title: string, meaning: string): MeasureInfo => measureOf('ms', title, 'lower', meaning);

const alone = 'before the clients beside them began';
const beside = 'while they were at it';

/** Measures of clients that stop reading, of large answers and of long calls that are given up, and of whoever calls meanwhile. */
export const stalledMeasures = {
	othersP50AloneUs: measureOf('µs', 'others’ p50 alone', 'lower', `median latency of the ordinary calls ${alone}`),
	othersP50BesideUs: measureOf(
		'µs',
		'others’ p50 meanwhile',
		'lower',
		`median latency of the ordinary calls ${beside}`,
	),
	othersP50Ratio: measureOf(
		'',
		'others’ p50, times',
		'lower',
		'the median meanwhile over that alone, of the same trial',
	),
	othersP99AloneUs: measureOf('µs', 'others’ p99 alone', 'lower', `latency of the ordinary calls from due, ${alone}`),
	othersP99BesideUs: measureOf(
		'µs',
		'others’ p99 meanwhile',
		'lower',
		`latency of the ordinary calls from due, ${beside}`,
	),
	othersP99Ratio: measureOf('', 'others’ p99, times', 'lower', 'p99 meanwhile over p99 alone, of the same trial'),
	deliveryP50AloneUs: measureOf(
		'µs',
		'others’ delivery p50 alone',
		'lower',
		`median from the instant of a push to its arrival, ${alone}`,
	),
	deliveryP50BesideUs: measureOf('µs', 'others’ delivery p50 meanwhile', 'lower', `the same ${beside}`),
	deliveryP50Ratio: measureOf(
		'',
		'others’ delivery, times',
		'lower',
		'the median meanwhile over that alone, of the same trial',
	),
	unreadMb: measureOf(
		'MB',
		'unread per client',
		'neither',
		'what the server emitted for a client after that stopped reading, or was asked for by it; mean of these clients',
	),
	unreadHeapKb: measureOf(
		'KB',
		'held per stalled client',
		'lower',
		'growth of heap and external memory after a forced collection, from before to the end of the stall, over the stalled clients',
	),
	unreadUssKb: measureOf(
		'KB',
		'USS per stalled client',
		'lower',
		'growth of private memory between the same two readings, over the stalled clients; others’ traffic is in it',
	),
	unreadPeakKb: measureOf(
		'KB',
		'most held per stalled client',
		'lower',
		'highest heap and external memory during the stall, garbage included, above the reading before it, over the stalled clients',
	),
	unreadKernelKb: measureOf(
		'KB',
		'kernel memory per stalled client',
		'lower',
		'growth of the machine’s TCP memory during the stall, both ends, over the stalled clients',
	),
	unreadKbPerMb: measureOf(
		'KB',
		'held per MB unread',
		'lower',
		'slope of heap and external memory over what was emitted for the stalled clients, while the server went on with them; garbage included',
	),
	unreadHeldShare: measureOf(
		'%',
		'of it held at the end',
		'lower',
		'what the server’s memory grew by until the end of the stall, over all that was emitted for the stalled clients',
	),
	givenUpShare: measureOf(
		'%',
		'stalled clients given up',
		'higher',
		'share of the stalled clients for which the server emitted nothing more, or whose requests it refused, by its own ledger and answers',
	),
	givenUpMs: time(
		'given up after',
		'median from the stall to the last push that the server emitted for a client that it gave up',
	),
	givenUpMb: measureOf('MB', 'given up at', 'lower', 'median of what it had emitted for such a client by then'),
	overflows: measureOf(
		'',
		'streams destroyed',
		'neither',
		'streams that the server says it destroyed because their client did not read',
	),
	answer1KbMs: time('answer of 1 KB', 'median from sent to the verified end of an answer of 1000 bytes of text'),
	answer10KbMs: time('answer of 10 KB', 'the same for 10 000 bytes'),
	answer100KbMs: time('answer of 100 KB', 'the same for 100 000 bytes'),
	answer1MbMs: time('answer of 1 MB', 'the same for a million bytes'),
	answer10MbMs: time('answer of 10 MB', 'the same for ten million bytes'),
	answersOk: measureOf(
		'',
		'large answers verified',
		'higher',
		'answers of all sizes whose length and every byte were right',
	),
	answersFailed: measureOf('', 'large answers failed', 'lower', 'answers that did not come whole, or were others'),
	answersPeakMb: measureOf(
		'MB',
		'server memory, peak',
		'lower',
		'highest resident memory that the kernel saw of the server from then on, above that before the first answer; absent where it still tells of an older peak',
	),
	answersKeptKb: measureOf(
		'KB',
		'kept afterwards',
		'lower',
		'growth of heap and external memory after a forced collection, from before the first to after the last answer',
	),
	notifiedStoppedShare: measureOf(
		'%',
		'stopped by notifications/cancelled',
		'higher',
		'share of the long calls whose client sent notifications/cancelled half-way that the server stopped, by its ledger',
	),
	notifiedStoppedMs: time('stopped after', 'median from that instant until the handler had stopped'),
	notifiedRefused: measureOf(
		'',
		'cancellations refused',
		'lower',
		'notifications/cancelled that the server did not take',
	),
	closedStoppedShare: measureOf(
		'%',
		'stopped by a closed connection',
		'neither',
		'share of the long calls whose client closed the connection of the answer half-way that the server stopped, by its ledger',
	),
	closedStoppedMs: time('stopped after', 'median from that instant until the handler had stopped'),
	closedRanOnShare: measureOf(
		'%',
		'ran on without a client',
		'neither',
		'share of those that ran to their end all the same, by the ledger',
	),
	stayedDoneShare: measureOf(
		'%',
		'answered when waited for',
		'higher',
		'share of the long calls whose client waited that were answered',
	),
	progressShare: measureOf(
		'%',
		'progress received',
		'higher',
		'notifications of progress that came, of those that a call sends, for the calls whose client waited',
	),
	workHeldKb: measureOf(
		'KB',
		'held per long call',
		'lower',
		'growth of heap and external memory after a forced collection while all run, over the calls that run; their clients’ sessions were there before',
	),
} as const satisfies Record<string, MeasureInfo>;
