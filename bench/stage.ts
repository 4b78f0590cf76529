import { clockSince, monotonicUs } from './clock.ts';
import { Sampler } from './collect/sampler.ts';
import type { FaultScene } from './fault-timeline.ts';
import { describeExit } from './fleet/child.ts';
import { startTarget, stateGauges, type TargetProcess } from './fleet/target.ts';
import { callTimeoutMs, fewAtOnce, manyAtOnce, readyWithinMs, terminateWithinMs } from './limits.ts';
import { connectionsOf, type MachineLimits, needsAddresses, workersFor } from './machine-bounds.ts';
import type { Placement } from './model/environment.ts';
import type { Phase } from './model/history.ts';
import { sessionsOf } from './model/load.ts';
import type { Size } from './model/scenario.ts';
import { careOf, instancesOf, type Target } from './model/target.ts';
import type { TrialPlan } from './model/trial.ts';
import type { Warning } from './model/warning.ts';
import { type SwarmState, SwarmWorkers } from './swarm-workers.ts';
import { TrialLog } from './trial-log.ts';

/** All that a trial needs to know. */
export interface TrialSpec {
	readonly plan: TrialPlan;
	readonly target: Target;
	readonly size: Size;
	/** Values of the target's extra headers, with their names; in memory only. */
	readonly headers: readonly string[];
	readonly limits: MachineLimits;
	readonly placement: Placement;
	/** Where the processes of the trial write their parts of the history. */
	readonly partsFolder: string;
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

/** The trial was asked to stop, or its target died unasked. */
export class Aborted extends Error {}

/**
 * What a trial plays on: the target, the swarm, the log and the sampler, from the first start to the end of the last process.
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
	#servers: readonly TargetProcess[] = [];
	#swarm: SwarmWorkers | undefined;
	/** Everything that was started, or is just being started when the trial ends. */
	readonly #owned: Promise<{ kill(): Promise<unknown> }>[] = [];
	/** A fault is killing the target on purpose. */
	#faulting = false;

	constructor(spec: TrialSpec) {
		this.spec = spec;
		this.log = new TrialLog(spec.partsFolder, this.clock);
		this.sampler = new Sampler({ clock: this.clock, emit: (event) => this.log.event(event) });
		this.sampler.add({ role: 'harness', pid: process.pid });
		this.sampler.start();
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
		this.#faulting = false;
		const spec = {
			server: target.server,
			env,
			cpus: placement.target,
			readyMs: readyWithinMs,
			signal: this.#over.signal,
		};
		const starting = Array.from({ length: instancesOf(target) }, () => this.#own(startTarget(spec)));
		this.#adopt(await Promise.all(starting));
		const workers = workersFor(size, target, placement.swarm.length, connectionsOf(limits));
		this.#swarm = await this.#own(
			SwarmWorkers.start(workers, placement.swarm, partsFolder, {
				originUs: this.#originUs,
				urls: this.#servers.map(({ url }) => url),
				manyAddresses: needsAddresses(sessionsOf(size.load), target, limits),
				transport: target.transport,
				stream: target.client.stream,
				care: careOf(target.client),
				headers,
				...(idleMs === undefined ? {} : { idleConnectionMs: idleMs }),
				call: target.call,
				policy: target.client.policy,
				seed: plan.seed,
				callTimeoutMs,
				openConcurrency: size.load.kind === 'hold' ? fewAtOnce : manyAtOnce,
			}),
		);
		for (const pid of this.#swarm.pids) {
			this.log.ready('swarm', pid, this.clock(), placement.swarm);
			this.sampler.add({ role: 'swarm', pid });
		}
		this.phase('open');
	}

	/** Ends the swarm and the target in order. */
	async stop(): Promise<void> {
		this.phase('stop');
		this.#faulting = true;
		const { servers, swarm } = this.running();
		await this.or(swarm.ask({ do: 'finish' }));
		for (const pid of swarm.pids) this.sampler.remove(pid);
		await Promise.all(servers.map((server) => server.terminate(terminateWithinMs)));
	}

	/** Ends whatever still runs; safe to call at any time. */
	async kill(): Promise<void> {
		this.#faulting = true;
		this.#over.abort();
		this.sampler.stop();
		await Promise.all(this.#owned.map((starting) => starting.then((started) => started.kill()).catch(() => {})));
		this.log.close();
	}

	/** The last lines that the target's processes wrote to stderr. */
	targetStderr(): readonly string[] {
		return this.#servers.flatMap((server) => server.stderrTail());
	}

	/** Heap and event-loop delay since the last question, of a target that can be asked. */
	async askTarget(): Promise<void> {
		const asking = this.running().servers.map(async ({ control, pids }) => {
			if (!control) return;
			const state = await this.or(control('state'));
			const [pid = 0] = pids();
			this.log.event({ is: 'gauge', at: this.clock(), role: 'target', pid, values: stateGauges(state) });
		});
		await Promise.all(asking);
	}

	/**
	 * Faults end with the trial: a server that is started after it would belong to nobody. Of several processes a fault hits
	 * all, and is healed when the last of them is ready.
	 */
	faultScene(): FaultScene {
		const { signal } = this.#over;
		return {
			clock: this.clock,
			log: this.log,
			signal,
			victim: {
				kill: async () => {
					this.#faulting = true;
					await Promise.all(this.running().servers.map((server) => server.kill()));
				},
				restart: async () => {
					signal.throwIfAborted();
					this.#adopt(await Promise.all(this.running().servers.map((server) => this.#own(server.restart()))));
					this.#faulting = false;
				},
			},
			readyUs: () => Math.max(...this.running().servers.map(({ readyUs }) => readyUs)) - this.#originUs,
		};
	}

	/** Target and swarm once they were started; `server` is the first of the target's processes. */
	running(): { server: TargetProcess; servers: readonly TargetProcess[]; swarm: SwarmWorkers } {
		const [server] = this.#servers;
		if (!server || !this.#swarm) throw new Error('the trial was not started');
		return { server, servers: this.#servers, swarm: this.#swarm };
	}

	/** Watches servers that are ready; the end of one is the trial's end unless a fault wanted it. */
	#adopt(servers: readonly TargetProcess[]): void {
		this.#servers = servers;
		for (const server of servers) this.#attend(server);
		this.#watch();
	}

	#attend(server: TargetProcess): void {
		const pids = server.pids();
		for (const pid of pids) {
			this.log.ready('target', pid, server.readyUs - this.#originUs, server.cpus);
		}
		void server.exited.then((exit) => {
			const how = describeExit(exit);
			if (!this.#faulting) this.#ended.reject(new Aborted(`the target ended by itself (${how})`));
			for (const pid of pids) {
				this.sampler.remove(pid);
				this.log.event({ is: 'process', at: this.clock(), role: 'target', pid, change: 'exited', exit: how });
			}
		});
	}

	/** A command line may start further processes at any time: they are looked for at every phase. */
	#watch(): void {
		for (const { pids } of this.#servers) for (const pid of pids()) this.sampler.add({ role: 'target', pid });
	}

	/** The next stage of the trial begins. */
	phase(phase: Phase): void {
		this.#watch();
		this.log.phase(phase);
		this.spec.onPhase(phase, () => this.#swarm?.state ?? { open: 0, callsOk: 0, callsNotOk: 0 });
	}

	/** Starts a process that helps the course; like all others it ends with the trial at the latest. */
	help<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
		return this.#own(starting);
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
