import type { PathControl } from './faults/fault.ts';
import { describeExit } from './fleet/child.ts';
import type { Role } from './model/history.ts';
import { balancer, type Network, type Path, type ProxyName } from './model/path.ts';
import type { PathFault } from './model/path-fault.ts';
import type { Warning } from './model/warning.ts';
import type { Listener } from './path/listener.ts';
import type { Namespace } from './path/namespace.ts';
import { type ProxyProcess, startProxy } from './proxy.ts';
import { openTrialNetwork, type SilenceScene, silentPath, withQuestions } from './trial-network.ts';

/** What a path needs of the trial that it belongs to. */
export interface PathHost extends SilenceScene {
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly partsFolder: string;
	readonly seed: number;
	/** What the trial's timeline will do to the path. */
	readonly expected: readonly PathFault[];
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
	readonly #paths: (Path | undefined)[];
	#namespace: Namespace | undefined;
	#proxies: readonly ProxyProcess[] = [];
	#isEnding = false;

	/** @param paths one for each place; a place without one is reached directly. A network of its own is for one place only. */
	constructor(paths: readonly (Path | undefined)[], host: PathHost) {
		this.#paths = [...paths];
		this.#host = host;
	}

	/** Where target and swarm live; undefined: where the harness does. */
	get network(): Network | undefined {
		return this.#namespace?.network;
	}

	/** What must be there before the target. @throws Error for several places of which one asks for a network of its own */
	async open(): Promise<void> {
		this.#isEnding = false;
		const hasNetwork = this.#paths.some((path) => path?.kind === 'namespace');
		if (hasNetwork && this.#paths.length > 1) {
			throw new Error('Cases in a network of their own cannot run side by side.');
		}
		if (this.#paths[0]?.kind !== 'namespace' || this.#namespace) return;
		const opened = await openTrialNetwork((starting) => this.#host.own(starting));
		if ('because' in opened) {
			// A path that can fall silent is what was asked for: the embedded proxy can, but for TCP's own means against it.
			this.#paths[0] = balancer;
			this.#host.warn({ id: 'path-substituted', detail: opened.because });
			return;
		}
		this.#namespace = opened;
		void opened.exited.then(() => this.#host.died('the network of the trial is gone'));
	}

	/**
	 * What stands before the servers of each place: one process for each kind of proxy.
	 * @param servers for each place the addresses of its servers
	 * @returns where the clients of each place connect: all addresses of its servers where nothing stands before them
	 * @throws StartError
	 * @throws Unavailable
	 */
	async before(
		servers: readonly (readonly string[])[],
		cpus: readonly number[],
	): Promise<readonly (readonly string[])[]> {
		const listeners = this.#paths.flatMap((path, place): Listener[] =>
			path?.kind === 'proxy' ? [{ path, place, servers: servers[place] ?? [] }] : [],
		);
		const urls = [...servers];
		const started: ProxyProcess[] = [];
		for (const [by, ofKind] of Map.groupBy(listeners, ({ path }) => path.by)) {
			const proxy = await this.#start(by, ofKind, cpus);
			started.push(proxy);
			for (const [n, { place }] of ofKind.entries()) urls[place] = [proxy.urls[n] ?? ''];
		}
		this.#proxies = started;
		return urls;
	}

	async #start(by: ProxyName, listeners: readonly Listener[], cpus: readonly number[]): Promise<ProxyProcess> {
		const { log, clock, originUs, partsFolder, seed, expected, own, watch, unwatch, died } = this.#host;
		const proxy = await own(startProxy(by, listeners, { cpus, partsFolder, originUs, seed, expected }));
		const { pid } = proxy;
		log.ready('path', pid, proxy.readyUs - originUs, proxy.cpus);
		watch('path', pid);
		void proxy.exited.then((exit) => {
			const how = describeExit(exit);
			if (!this.#isEnding) died(`the ${by} proxy ended by itself (${how})`);
			unwatch(pid);
			log.event({ is: 'process', at: clock(), role: 'path', pid, change: 'exited', exit: how });
		});
		return proxy;
	}

	/** The powers that faults have over all of it; undefined where nothing stands there. */
	get control(): PathControl | undefined {
		if (this.#namespace) return withQuestions(silentPath(this.#namespace, this.#host), this.#host);
		return this.#proxies.length === 0 ? undefined : withQuestions(together(this.#proxies), this.#host);
	}

	/** From now on its end is nobody's surprise. */
	expectEnd(): void {
		this.#isEnding = true;
	}

	/** Ends what was started after the target. */
	async end(): Promise<void> {
		this.expectEnd();
		await Promise.all(this.#proxies.map((proxy) => proxy.kill()));
		this.#proxies = [];
	}
}

const powers = ['register', 'down', 'halfOpen', 'turnTo', 'inflict'] as const satisfies (keyof PathControl)[];

/** Several paths as one: it has the powers that all of them have. */
function together(paths: readonly PathControl[]): PathControl {
	const common = powers.filter((power) => paths.every((path) => path[power]));
	return Object.fromEntries(
		common.map((power) => {
			const act = (path: PathControl, args: never[]) => (path[power] as (...args: never[]) => Promise<void>)(...args);
			return [power, async (...args: never[]) => void (await Promise.all(paths.map((path) => act(path, args))))];
		}),
	);
}
