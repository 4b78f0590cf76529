import { availableParallelism, loadavg } from 'node:os';

/** The load of the last minute, and how many CPUs there are for it. */
export interface MachineLoad {
	readonly load: number;
	readonly cpus: number;
}

function loadNow(): MachineLoad {
	const [load = 0] = loadavg();
	return { load, cpus: availableParallelism() };
}

/**
 * Why a start took too long, as a sentence: where more wanted to run than there are CPUs, that may be why, and is not the server's fault.
 * @param what without its full stop
 */
export function tooLate(what: string, { load, cpus }: MachineLoad = loadNow()): string {
	if (load <= cpus) return `${what}.`;
	const on = cpus === 1 ? '1 CPU' : `${cpus} CPUs`;
	return `${what}, and the machine is busy (load ${load.toFixed(1)} on ${on}), which may be why; end what else runs, and run it again.`;
}
