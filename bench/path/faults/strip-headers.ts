import type { PathFaultOf } from '../../model/path-fault.ts';
import type { ExchangeStage } from './stage.ts';

/** Headers that never arrive: of requests with `upstream`, of answers with `downstream`. */
export function stripHeaders({ names, stream = 'downstream' }: PathFaultOf<'strip_headers'>): ExchangeStage {
	const stripped = new Set(names.map((name) => name.toLowerCase()));
	const strip = (headers: string[]): string[] =>
		headers.filter((_, n) => !stripped.has((headers[n - (n % 2)] ?? '').toLowerCase()));
	return stream === 'upstream' ? { requestHead: strip } : { answerHead: strip };
}
