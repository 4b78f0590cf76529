import { type Balancer, startBalancer } from './balancer.ts';
import type { PathControl } from './faults/fault.ts';
import { describeExit } from './fleet/child.ts';
import type { Role } from './model/history.ts';
import type { Network, Path } from './model/path.ts';
import type { Warning } from './model/warning.ts';
import type { Namespace } from './path/namespace.ts';
import { openTrialNetwork, type SilenceScene, silentPath, withQuestions } from './trial-network.ts';

/** What a path needs of the trial that it belongs to. */
export interface PathHost extends SilenceScene {
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	/** Takes hold of a process that is being started: it ends with the trial at the latest. */
	own<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T>;
	/** The gauges of a process are read, or no longer. */
	watch(role: Role, pid: number): void;
	unwatch(pid: number): void;
	/** It ended, and no one wanted it to. */
	died(because: string): void;
	warn(warning: Warning): void;
}

/** What stands between swarm and target, from its start to its end. */
export class TrialPath {
	readonly #host: PathHost;
	#kind: Path['kind'] | undefined;
	#namespace: Namespace | undefined;
	#balancer: Balancer | undefined;
	#isEnding = false;

	constructor(kind: Path['kind'] | undefined, host: PathHost) {
		this.#kind = kind;
		this.#host = host;
	}

	/** Where target and swarm live; undefined: where the harness does. */
	get network(): Network | undefined {
		return this.#namespace?.network;
	}

	/** What must be there before the target. */
	async open(): Promise<void> {
		this.#isEnding = false;
		if (this.#kind !== 'namespace' || this.#namespace) return;
		const opened = await openTrialNetwork((starting) => this.#host.own(starting));
		if ('because' in opened) {
			// A path that can fall silent is what was asked for: the balancer can, but for TCP's own means against it.
			this.#kind = 'balancer';
			this.#host.warn({ id: 'path-substituted', detail: opened.because });
			return;
		}
		this.#namespace = opened;
		void opened.exited.then(() => this.#host.died('the network of the trial is gone'));
	}

	/** What stands before servers at these addresses. @returns where the clients connect */
	async before(urls: readonly string[], cpus: readonly number[]): Promise<readonly string[]> {
		const [url] = urls;
		if (this.#kind !== 'balancer' || url === undefined) return urls;
		const { log, clock, originUs, own, watch, unwatch, died } = this.#host;
		const balancer = await own(startBalancer(urls, cpus));
		this.#balancer = balancer;
		const { pid } = balancer;
		log.ready('path', pid, balancer.readyUs - originUs, balancer.cpus);
		watch('path', pid);
		void balancer.exited.then((exit) => {
			const how = describeExit(exit);
			if (!this.#isEnding) died(`the balancer ended by itself (${how})`);
			unwatch(pid);
			log.event({ is: 'process', at: clock(), role: 'path', pid, change: 'exited', exit: how });
		});
		return [balancer.urlFor(url)];
	}

	/** The powers that faults have over it; undefined where nothing stands there. */
	get control(): PathControl | undefined {
		const path = this.#balancer ?? (this.#namespace && silentPath(this.#namespace, this.#host));
		return path && withQuestions(path, this.#host);
	}

	/** From now on its end is nobody's surprise. */
	expectEnd(): void {
		this.#isEnding = true;
	}

	/** Ends what was started after the target. */
	async end(): Promise<void> {
		this.expectEnd();
		await this.#balancer?.kill();
		this.#balancer = undefined;
	}
}
