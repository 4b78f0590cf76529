import { clockSince, monotonicUs } from './clock.ts';
import { Sampler } from './collect/sampler.ts';
import type { FaultScene } from './fault-timeline.ts';
import type { Child } from './fleet/child.ts';
import { stateGauges, type TargetProcess } from './fleet/target.ts';
import { startWorker } from './fleet/worker.ts';
import { callTimeoutMs, fewAtOnce, manyAtOnce, readyWithinMs, terminateWithinMs } from './limits.ts';
import { connectionsOf, type MachineLimits, needsAddresses, workersFor } from './machine-bounds.ts';
import type { Placement } from './model/environment.ts';
import type { Phase, Role } from './model/history.ts';
import { sessionsOf } from './model/load.ts';
import type { Network } from './model/path.ts';
import type { Size } from './model/scenario.ts';
import { careOf, instancesOf, type Target } from './model/target.ts';
import type { TrialPlan } from './model/trial.ts';
import type { Warning } from './model/warning.ts';
import { callOf, serverFlags } from './server-flags.ts';
import { type SwarmState, SwarmWorkers } from './swarm-workers.ts';
import { TargetGroup } from './target-group.ts';
import { TrialLog } from './trial-log.ts';
import { TrialPath } from './trial-path.ts';

/** All that a trial needs to know. */
export interface TrialSpec {
	readonly plan: TrialPlan;
	readonly target: Target;
	readonly size: Size;
	/** Values of the target's extra headers, with their names; in memory only. */
	readonly headers: readonly string[];
	readonly limits: MachineLimits;
	readonly placement: Placement;
	/** After this a call is given up; absent: as `bench/limits.ts` says. */
	readonly callTimeoutMs?: number;
	/** Where the processes of the trial write their parts of the history. */
	readonly partsFolder: string;
	/** Other trials run at the same time. */
	readonly sharesMachine?: boolean;
	/** Aborts the trial; what it started is ended first. */
	readonly signal: AbortSignal;
	/** Told of every phase; the state is live while the trial runs. */
	readonly onPhase: (phase: Phase, state: () => SwarmState) => void;
}

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
	/** Where clients connect. */
	#urls: readonly string[] = [];
	/** Everything that was started, or is just being started when the trial ends. */
	readonly #owned: Promise<{ kill(): Promise<unknown> }>[] = [];

	constructor(spec: TrialSpec) {
		this.spec = spec;
		this.log = new TrialLog(spec.partsFolder, this.clock);
		// Where trials share the machine nothing is asked of gauges, and reading them takes time from the others.
		const hz = spec.sharesMachine ? 1 : 4;
		this.sampler = new Sampler({ clock: this.clock, emit: (event) => this.log.event(event), hz });
		this.sampler.add({ role: 'harness', pid: process.pid });
		this.sampler.start();
		const { signal } = this.#over;
		const host = {
			originUs: this.#originUs,
			clock: this.clock,
			log: this.log,
			signal,
			own: <T extends { kill(): Promise<unknown> }>(starting: Promise<T>) => this.#own(starting),
			watch: (role: Role, pid: number) => this.sampler.add({ role, pid }),
			unwatch: (pid: number) => this.sampler.remove(pid),
			died: (because: string) => this.#ended.reject(new Aborted(because)),
		};
		this.#target = new TargetGroup(host);
		this.#path = new TrialPath(spec.size.path?.kind, {
			...host,
			servers: () => this.#target.servers,
			warn: (warning) => this.warnings.push(warning),
		});
		this.#ended.promise.catch(() => {});
		const abort = () => {
			this.#over.abort();
			this.#ended.reject(new Aborted('interrupted'));
		};
		if (spec.signal.aborted) abort();
		else spec.signal.addEventListener('abort', abort, { once: true, signal: this.#over.signal });
	}

	/** Starts target and swarm. A trial may do so more than once, after `stop`. */
	async start({ env = {}, idleMs }: StartOptions = {}): Promise<void> {
		const { target, placement, plan, partsFolder, headers, size, limits } = this.spec;
		this.phase('start');
		const client = { ...target.client, ...size.client };
		const { signal } = this.#over;
		await this.#path.open();
		const { network } = this;
		const spec = {
			server: target.server,
			env,
			cpus: placement.target,
			readyMs: readyWithinMs,
			signal,
			...(network && { network }),
		};
		const flags = () => serverFlags(target, size, partsFolder, this.#originUs);
		await this.#target.start(() => ({ ...spec, args: flags() }), instancesOf(target));
		this.#urls = await this.#path.before(
			this.#target.servers.map(({ url }) => url),
			placement.target,
		);
		const workers = workersFor(size, target, placement.swarm.length, connectionsOf(limits));
		this.#swarm = await this.#own(
			SwarmWorkers.start(
				workers,
				placement.swarm,
				partsFolder,
				{
					originUs: this.#originUs,
					urls: this.#urls,
					manyAddresses: needsAddresses(sessionsOf(size.load), target, limits),
					transport: target.transport,
					stream: client.stream,
					care: careOf(client),
					headers,
					...(idleMs === undefined ? {} : { idleConnectionMs: idleMs }),
					call: callOf(target, size),
					policy: client.policy,
					seed: plan.seed,
					callTimeoutMs: this.spec.callTimeoutMs ?? callTimeoutMs,
					exact: this.spec.sharesMachine !== true,
					openConcurrency: size.load.kind === 'hold' ? fewAtOnce : manyAtOnce,
				},
				network,
			),
		);
		for (const pid of this.#swarm.pids) {
			this.log.ready('swarm', pid, this.clock(), placement.swarm);
			this.sampler.add({ role: 'swarm', pid });
		}
		this.phase('open');
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

	/** Heap and event-loop delay since the last question, of a target that can be asked. */
	async askTarget(): Promise<void> {
		const asking = this.running().servers.map(async ({ control, pids }) => {
			if (!control || this.isStruck) return;
			try {
				const state = await this.or(control('state'));
				const [pid = 0] = pids();
				this.log.event({ is: 'gauge', at: this.clock(), role: 'target', pid, values: stateGauges(state) });
			} catch (error) {
				// The fault came before the answer.
				if (!this.isStruck || error instanceof Aborted) throw error;
			}
		});
		await Promise.all(asking);
	}

	/** Faults end with the trial. */
	faultScene(): FaultScene {
		const { clock, log } = this;
		return {
			clock,
			log,
			signal: this.#over.signal,
			victim: this.#target.victim(this.#path.control),
			struck: (on) => this.#target.struck(on),
			readyUs: () => this.#target.readyUs(),
		};
	}

	/** For clients that are no swarm: where they connect, and the trial's beginning on the machine's monotonic clock. */
	get meeting(): { readonly urls: readonly string[]; readonly originUs: number } {
		return { urls: this.#urls, originUs: this.#originUs };
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
		this.spec.onPhase(phase, () => this.#swarm?.state ?? { open: 0, callsOk: 0, callsNotOk: 0 });
	}

	/**
	 * Starts a worker that helps the course, on the swarm's CPUs and in its network; it ends with the trial at the latest.
	 * @param file absolute
	 */
	async help(file: string): Promise<Child> {
		const { network } = this;
		const { swarm: cpus } = this.spec.placement;
		const child = await this.#own(Promise.resolve(startWorker(file, { cpus, ...(network && { network }) })));
		this.log.ready('swarm', child.pid, this.clock(), cpus);
		return child;
	}

	/** Waits for a process to start; whatever happens meanwhile, `kill` will end it. */
	#own<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
		this.#owned.push(starting);
		void starting.then((started) => this.#over.signal.aborted && started.kill()).catch(() => {});
		return this.or(starting);
	}

	/** Waits for a step, or for the end of the trial, whichever comes first. */
	or<T>(step: Promise<T>): Promise<T> {
		return Promise.race([step, this.#ended.promise]);
	}
}
