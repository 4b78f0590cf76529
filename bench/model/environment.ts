/** What the machine and the software were: in every output, so that two runs can be told apart. */
export interface Environment {
	readonly node: string;
	readonly v8: string;
	/** Versions of the packages that shape the figures. */
	readonly packages: Readonly<Record<string, string>>;
	readonly os: string;
	readonly kernel: string;
	readonly arch: string;
	readonly cpuModel: string;
	readonly cpus: number;
	readonly memoryMb: number;
	/** File descriptors per process. */
	readonly fdLimit: number;
	readonly ephemeralPorts: number;
	readonly placement: Placement;
	/** Load average over the last minute when the run began. */
	readonly loadAverage1: number;
	/** CPUs that were busy with something else just before the first trial. */
	readonly busyCpus: number;
	readonly git: { readonly head: string; readonly dirty: boolean } | null;
	/** Figures this machine cannot give, with the reason. */
	readonly missing: readonly string[];
}

/** Which CPUs belong to the target and which to the swarm; empty where nothing is pinned. */
export interface Placement {
	readonly pinned: boolean;
	readonly target: readonly number[];
	readonly swarm: readonly number[];
	/** One sentence for the report. */
	readonly note: string;
}
