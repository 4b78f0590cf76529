import type { Fault, TimedPathFault } from '../model/fault.ts';

type ProcessFault = Exclude<Fault, TimedPathFault>;

/** What has been done, in words that a time follows: "killed 2.1 s ago". */
const words: Readonly<Record<ProcessFault['kind'], string>> = {
	crash: 'killed',
	drain: 'told to end (SIGTERM)',
	pause: 'paused',
	rolling_restart: 'rolling restart begun',
	blue_green: 'replacement begun (blue/green)',
	fd_exhaustion: 'short of descriptors since',
	memory_limit: 'short of memory since',
	down: 'balancer down since',
	half_open: 'packets vanish since',
	revoke: 'tokens revoked',
};

/** Words for a fault that struck; those of the path go by their own names. */
export function faultWord(fault: Fault): string {
	const word: string = words[fault.kind as ProcessFault['kind']] ?? `${fault.kind} on the path since`;
	return 'instance' in fault && fault.instance !== undefined ? `process ${fault.instance} ${word}` : word;
}
