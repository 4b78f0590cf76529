/**
 * Who used the CPUs of this machine over the measured phase, of those that the harness may use. Only where there is a /proc. What
 * the harness and its processes used is in the gauges; this is what was left to them.
 */
export interface CpuUseEvent extends CpuUse {
	readonly is: 'cpu-use';
	readonly at: number;
}

/** CPU time between two looks, in µs summed over `cpus` CPUs. */
export interface CpuUse {
	/** How far the looks are apart. */
	readonly spanUs: number;
	/** How many CPUs the harness may use. */
	readonly cpus: number;
	/** Of the harness and all its processes, those included that have ended. */
	readonly ownUs: number;
	/** Of other programs and, on a virtual machine, of other machines (steal); at least 0. */
	readonly othersUs: number;
	/** In which nobody ran, waiting for a disk included. */
	readonly idleUs: number;
}
