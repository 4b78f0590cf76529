import { clockSince, monotonicUs } from './clock.ts';
import { Sampler } from './collect/sampler.ts';
import type { FaultScene } from './fault-timeline.ts';
import type { Child } from './fleet/child.ts';
import type { TargetProcess } from './fleet/target.ts';
import { startWorker } from './fleet/worker.ts';
import { callTimeoutMs, fewAtOnce, manyAtOnce, readyWithinMs, terminateWithinMs } from './limits.ts';
import { connectionsOf, needsAddresses, workersFor } from './machine-bounds.ts';
import type { Phase, Role } from './model/history.ts';
import { type Load, sessionsOf } from './model/load.ts';
import type { Network } from './model/path.ts';
import { isPathFault } from './model/path-fault-parameters.ts';
import type { Size } from './model/scenario.ts';
import type { Warning } from './model/warning.ts';
import { groupsOf, placeEvents, swarmPlace } from './places.ts';
import { needsStore, serverFlags } from './server-flags.ts';
import { type SessionStoreProcess, startSessionStore } from './session-store.ts';
import { noSwarm, SwarmWorkers } from './swarm-workers.ts';
import { TargetGroup } from './target-group.ts';
import { TrialTokens } from './tokens.ts';
import { TrialLog } from './trial-log.ts';
import { TrialPath } from './trial-path.ts';
import type { TrialSpec } from './trial-spec.ts';

interface StartOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** After this the clients let idle connections go; absent: the server decides. */
	readonly idleMs?: number;
}

/** The trial was asked to stop, or its target, or what stands before it, died unasked. */
export class Aborted extends Error {}

/**
 * What a trial plays on: the target, the path to it, the swarm, the log and the sampler, from the first start to the end of the last process.
 * Nothing that it started outlives it. What happens on it is a course of its own (`ladder.ts`, `offered-load.ts`).
 */
export class Stage {
	readonly warnings: Warning[] = [];
	readonly spec: TrialSpec;
	/** The sizes of its cases, by place; at least one. */
	readonly places: readonly Size[];
	readonly #originUs = monotonicUs();
	/** µs since the trial began. */
	readonly clock = clockSince(this.#originUs);
	readonly log: TrialLog;
	readonly #ended = Promise.withResolvers<never>();
	/** Aborted when the trial is over, however it ended. */
	readonly #over = new AbortController();
	readonly sampler: Sampler;
	readonly #target: TargetGroup;
	readonly #path: TrialPath;
	#swarm: SwarmWorkers | undefined;
	#setup: Parameters<SwarmWorkers['setUp']>[1] | undefined;
	/** Of its clients, from the start on. */
	tokens: TrialTokens | undefined;
	#store: Pick<SessionStoreProcess, 'kill'> | undefined;
	/** Where clients connect, by place. */
	#urls: readonly (readonly string[])[] = [];
	/** Everything that was started, or is just being started when the trial ends. */
	readonly #owned: Promise<{ kill(): Promise<unknown> }>[] = [];

	/** @throws the file system's error when the history cannot be begun; nothing was started then */
	constructor(spec: TrialSpec) {
		this.spec = spec;
		this.#ended.promise.catch(() => {});
		this.log = new TrialLog(spec.partsFolder, this.clock, { onFailure: (error) => this.#ended.reject(error) });
		// Where trials share the machine nothing is asked of gauges, and reading them takes time from the others; and where a thousand
		// clients are told something at once, the worker beside the harness would read what came a tenth of a second late.
		const often = spec.sharesMachine ? { hz: 1, brief: true } : { hz: 4, brief: spec.size.load.kind === 'listen' };
		this.sampler = new Sampler({ clock: this.clock, emit: (event) => this.log.event(event), ...often });
		this.sampler.add({ role: 'harness', pid: process.pid });
		const { signal } = this.#over;
		const host = {
			originUs: this.#originUs,
			clock: this.clock,
			log: this.log,
			signal,
			own: <T extends { kill(): Promise<unknown> }>(starting: Promise<T>) => this.own(starting),
			watch: (role: Role, pid: number) => this.sampler.add({ role, pid }),
			unwatch: (pid: number) => this.sampler.remove(pid),
			died: (because: string) => this.#ended.reject(new Aborted(because)),
		};
		this.#target = new TargetGroup(host);
		this.places = spec.places ?? [spec.size];
		this.#path = new TrialPath(
			this.places.map(({ path }) => path),
			{
				...host,
				partsFolder: spec.partsFolder,
				seed: spec.plan.seed,
				expected: spec.size.faults.map(({ fault }) => fault).filter(isPathFault),
				servers: () => this.#target.servers,
				warn: (warning) => this.warnings.push(warning),
			},
		);
		const abort = () => {
			this.#over.abort();
			this.#ended.reject(new Aborted('interrupted'));
		};
		if (spec.signal.aborted) abort();
		else spec.signal.addEventListener('abort', abort, { once: true, signal: this.#over.signal });
		this.sampler.start();
	}

	/** Starts target and swarm. A trial may do so more than once, after `stop`. */
	async start({ env = {}, idleMs }: StartOptions = {}): Promise<void> {
		const { target, placement, plan, partsFolder, headers, size, limits } = this.spec;
		// A trial may have waited long for its turn: where it is over before it began nothing is started for it.
		if (this.#over.signal.aborted) throw new Aborted('interrupted');
		this.phase('start');
		await this.#path.open();
		const tokens = await TrialTokens.prepare(this.places, this.clock, partsFolder);
		this.tokens = tokens;
		const { network } = this;
		// Workers start beside the target, on CPUs of their own: either takes half a second.
		const count = workersFor(size, target, placement.swarm.length, connectionsOf(limits));
		const swarm = await this.own(Promise.resolve(SwarmWorkers.start(count, placement.swarm, network)));
		this.#swarm = swarm;
		const common = { cpus: placement.target, readyMs: readyWithinMs, signal: this.#over.signal };
		const spec = { server: target.server, ...common, ...(network && { network }) };
		const storeUrl = await this.#startStore();
		const flagsOf = (size: Size, instance: number) =>
			serverFlags(target, size, { partsFolder, originUs: this.#originUs, instance, storeUrl, seed: plan.seed });
		await this.#target.start(
			groupsOf(target, this.places, (size, instance) => ({
				...spec,
				env: { ...env, ...tokens.env(size) },
				args: flagsOf(size, instance),
			})),
		);
		const servers = this.places.map((_, place) => this.#target.serversOf(place).map(({ url }) => url));
		this.#urls = await this.#path.before(servers, placement.target);
		await tokens.issue();
		this.#setup = {
			originUs: this.#originUs,
			places: this.places.map((own, place) => swarmPlace(target, own, this.#urls[place] ?? [], tokens.of(place))),
			manyAddresses: needsAddresses(sessionsOf(size.load), target, limits),
			transport: target.transport,
			headers,
			...(idleMs === undefined ? {} : { idleConnectionMs: idleMs }),
			seed: plan.seed,
			callTimeoutMs: this.spec.callTimeoutMs ?? callTimeoutMs,
			exact: this.spec.sharesMachine !== true,
			...(size.load.kind === 'listen' && { listens: true as const }),
			openConcurrency: size.load.kind === 'hold' ? fewAtOnce : manyAtOnce,
		};
		await this.or(swarm.setUp(partsFolder, this.#setup));
		this.#watchSwarm(swarm);
		this.phase('open');
	}

	/**
	 * Starts one worker more, beside the swarm, with clients like the swarm's; it ends with the trial at the latest.
	 * @param after so many clients of the trial were there before its own
	 */
	async another(after: number): Promise<SwarmWorkers> {
		const { placement, partsFolder } = this.spec;
		if (!this.#setup) throw new Error('the trial was not started');
		const swarm = await this.own(Promise.resolve(SwarmWorkers.start(1, placement.swarm, this.network)));
		await this.or(swarm.setUp(partsFolder, { ...this.#setup, after }));
		this.#watchSwarm(swarm);
		return swarm;
	}

	#watchSwarm(swarm: SwarmWorkers): void {
		const cpus = this.spec.placement.swarm;
		for (const pid of swarm.pids) {
			this.log.ready('swarm', pid, this.clock(), cpus);
			this.sampler.add({ role: 'swarm', pid });
		}
	}

	/** A session store, where a place asks for one. @returns its address. @throws Unavailable where it is not installed */
	async #startStore(): Promise<string | undefined> {
		const { target, placement, partsFolder } = this.spec;
		if (!needsStore(target, this.places)) return undefined;
		const { url, exited, kill } = await this.own(startSessionStore(partsFolder, placement.target));
		this.#store = { kill };
		void exited.then(() => {
			if (!this.#target.isEnding) this.#ended.reject(new Aborted('the session store ended by itself'));
		});
		return url;
	}

	/** Where target and swarm live; undefined: where the harness does. */
	get network(): Network | undefined {
		return this.#path.network;
	}

	/** Ends the swarm, the target and the path in order. */
	async stop(): Promise<void> {
		this.phase('stop');
		this.#expectEnd();
		const { swarm } = this.running();
		await this.or(swarm.ask({ do: 'finish' }));
		for (const pid of swarm.pids) this.sampler.remove(pid);
		await this.#target.terminate(terminateWithinMs);
		await this.#path.end();
		await this.#store?.kill();
	}

	/** Ends whatever still runs; safe to call at any time. */
	async kill(): Promise<void> {
		this.#expectEnd();
		this.#over.abort();
		this.sampler.stop();
		await Promise.all(this.#owned.map((starting) => starting.then((started) => started.kill()).catch(() => {})));
		await this.#target.lift();
		this.log.close();
	}

	#expectEnd(): void {
		this.#target.expectEnd();
		this.#path.expectEnd();
	}

	/** The last lines that the target's processes wrote to stderr. */
	targetStderr(): readonly string[] {
		return this.#target.servers.flatMap((server) => server.stderrTail());
	}

	/** A fault acts on the target: its processes may be gone, or may not answer. */
	get isStruck(): boolean {
		return this.#target.isStruck;
	}

	/** Faults end with the trial. */
	faultScene(): FaultScene {
		const { clock, log } = this;
		return {
			clock,
			log,
			signal: this.#over.signal,
			victim: { ...this.#target.victim(this.#path.control), revoke: (on) => this.#revoke(on) },
			struck: (on) => this.#target.struck(on),
			readyUs: () => this.#target.readyUs(),
			told: (fault, change) => this.spec.onFault?.(fault, change),
		};
	}

	async #revoke(on: boolean): Promise<void> {
		const serversOf = (place: number) => this.#target.serversOf(place);
		await this.tokens?.revoke(on, serversOf, this.#originUs);
	}

	/** Writes down what a reader must know of each place, where it is more than what every trial is. */
	describePlaces(load: Load): void {
		for (const event of placeEvents(this.spec.target, this.places, load))
			this.log.event({ ...event, at: this.clock() });
	}

	/** For clients that are no swarm: where they connect, and the trial's beginning on the machine's monotonic clock. */
	get meeting(): { readonly urls: readonly string[]; readonly originUs: number } {
		return { urls: this.#urls[0] ?? [], originUs: this.#originUs };
	}

	/** Target and swarm once they were started; `server` is the first of the target's processes. */
	running(): { server: TargetProcess; servers: readonly TargetProcess[]; swarm: SwarmWorkers } {
		const { servers } = this.#target;
		const [server] = servers;
		if (!server || !this.#swarm) throw new Error('the trial was not started');
		return { server, servers, swarm: this.#swarm };
	}

	/** The next stage of the trial begins. */
	phase(phase: Phase): void {
		this.#target.watch();
		this.log.phase(phase);
		this.spec.onPhase(phase, () => this.#swarm?.state ?? noSwarm);
	}

	/**
	 * Starts a worker that helps the course, on the swarm's CPUs and in its network; it ends with the trial at the latest.
	 * @param file absolute
	 */
	async help(file: string): Promise<Child> {
		const { network } = this;
		const { swarm: cpus } = this.spec.placement;
		const child = await this.own(Promise.resolve(startWorker(file, { cpus, ...(network && { network }) })));
		this.log.ready('swarm', child.pid, this.clock(), cpus);
		return child;
	}

	/** Waits for a process to start; whatever happens meanwhile, `kill` will end it. */
	own<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
		this.#owned.push(starting);
		void starting.then((started) => this.#over.signal.aborted && started.kill()).catch(() => {});
		return this.or(starting);
	}

	/** Waits for a step, or for the end of the trial, whichever comes first. */
	or<T>(step: Promise<T>): Promise<T> {
		return Promise.race([step, this.#ended.promise]);
	}
}
