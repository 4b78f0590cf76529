import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, describeExit } from './fleet/child.ts';
import { startWorker } from './fleet/worker.ts';
import { loadMs } from './model/load.ts';
import type { Network } from './model/path.ts';
import type { StepPart, SwarmLoss, SwarmProgress, SwarmReply, SwarmSetup, SwarmTask } from './model/swarm.ts';

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** The swarm's state as its workers last told it. */
export interface SwarmState {
	open: number;
	callsOk: number;
	callsNotOk: number;
	/** Answers a second between the last two times that they told: a look at the clock here would see now one report more, now one fewer. */
	perS: number;
}

/** Of a swarm that is not there. */
export const noSwarm: Readonly<SwarmState> = { open: 0, callsOk: 0, callsNotOk: 0, perS: 0 };

type Told = Pick<SwarmProgress['progress'], 'atUs' | 'callsOk'>;

/** Answers a second from one report of a worker to the next; zero before the second. */
export function paceOf(before: Told | undefined, now: Told): number {
	if (!before || now.atUs <= before.atUs) return 0;
	return Math.max(0, ((now.callsOk - before.callsOk) * 1e6) / (now.atUs - before.atUs));
}

/** A worker died or refused what it was told: the harness's own failure, exit 4. */
export class SwarmError extends Error {}

/** What the file system said to a worker that could not write its history: as if it had said so to the harness. */
export class LostHistory extends SwarmError {
	/** Of the system, e.g. ENOSPC. */
	readonly code: string | undefined;

	constructor({ lost: { code, message } }: SwarmLoss) {
		super(message);
		this.code = code;
	}
}

type Message = SwarmReply | SwarmProgress | SwarmLoss;

/** How long a worker may take for a task beyond what the task itself lasts; then it hangs. */
const graceMs = 60_000;

/** For each session that is opened, closed or called: a slow server opens 200 a second. */
const graceMsPerSession = 5;

/** @param sessions that the swarm holds, before or after the task */
export function patienceMs(task: SwarmTask, sessions: number): number {
	const allMs = graceMs + sessions * graceMsPerSession;
	if (task.do === 'load') return loadMs(task.load) + (task.measureFromUs - task.startUs) / 1000 + allMs;
	return task.do === 'drain' || task.do === 'end-step' ? task.withinMs + allMs : allMs;
}

/** All workers of a trial, told the same things at the same time. */
export class SwarmWorkers {
	readonly #workers: readonly Worker[];
	/** How many sessions it was last told to hold. */
	#held = 0;

	private constructor(workers: readonly Worker[]) {
		this.#workers = workers;
	}

	/**
	 * Starts `count` workers, which take a moment until they can be set up.
	 * @param network where they live; absent: where the harness does
	 */
	static start(count: number, cpus: readonly number[], network?: Network): SwarmWorkers {
		const spec = { cpus, ...(network && { network }) };
		return new SwarmWorkers(Array.from({ length: count }, () => new Worker(startWorker(workerFile, spec))));
	}

	/** Hands each worker its setup; to be done before anything else is asked. @throws SwarmError */
	async setUp(partsFolder: string, setup: Omit<SwarmSetup, 'worker' | 'workers' | 'historyPath'>): Promise<void> {
		const workers = this.#workers.length;
		await Promise.all(
			this.#workers.map((worker, n) => {
				const historyPath = join(partsFolder, `swarm-${worker.pid}.ndjson`);
				return worker.ask({ do: 'setup', setup: { ...setup, worker: n, workers, historyPath } });
			}),
		);
	}

	get pids(): number[] {
		return this.#workers.map(({ pid }) => pid);
	}

	get state(): SwarmState {
		const sum = { ...noSwarm };
		for (const { state } of this.#workers) {
			sum.open += state.open;
			sum.callsOk += state.callsOk;
			sum.callsNotOk += state.callsNotOk;
			sum.perS += state.perS;
		}
		return sum;
	}

	/** Tells every worker and waits for all. @returns how many sessions are open afterwards. @throws SwarmError */
	async ask(task: SwarmTask): Promise<number> {
		const before = this.#held;
		if (task.do === 'hold') this.#held = task.sessions;
		const limitMs = patienceMs(task, Math.max(before, this.#held));
		const replies = await Promise.all(this.#workers.map((worker) => worker.ask(task, limitMs)));
		return replies.reduce((sum, { open }) => sum + open, 0);
	}

	/** Ends a step of a search. @returns every worker's part of its figures. @throws SwarmError */
	async endStep(step: number, withinMs: number): Promise<StepPart[]> {
		const replies = await Promise.all(this.#workers.map((worker) => worker.ask({ do: 'end-step', step, withinMs })));
		return replies.flatMap((reply) => reply.step ?? []);
	}

	async kill(): Promise<void> {
		await Promise.all(this.#workers.map((worker) => worker.kill()));
	}
}

/** A reply that is no failure. */
type Answered = Exclude<SwarmReply, { readonly error: string }>;

/** One worker process and the questions it has not answered yet. */
class Worker {
	readonly #child: Child;
	readonly #asked = new Map<number, PromiseWithResolvers<Answered>>();
	#lastId = 0;
	#lost: LostHistory | undefined;
	#told: Told | undefined;
	state: SwarmState = noSwarm;

	constructor(child: Child) {
		this.#child = child;
		child.onMessage((message) => this.#hear(message as Message));
		// Its last reply may still be unread when the process is gone.
		void child.closed.then(() => {
			for (const asked of this.#asked.values()) asked.reject(this.#gone());
			this.#asked.clear();
			this.state = { ...this.state, open: 0, perS: 0 };
		});
	}

	/** Of a worker that has ended. */
	#gone(): SwarmError {
		if (this.#lost) return this.#lost;
		const exit = this.#child.exit();
		const last = this.#child.stderrTail().at(-1);
		return new SwarmError(`A swarm worker ended${exit ? ` (${describeExit(exit)})` : ''}${last ? `: ${last}` : ''}.`);
	}

	get pid(): number {
		return this.#child.pid;
	}

	async ask(task: SwarmTask, limitMs = patienceMs(task, 0)): Promise<Answered> {
		const id = ++this.#lastId;
		const asked = Promise.withResolvers<Answered>();
		this.#asked.set(id, asked);
		const timer = setTimeout(() => {
			asked.reject(new SwarmError(`A swarm worker did not finish "${task.do}" within ${limitMs / 1000} s.`));
		}, limitMs);
		if (!this.#child.send({ ...task, id })) {
			// Its channel is closed: it is gone, or about to be, and how is told in a moment.
			void this.#child.exited.then(() => asked.reject(this.#gone()));
		}
		try {
			return await asked.promise;
		} finally {
			clearTimeout(timer);
			this.#asked.delete(id);
		}
	}

	async kill(): Promise<void> {
		await this.#child.kill();
	}

	#hear(message: Message): void {
		if ('progress' in message) {
			const { open, callsOk, callsNotOk } = message.progress;
			this.state = { open, callsOk, callsNotOk, perS: paceOf(this.#told, message.progress) };
			this.#told = message.progress;
			return;
		}
		if ('lost' in message) {
			this.#lost = new LostHistory(message);
			for (const asked of this.#asked.values()) asked.reject(this.#lost);
			return;
		}
		const asked = this.#asked.get(message.id);
		this.#asked.delete(message.id);
		if ('error' in message) asked?.reject(new SwarmError(`A swarm worker failed: ${message.error}`));
		else {
			// What it tells unasked may be a quarter of a second old.
			this.state = { ...this.state, open: message.open, callsOk: message.callsOk };
			asked?.resolve(message);
		}
	}
}
