import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Exchanged, ExchangeStage } from './stage.ts';

/** An exchange ends after this time, counted from the request's head, whatever flows. */
export function maxDuration({ kind, maxMs, end }: PathFaultOf<'max_duration'>, exchange: Exchanged): ExchangeStage {
	const leftMs = Math.max(1, maxMs - (performance.now() - exchange.startedMs));
	const timer = setTimeout(() => exchange.limit(kind, end, 504), leftMs).unref();
	return { stop: () => clearTimeout(timer) };
}
