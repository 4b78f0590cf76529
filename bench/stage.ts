import { clockSince, monotonicUs } from './clock.ts';
import { Sampler } from './collect/sampler.ts';
import type { FaultScene } from './fault-timeline.ts';
import { describeExit } from './fleet/child.ts';
import { startTarget, stateGauges, type TargetProcess } from './fleet/target.ts';
import { callTimeoutMs, fewAtOnce, manyAtOnce, readyWithinMs, terminateWithinMs } from './limits.ts';
import type { Placement } from './model/environment.ts';
import type { Phase } from './model/history.ts';
import type { Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';
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
	/** How many connections a process of this machine can have. */
	readonly connections: number;
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
	#server: TargetProcess | undefined;
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
		else spec.signal.addEventListener('abort', abort, { once: true });
	}

	/** Starts target and swarm. A trial may do so more than once, after `stop`. */
	async start({ env = {}, idleMs }: StartOptions = {}): Promise<void> {
		const { target, placement, plan, partsFolder, headers } = this.spec;
		this.phase('start');
		this.#faulting = false;
		const server = await this.#own(
			startTarget({
				server: target.server,
				env,
				cpus: placement.target,
				readyMs: readyWithinMs,
				signal: this.#over.signal,
			}),
		);
		this.#adopt(server);
		this.#swarm = await this.#own(
			SwarmWorkers.start(Math.max(1, placement.swarm.length), placement.swarm, partsFolder, {
				originUs: this.#originUs,
				url: server.url,
				transport: target.transport,
				stream: target.client.stream,
				headers,
				...(idleMs === undefined ? {} : { idleConnectionMs: idleMs }),
				call: target.call,
				policy: target.client.policy,
				seed: plan.seed,
				callTimeoutMs,
				openConcurrency: this.spec.size.load.kind === 'hold' ? fewAtOnce : manyAtOnce,
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
		const { server, swarm } = this.running();
		await this.or(swarm.ask({ do: 'finish' }));
		for (const pid of swarm.pids) this.sampler.remove(pid);
		await server.terminate(terminateWithinMs);
	}

	/** Ends whatever still runs; safe to call at any time. */
	async kill(): Promise<void> {
		this.#faulting = true;
		this.#over.abort();
		this.sampler.stop();
		await Promise.all(this.#owned.map((starting) => starting.then((started) => started.kill()).catch(() => {})));
		this.log.close();
	}

	/** The last lines that the target wrote to stderr. */
	targetStderr(): readonly string[] {
		return this.#server?.stderrTail() ?? [];
	}

	/** Heap and event-loop delay since the last question, of a target that can be asked. */
	async askTarget(): Promise<void> {
		const { server } = this.running();
		if (!server.control) return;
		const state = await this.or(server.control('state'));
		const [pid = 0] = server.pids();
		this.log.event({ is: 'gauge', at: this.clock(), role: 'target', pid, values: stateGauges(state) });
	}

	/** Faults end with the trial: a server that is started after it would belong to nobody. */
	faultScene(): FaultScene {
		const { signal } = this.#over;
		return {
			clock: this.clock,
			log: this.log,
			signal,
			victim: {
				kill: async () => {
					this.#faulting = true;
					await this.running().server.kill();
				},
				restart: async () => {
					signal.throwIfAborted();
					this.#adopt(await this.#own(this.running().server.restart()));
					this.#faulting = false;
				},
			},
			readyUs: () => this.running().server.readyUs - this.#originUs,
		};
	}

	/** Target and swarm once they were started. */
	running(): { server: TargetProcess; swarm: SwarmWorkers } {
		if (!this.#server || !this.#swarm) throw new Error('the trial was not started');
		return { server: this.#server, swarm: this.#swarm };
	}

	/** Watches a server that is ready; its end is the trial's end unless a fault wanted it. */
	#adopt(server: TargetProcess): void {
		this.#server = server;
		const pids = server.pids();
		for (const pid of pids) {
			this.log.ready('target', pid, server.readyUs - this.#originUs, server.cpus);
		}
		this.#watch();
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
		for (const pid of this.#server?.pids() ?? []) this.sampler.add({ role: 'target', pid });
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
