import type { PathLimits } from '../model/path.ts';
import type { PathFault } from '../model/path-fault.ts';

/**
 * The limits of a hop as the embedded proxy keeps them. Where a limit does not say how it ends, it ends as most proxies do: 504
 * before an answer's head, FIN after it.
 */
export function faultsOfLimits(limits: PathLimits): readonly PathFault[] {
	const { firstByteMs, onFirstByte = 504, idleMs, onIdle = 'fin', maxDurationMs, onMax = 'fin' } = limits;
	const { buffering = 'none', maxBytes } = limits;
	const faults: PathFault[] = [];
	if (firstByteMs !== undefined) faults.push({ kind: 'first_byte_timeout', firstByteMs, status: onFirstByte });
	if (idleMs !== undefined) faults.push({ kind: 'idle_timeout', idleMs, end: onIdle });
	if (maxDurationMs !== undefined) faults.push({ kind: 'max_duration', maxMs: maxDurationMs, end: onMax });
	if (buffering !== 'none' || maxBytes !== undefined) {
		faults.push({ kind: 'buffering', mode: buffering, ...(maxBytes !== undefined && { maxBytes }) });
	}
	return faults;
}
