import type { PathFaultOf } from '../../model/path-fault.ts';
import type { Exchanged, ExchangeStage } from './stage.ts';

/** An answer whose head is not there in time is given by the proxy. One that is held until it is whole is not there before. */
export function firstByteTimeout(
	{ kind, firstByteMs, status }: PathFaultOf<'first_byte_timeout'>,
	exchange: Exchanged,
): ExchangeStage {
	const leftMs = Math.max(1, firstByteMs - (performance.now() - exchange.startedMs));
	const timer = setTimeout(() => exchange.limit(kind, 'fin', status), leftMs).unref();
	return { answered: () => clearTimeout(timer), stop: () => clearTimeout(timer) };
}
