import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import pMap from 'p-map';
import type { Clock } from '../clock.ts';
import { callMaker } from '../model/call-template.ts';
import { type Load, loadMs } from '../model/load.ts';
import { hurried, policies } from '../model/policy.ts';
import type { Connect } from '../model/session.ts';
import type { StepPart, SwarmSetup } from '../model/swarm.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { arrive, placeOf } from './arrive.ts';
import { CallQueue } from './call-queue.ts';
import { Openings } from './openings.ts';
import { arrivals } from './pacer.ts';
import type { Recorder } from './recorder.ts';
import { leastEmptyTurnUs, runSchedule, type Spin } from './schedule.ts';
import { type ClientContext, type Due, VirtualClient } from './virtual-client.ts';

/** How often calls and openings that take too long are looked for. */
const sweepEveryMs = 100;
/** Whoever is not open after this time is kept from it by something else than a busy machine. */
const opensWithinUs = 1_500_000;

/** How long the goodbye of a client may take, at the end of everything. */
const closeWithinMs = 1000;

/** One worker's share of the swarm: its clients, and the loads they carry. */
export class Swarm {
	readonly #setup: SwarmSetup;
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	/** Of each place: client n belongs to number n modulo their count, and so does call n. */
	readonly #contexts: readonly ClientContext[];
	readonly #clients: VirtualClient[] = [];
	/** Those that fell silent: nobody uses them, and nobody closes their connections. */
	readonly #silent: VirtualClient[] = [];
	/** How many clients there were before these. */
	#before: number;
	readonly #queue = new CallQueue();
	readonly #spin: Spin = { turns: 0, us: 0 };
	readonly #emptyTurnUs: number;
	readonly #openings = new Openings();
	readonly #stop = new AbortController();
	readonly #sweeper: NodeJS.Timeout;
	#closedLoop: { untilUs: number; phaseAt(us: number): Due['phase'] } | undefined;

	/** @param emptyTurnUs up to how long a turn of the loop in which the schedule waits is empty, where that was measured */
	constructor(setup: SwarmSetup, connect: Connect, recorder: Recorder, clock: Clock, emptyTurnUs = leastEmptyTurnUs) {
		this.#setup = setup;
		this.#emptyTurnUs = emptyTurnUs;
		this.#recorder = recorder;
		this.#clock = clock;
		this.#before = setup.after ?? 0;
		const common = {
			connect,
			recorder,
			clock,
			originUs: setup.originUs,
			random: seededRandom(deriveSeed(setup.seed, 'policy', setup.worker)),
			free: (client: VirtualClient) => this.#free(client),
		};
		this.#contexts = setup.places.map(({ call, policy, factor = 1 }, place): ClientContext => {
			const makeCall = callMaker(call);
			let calls = 0;
			return {
				...common,
				policy: hurried(policies[policy], factor),
				...(call.polls && { polls: call.polls }),
				nextCall: (isSlow) => {
					const seq = calls++ * setup.places.length + place;
					return makeCall(`${setup.worker}-${seq}`, seq, randomUUID, isSlow);
				},
			};
		});
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

	/**
	 * Opens or closes clients until this worker holds its share of `sessions`.
	 * @param patienceMs when so long none was opened the others go on opening, and are not waited for; absent: all are
	 * @returns how many are open
	 */
	async hold(sessions: number, patienceMs?: number): Promise<number> {
		const { worker, workers, openConcurrency } = this.#setup;
		const share = Math.floor(sessions / workers) + (worker < sessions % workers ? 1 : 0);
		const added: VirtualClient[] = [];
		while (this.#clients.length < share) {
			const client = this.#newClient();
			this.#clients.push(client);
			if (!this.#isCaller(client)) added.push(client);
		}
		const arriving = arrive(added, this.#setup, (client) => this.#callNow(client));
		const others = added.filter((client) => placeOf(client, this.#setup).arrival === undefined);
		if (patienceMs === undefined) await pMap(others, (client) => client.open(), { concurrency: openConcurrency });
		else await this.#openWith(others, patienceMs);
		await arriving;
		const surplus = this.#clients.splice(share);
		await pMap(surplus, (client) => client.close(), { concurrency: openConcurrency });
		return this.open;
	}

	/** Opens them in turn; when nobody else was opened for so long, the others are left to themselves. */
	async #openWith(clients: readonly VirtualClient[], patienceMs: number): Promise<void> {
		let [isOver, last] = [false, performance.now()];
		const opening = clients.map(async (client) => {
			if (await this.#openings.next(() => client.open())) last = performance.now();
		});
		void Promise.allSettled(opening).then(() => {
			isOver = true;
		});
		while (!isOver && performance.now() - last < patienceMs) await pause(10);
	}

	#newClient(): VirtualClient {
		const { worker, workers } = this.#setup;
		const index = this.#before + worker + this.#clients.length * workers;
		return new VirtualClient(index, this.#contexts[index % this.#contexts.length] as ClientContext);
	}

	/** Whether a client opens only when it is to make a slow call. */
	#isCaller({ index }: VirtualClient): boolean {
		const { places } = this.#setup;
		return Math.floor(index / places.length) < (places[index % places.length]?.callers ?? 0);
	}

	/** Every client calls once, a bounded number at a time: afterwards every connection has just been used. */
	async touch(): Promise<void> {
		await pMap(this.#clients, (client) => this.#callNow(client), { concurrency: this.#setup.openConcurrency });
		// A client whose call failed is free a turn later, and may be asked again at once.
		await setImmediate();
	}

	/** All clients go without a word. Those that come afterwards have numbers of their own; not for a load in which clients have calls of their own. */
	vanish(how: 'closed' | 'silent'): void {
		this.#before += this.#clients.length * this.#setup.workers;
		const gone = this.#clients.splice(0);
		if (how === 'silent') this.#silent.push(...gone);
		else for (const client of gone) client.destroy();
	}

	/** A call that belongs to the opening; fulfils when it has ended, in whatever way. */
	#callNow(client: VirtualClient): Promise<void> {
		return new Promise((over) => client.call(this.#now('open', this.#clock()), over));
	}

	/**
	 * Runs a load from `startUs` on; resolves when its last call has been started. With `step` it is that step of a search,
	 * whose arrivals are drawn anew: a level that is tried twice is not tried with the same luck.
	 */
	async run(load: Load, startUs: number, measureFromUs: number, step?: number): Promise<void> {
		const counted = step === undefined ? 'measure' : 'search';
		const phaseAt = (dueUs: number): Due['phase'] => (dueUs < measureFromUs ? 'warm' : counted);
		const { seed, worker, workers } = this.#setup;
		if (load.kind === 'hold' || load.kind === 'search' || load.kind === 'libraries' || load.kind === 'browser') return;
		if (load.kind === 'closed') return this.#runClosed(startUs + load.forMs * 1000, phaseAt);
		if (load.kind === 'open') this.#queue.share(this.#clients);
		else this.#queue.separate();
		const drawn = step === undefined ? deriveSeed(seed, 'load') : deriveSeed(seed, 'load', step);
		const schedule = arrivals(load, drawn, { worker, workers, places: this.#contexts.length });
		await runSchedule(
			schedule,
			({ dueUs, session, isSlow }) => {
				const due = { dueUs: startUs + dueUs, startedUs: this.#clock(), phase: phaseAt(startUs + dueUs) };
				const client = session === undefined ? undefined : this.#clients[(session - worker) / workers];
				if (isSlow && client) void this.#openAndCall(client, due.phase, startUs + loadMs(load) * 500);
				else if (!this.#queue.add(due, client)) this.#recorder.dropped(this.#clock(), due.dueUs, due.phase);
			},
			() => this.#clock() - startUs,
			this.#stop.signal,
			{ spin: this.#spin, emptyTurnUs: this.#emptyTurnUs, exact: this.#setup.exact },
		);
		// Who listens has nothing to do, and is there to the end all the same.
		if (load.kind === 'listen') await pause(startUs / 1000 + load.forMs - this.#clock() / 1000);
	}

	/**
	 * The slow call of a client that was not open until now: due when it is, or, where it does not open, by then. One whose turn to open
	 * did not come, or came so late that nothing can be said of how it opens, makes none: that would be told of the path.
	 */
	async #openAndCall(client: VirtualClient, phase: Due['phase'], byUs: number): Promise<void> {
		let begunUs = Number.POSITIVE_INFINITY;
		const opening = this.#openings.next(() => {
			begunUs = this.#clock();
			return client.open();
		});
		const isOpen = await Promise.race([opening, pause((byUs - this.#clock()) / 1000)]);
		const tells = isOpen !== undefined || this.#clock() - begunUs > opensWithinUs;
		if (tells && !this.#stop.signal.aborted) client.call({ ...this.#now(phase, this.#clock()), isSlow: true });
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
		// Behind a path that swallows everything a goodbye is never answered.
		const closed = (client: VirtualClient) => Promise.race([client.close(), pause(closeWithinMs)]);
		await pMap(this.#clients, closed, { concurrency: this.#setup.openConcurrency });
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
