import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { OwnProcess } from './own-process.ts';
import { RuntimeApi } from './runtime-api.ts';

/** What an execution environment runs, and within what limits, in real time. */
export interface EnvironmentSpec {
	readonly bootstrapArgs: readonly string[];
	/** Longest time for an invocation. */
	readonly maxMs: number;
	/** Longest time from the start of the process until it asks for its first invocation. */
	readonly initMs: number;
}

/** One request as an environment runs it. */
export interface Task {
	/** @returns the JSON that the function is given */
	event(requestId: string): string;
	/** A process has it. */
	begun(pid: number): void;
	/** The function answers. @returns the status for the function: 202, or 413 */
	answer(body: IncomingMessage, isStreaming: boolean): Promise<number>;
	/** The function said that it failed. */
	failed(error: string): void;
	/** It is over: the function asked for the next one, was killed at the longest duration, or its process ended. */
	over(how: 'done' | 'timeout' | 'crashed'): void;
}

/**
 * An execution environment of AWS Lambda: one process, one invocation at a time. It stands still from the moment it asks for the
 * next one until there is one, and is killed when an invocation lasts too long.
 */
export class Environment {
	readonly #spec: EnvironmentSpec;
	readonly #api: RuntimeApi;
	readonly #onIdle: (environment: Environment) => void;
	#process: OwnProcess | undefined;
	#task: Task | undefined;
	/** What it was started for, until its process asks for work. */
	#first: Task | undefined;
	#deadline: NodeJS.Timeout | undefined;
	#isOver = false;
	/** The instant at which it was last asked for work, for choosing among idle ones. */
	usedAt = 0;

	/** @param onIdle it can take an invocation; also after its first one */
	constructor(spec: EnvironmentSpec, onIdle: (environment: Environment) => void) {
		this.#spec = spec;
		this.#onIdle = onIdle;
		this.#api = new RuntimeApi({
			idle: () => this.#idle(),
			response: async (body, isStreaming) => (await this.#task?.answer(body, isStreaming)) ?? 400,
			failed: (kind, error) => (kind === 'init' ? this.#end('crashed') : this.#task?.failed(error)),
		});
	}

	get isIdle(): boolean {
		return !this.#isOver && this.#task === undefined && this.#api.isIdle;
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	/** Starts its process for the first task: a cold start. */
	async start(task: Task): Promise<void> {
		this.#first = task;
		const address = await this.#api.listen();
		if (this.#isOver) return;
		const { bootstrapArgs, initMs } = this.#spec;
		this.#process = new OwnProcess('serverless/bootstrap.ts', bootstrapArgs, { AWS_LAMBDA_RUNTIME_API: address });
		void this.#process.exited.then(() => this.#end('crashed'));
		this.#deadline = setTimeout(() => this.#end('crashed'), initMs);
	}

	/** Gives it the invocation that it waits for. */
	run(task: Task): void {
		const { maxMs } = this.#spec;
		this.#task = task;
		this.usedAt = performance.now();
		this.#process?.thaw();
		task.begun(this.#process?.pid ?? 0);
		clearTimeout(this.#deadline);
		this.#deadline = setTimeout(() => this.#end('timeout'), maxMs);
		const requestId = randomUUID();
		try {
			this.#api.hand({ requestId, event: task.event(requestId), deadlineMs: Date.now() + maxMs });
		} catch (error) {
			process.stderr.write(`${(error as Error).message}\n`);
			this.#end('crashed');
		}
	}

	/** Ends it at once; what it runs is told nothing. */
	kill(): void {
		this.#isOver = true;
		clearTimeout(this.#deadline);
		this.#process?.signal('SIGKILL');
		this.#api.close();
	}

	#idle(): void {
		clearTimeout(this.#deadline);
		const first = this.#first;
		if (first) {
			this.#first = undefined;
			this.run(first);
			return;
		}
		const done = this.#task;
		this.#task = undefined;
		// Before anybody hears of it: who gives it work next must find it as it will be.
		this.#process?.freeze();
		done?.over('done');
		this.#onIdle(this);
	}

	#end(how: 'timeout' | 'crashed'): void {
		if (this.#isOver) return;
		this.kill();
		const task = this.#task ?? this.#first;
		this.#task = undefined;
		this.#first = undefined;
		task?.over(how);
		this.#onIdle(this);
	}
}
