import type { GeneratorEvent } from './history.ts';

/** Share of a core that a process really needed: a schedule spins while its next call is near. */
export function busyShareOf({
	cpuUs,
	spunUs = 0,
	spanUs,
}: Pick<GeneratorEvent, 'cpuUs' | 'spunUs' | 'spanUs'>): number {
	return Math.max(0, cpuUs - spunUs) / spanUs;
}
