import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import type { Clock } from '../clock.ts';
import { callMaker } from '../model/call-template.ts';
import type { Load } from '../model/load.ts';
import { policies } from '../model/policy.ts';
import type { Connect } from '../model/session.ts';
import type { StepPart, SwarmSetup } from '../model/swarm.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { CallQueue } from './call-queue.ts';
import { arrivals } from './pacer.ts';
import type { Recorder } from './recorder.ts';
import { runSchedule, type Spin } from './schedule.ts';
import { type ClientContext, type Due, VirtualClient } from './virtual-client.ts';

/** How often calls and openings that take too long are looked for. */
const sweepEveryMs = 100;

/** One worker's share of the swarm: its clients, and the loads they carry. */
export class Swarm {
	readonly #setup: SwarmSetup;
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	readonly #context: ClientContext;
	readonly #clients: VirtualClient[] = [];
	readonly #queue = new CallQueue();
	readonly #spin: Spin = { turns: 0, us: 0 };
	readonly #stop = new AbortController();
	readonly #sweeper: NodeJS.Timeout;
	#closedLoop: { untilUs: number; phaseAt(us: number): Due['phase'] } | undefined;
	#callNumber = 0;

	constructor(setup: SwarmSetup, connect: Connect, recorder: Recorder, clock: Clock) {
		this.#setup = setup;
		this.#recorder = recorder;
		this.#clock = clock;
		const makeCall = callMaker(setup.call);
		this.#context = {
			connect,
			recorder,
			clock,
			originUs: setup.originUs,
			policy: policies[setup.policy],
			random: seededRandom(deriveSeed(setup.seed, 'policy', setup.worker)),
			nextCall: () => {
				const seq = this.#callNumber++;
				return makeCall(`${setup.worker}-${seq}`, seq, randomUUID);
			},
			free: (client) => this.#free(client),
		};
		this.#sweeper = setInterval(() => this.#sweep(), sweepEveryMs);
	}

	get open(): number {
		let open = 0;
		for (const client of this.#clients) if (client.isOpen) open++;
		return open;
	}

	get queuedPeak(): number {
		return this.#queue.peak;
	}

	/** Time the schedule only waited with its eyes on the clock, since the worker began. */
	get spunUs(): number {
		return this.#spin.us;
	}

	/** The measured phase begins: what the queue held before does not count. */
	forgetPeak(): void {
		this.#queue.forgetPeak();
	}

	/** Opens or closes clients until this worker holds its share of `sessions`. @returns how many are open */
	async hold(sessions: number): Promise<number> {
		const { worker, workers, openConcurrency } = this.#setup;
		const share = Math.floor(sessions / workers) + (worker < sessions % workers ? 1 : 0);
		const added: VirtualClient[] = [];
		while (this.#clients.length < share) {
			const client = new VirtualClient(worker + this.#clients.length * workers, this.#context);
			this.#clients.push(client);
			added.push(client);
		}
		await pMap(added, (client) => client.open(), { concurrency: openConcurrency });
		const surplus = this.#clients.splice(share);
		await pMap(surplus, (client) => client.close(), { concurrency: openConcurrency });
		return this.open;
	}

	/** Every client calls once, a bounded number at a time: afterwards every connection has just been used. */
	async touch(): Promise<void> {
		const called = (client: VirtualClient) =>
			new Promise<void>((over) => client.call(this.#now('open', this.#clock()), over));
		await pMap(this.#clients, called, { concurrency: this.#setup.openConcurrency });
	}

	/**
	 * Runs a load from `startUs` on; resolves when its last call has been started. With `step` it is that step of a search,
	 * whose arrivals are drawn anew: a level that is tried twice is not tried with the same luck.
	 */
	async run(load: Load, startUs: number, measureFromUs: number, step?: number): Promise<void> {
		const counted = step === undefined ? 'measure' : 'search';
		const phaseAt = (dueUs: number): Due['phase'] => (dueUs < measureFromUs ? 'warm' : counted);
		const { seed, worker, workers } = this.#setup;
		if (load.kind === 'hold' || load.kind === 'search' || load.kind === 'libraries') return;
		if (load.kind === 'closed') return this.#runClosed(startUs + load.forMs * 1000, phaseAt);
		if (load.kind === 'open') this.#queue.share(this.#clients);
		else this.#queue.separate();
		const drawn = step === undefined ? deriveSeed(seed, 'load') : deriveSeed(seed, 'load', step);
		const schedule = arrivals(load, drawn, { worker, workers });
		await runSchedule(
			schedule,
			({ dueUs, session }) => {
				const due = { dueUs: startUs + dueUs, startedUs: this.#clock(), phase: phaseAt(startUs + dueUs) };
				const client = session === undefined ? undefined : this.#clients[(session - worker) / workers];
				if (!this.#queue.add(due, client)) {
					this.#recorder.dropped(this.#clock(), due.dueUs, due.phase);
				}
			},
			() => this.#clock() - startUs,
			this.#stop.signal,
			{ spin: this.#spin, exact: this.#setup.exact },
		);
	}

	/** Drains a step of a search and closes its figures. */
	async endStep(step: number, withinMs: number): Promise<Omit<StepPart, 'busyShare'>> {
		await this.drain(withinMs);
		return this.#recorder.endStep(this.#clock(), this.#setup.worker, step);
	}

	/** Waits for queued calls and calls in flight; what is left after `withinMs` is given up as unknown. */
	async drain(withinMs: number): Promise<void> {
		const untilUs = this.#clock() + withinMs * 1000;
		while (this.#busy() && this.#clock() < untilUs) await pause(10);
		for (const { dueUs, phase } of this.#queue.clear()) {
			this.#recorder.dropped(this.#clock(), dueUs, phase);
		}
		for (const client of this.#clients) client.sweep(Number.POSITIVE_INFINITY, 0, 'timeout');
		for (let turns = 0; this.#busy() && turns < 100; turns++) await pause(10);
	}

	/** Ends everything; the sockets are cut, politely first where the protocol has a word for it. */
	async finish(): Promise<void> {
		this.#stop.abort();
		clearInterval(this.#sweeper);
		await pMap(this.#clients, (client) => client.close(), { concurrency: this.#setup.openConcurrency });
	}

	async #runClosed(untilUs: number, phaseAt: (dueUs: number) => Due['phase']): Promise<void> {
		this.#closedLoop = { untilUs, phaseAt };
		for (const client of this.#clients) this.#free(client);
		while (this.#clock() < untilUs && !this.#stop.signal.aborted) await pause(20);
		this.#closedLoop = undefined;
	}

	#free(client: VirtualClient): void {
		const closed = this.#closedLoop;
		if (closed) {
			const nowUs = this.#clock();
			if (nowUs < closed.untilUs) client.call(this.#now(closed.phaseAt(nowUs), nowUs));
		} else this.#queue.free(client);
	}

	/** A call that is due because there is nothing else to do. */
	#now(phase: Due['phase'], nowUs: number): Due {
		return { dueUs: nowUs, startedUs: nowUs, phase };
	}

	#busy(): boolean {
		return this.#queue.waiting > 0 || this.#clients.some((client) => client.isBusy);
	}

	#sweep(): void {
		const nowUs = this.#clock();
		const limitUs = this.#setup.callTimeoutMs * 1000;
		for (const client of this.#clients) client.sweep(nowUs, limitUs);
	}
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
