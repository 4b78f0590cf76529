/** Something that is applied to a process or to the path and heals again. */
export type Fault =
	/** SIGKILL; the process is started again on the same port after `restartAfterMs`. */
	| { readonly kind: 'crash'; readonly restartAfterMs: number }
	/** What travels between swarm and target vanishes, both ways, and nobody is told. */
	| { readonly kind: 'half_open'; readonly forMs: number };

/** A fault on the timeline of a trial; `atMs` counts from the start of the measured load. Every fault heals. */
export interface FaultWindow {
	readonly atMs: number;
	readonly fault: Fault;
}
