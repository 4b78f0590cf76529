import { clockSince, monotonicUs } from './clock.ts';
import { Sampler } from './collect/sampler.ts';
import { applyFault, type FaultScene, sleepUntil } from './fault-timeline.ts';
import { describeExit, StartError } from './fleet/child.ts';
import { startTarget, stateGauges, type TargetProcess } from './fleet/target.ts';
import { climb, idleConnectionMs, type LadderState, ladderEnv, ladderStates, rungsFor } from './ladder.ts';
import { callTimeoutMs, drainWithinMs, fewAtOnce, manyAtOnce, readyWithinMs, terminateWithinMs } from './limits.ts';
import type { Placement } from './model/environment.ts';
import type { FaultWindow } from './model/fault.ts';
import type { Phase } from './model/history.ts';
import { type Load, loadMs, sessionsOf, withWarmUp } from './model/load.ts';
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

/** How a trial ended, before its history is judged. */
export type TrialEnd =
	| { readonly end: 'ran'; readonly warnings: readonly Warning[] }
	| { readonly end: 'aborted'; readonly because: string; readonly stderr: readonly string[] }
	| { readonly end: 'failed-to-start'; readonly because: string; readonly stderr: readonly string[] };

/** start → open → warm → measure, with faults → drain → stop. Nothing that it started outlives it. */
export async function runTrial(spec: TrialSpec): Promise<TrialEnd> {
	const trial = new Trial(spec);
	try {
		const { load } = spec.size;
		if (load.kind === 'hold') {
			// The connections of an SDK server are node:http's, as the reference's are: its kept-alive state says nothing new.
			for (const state of spec.target.reference === undefined ? ladderStates : (['settled'] as const)) {
				await trial.start({ env: ladderEnv, ...idleConnectionMs[state] });
				await trial.climb(rungsFor(state, load.rungs, spec.target.client.stream, spec.connections), state);
				await trial.stop();
			}
		} else {
			await trial.start();
			await trial.underLoad(load);
			await trial.stop();
		}
		return { end: 'ran', warnings: trial.warnings };
	} catch (error) {
		return trial.endOf(error);
	} finally {
		await trial.kill();
	}
}

interface StartOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** After this the clients let idle connections go; absent: the server decides. */
	readonly idleMs?: number;
}

/** The trial was asked to stop, or its target died unasked. */
class Aborted extends Error {}

class Trial {
	readonly warnings: Warning[] = [];
	readonly #spec: TrialSpec;
	readonly #originUs = monotonicUs();
	readonly #clock = clockSince(this.#originUs);
	readonly #log: TrialLog;
	readonly #ended = Promise.withResolvers<never>();
	/** Aborted when the trial is over, however it ended. */
	readonly #over = new AbortController();
	readonly #sampler: Sampler;
	#server: TargetProcess | undefined;
	#swarm: SwarmWorkers | undefined;
	/** Everything that was started, or is just being started when the trial ends. */
	readonly #owned: Promise<{ kill(): Promise<unknown> }>[] = [];
	/** A fault is killing the target on purpose. */
	#faulting = false;

	constructor(spec: TrialSpec) {
		this.#spec = spec;
		this.#log = new TrialLog(spec.partsFolder, this.#clock);
		this.#sampler = new Sampler({ clock: this.#clock, emit: (event) => this.#log.event(event) });
		this.#sampler.add({ role: 'harness', pid: process.pid });
		this.#sampler.start();
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
		const { target, placement, plan, partsFolder, headers } = this.#spec;
		this.#phase('start');
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
				openConcurrency: this.#spec.size.load.kind === 'hold' ? fewAtOnce : manyAtOnce,
			}),
		);
		for (const pid of this.#swarm.pids) {
			this.#log.ready('swarm', pid, this.#clock(), placement.swarm);
			this.#sampler.add({ role: 'swarm', pid });
		}
		this.#phase('open');
	}

	/** Climbs the ladder and reads the target at each rung. */
	async climb(rungs: readonly number[], state: LadderState): Promise<void> {
		this.#phase('measure');
		const { server, swarm } = this.#running();
		this.warnings.push(...(await this.#or(climb({ rungs, state, server, swarm, clock: this.#clock, log: this.#log }))));
	}

	/** Opens all sessions, offers the load, applies the faults on their timeline. */
	async underLoad(load: Exclude<Load, { kind: 'hold' }>): Promise<void> {
		const { size } = this.#spec;
		const { swarm } = this.#running();
		const wanted = sessionsOf(load);
		const open = await this.#or(swarm.ask({ do: 'hold', sessions: wanted }));
		if (open === 0) throw new Aborted(`0 of ${wanted} sessions could be opened`);
		if (open < wanted)
			this.warnings.push({ id: 'ladder-incomplete', detail: `${open} of ${wanted} sessions were open.` });
		// A short lead, so that every worker has the order before the first call is due.
		const startUs = this.#clock() + 50_000;
		const measureFromUs = startUs + size.warmMs * 1000;
		const measureToUs = measureFromUs + loadMs(load) * 1000;
		const stretched = withWarmUp(load, size.warmMs);
		this.#phase('warm');
		const loading = swarm.ask({ do: 'load', load: stretched, startUs, measureFromUs });
		await this.#askTarget();
		await this.#or(Promise.all([loading, this.#timeline(size.faults, measureFromUs, measureToUs)]));
		await this.#askTarget();
		this.#phase('drain');
		await this.#or(swarm.ask({ do: 'drain', withinMs: drainWithinMs }));
	}

	async stop(): Promise<void> {
		this.#phase('stop');
		this.#faulting = true;
		const { server, swarm } = this.#running();
		await this.#or(swarm.ask({ do: 'finish' }));
		for (const pid of swarm.pids) this.#sampler.remove(pid);
		await server.terminate(terminateWithinMs);
	}

	/** Ends whatever still runs; safe to call at any time. */
	async kill(): Promise<void> {
		this.#faulting = true;
		this.#over.abort();
		this.#sampler.stop();
		await Promise.all(this.#owned.map((starting) => starting.then((started) => started.kill()).catch(() => {})));
		this.#log.close();
	}

	endOf(error: unknown): TrialEnd {
		const stderr = this.#server?.stderrTail() ?? [];
		if (error instanceof StartError) return { end: 'failed-to-start', because: error.because, stderr: error.stderr };
		return { end: 'aborted', because: (error as Error).message, stderr };
	}

	/** The measured phase begins and ends with a sample of its own, so that CPU time is cut at the right instants. */
	async #timeline(faults: readonly FaultWindow[], fromUs: number, toUs: number): Promise<void> {
		const { signal } = this.#over;
		const measured = async (): Promise<void> => {
			await sleepUntil(this.#clock, fromUs, signal);
			this.#phase('measure');
			this.#sampler.sample();
			await sleepUntil(this.#clock, toUs, signal);
			this.#sampler.sample();
		};
		await Promise.all([measured(), ...faults.map((window) => applyFault(window, fromUs, this.#faultScene()))]);
	}

	/** Heap and event-loop delay since the last question, of a target that can be asked. */
	async #askTarget(): Promise<void> {
		const { server } = this.#running();
		if (!server.control) return;
		const state = await this.#or(server.control('state'));
		const [pid = 0] = server.pids();
		this.#log.event({ is: 'gauge', at: this.#clock(), role: 'target', pid, values: stateGauges(state) });
	}

	/** Faults end with the trial: a server that is started after it would belong to nobody. */
	#faultScene(): FaultScene {
		const { signal } = this.#over;
		return {
			clock: this.#clock,
			log: this.#log,
			signal,
			victim: {
				kill: async () => {
					this.#faulting = true;
					await this.#running().server.kill();
				},
				restart: async () => {
					signal.throwIfAborted();
					this.#adopt(await this.#own(this.#running().server.restart()));
					this.#faulting = false;
				},
			},
			readyUs: () => this.#running().server.readyUs - this.#originUs,
		};
	}

	#running(): { server: TargetProcess; swarm: SwarmWorkers } {
		if (!this.#server || !this.#swarm) throw new Error('the trial was not started');
		return { server: this.#server, swarm: this.#swarm };
	}

	/** Watches a server that is ready; its end is the trial's end unless a fault wanted it. */
	#adopt(server: TargetProcess): void {
		this.#server = server;
		const pids = server.pids();
		for (const pid of pids) {
			this.#log.ready('target', pid, server.readyUs - this.#originUs, server.cpus);
		}
		this.#watch();
		void server.exited.then((exit) => {
			const how = describeExit(exit);
			if (!this.#faulting) this.#ended.reject(new Aborted(`the target ended by itself (${how})`));
			for (const pid of pids) {
				this.#sampler.remove(pid);
				this.#log.event({ is: 'process', at: this.#clock(), role: 'target', pid, change: 'exited', exit: how });
			}
		});
	}

	/** A command line may start further processes at any time: they are looked for at every phase. */
	#watch(): void {
		for (const pid of this.#server?.pids() ?? []) this.#sampler.add({ role: 'target', pid });
	}

	#phase(phase: Phase): void {
		this.#watch();
		this.#log.phase(phase);
		this.#spec.onPhase(phase, () => this.#swarm?.state ?? { open: 0, callsOk: 0, callsNotOk: 0 });
	}

	/** Waits for a process to start; whatever happens meanwhile, `kill` will end it. */
	#own<T extends { kill(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
		this.#owned.push(starting);
		void starting.then((started) => this.#over.signal.aborted && started.kill()).catch(() => {});
		return this.#or(starting);
	}

	/** Waits for a step, or for the end of the trial, whichever comes first. */
	#or<T>(step: Promise<T>): Promise<T> {
		return Promise.race([step, this.#ended.promise]);
	}
}
