import type { ReadyLine } from '../contract.ts';
import { OwnProcess } from './own-process.ts';

export interface InstanceSpec {
	/** The server's file, relative to `servers/`, and its flags. */
	readonly file: string;
	readonly args: readonly string[];
	/** After this time without a request it is asked to end. */
	readonly idleMs: number;
	/** So long it may take to end; then it is killed. */
	readonly graceMs: number;
	/** So long it may take until it accepts connections. */
	readonly startMs: number;
}

/** A container instance of Cloud Run: a server that has several requests at a time, and is ended when it has had none for long. */
export class Instance {
	readonly process: OwnProcess;
	/** What it is called in a cookie. */
	readonly name: string;
	/** Fulfils when it accepts connections. @throws Error where it never will */
	readonly ready: Promise<URL>;
	/** Requests that it has, those that wait for its start included. */
	requests = 0;
	readonly #spec: InstanceSpec;
	#idle: NodeJS.Timeout | undefined;
	#kill: NodeJS.Timeout | undefined;
	#isEnding = false;

	constructor(spec: InstanceSpec, name: string) {
		this.#spec = spec;
		this.name = name;
		const line = Promise.withResolvers<URL>();
		line.promise.catch(() => {});
		this.ready = line.promise;
		this.process = new OwnProcess(spec.file, spec.args, {}, (text) => {
			try {
				line.resolve(new URL((JSON.parse(text) as ReadyLine).url));
			} catch {
				line.reject(new Error('the instance said no ready line'));
			}
		});
		const late = setTimeout(() => {
			line.reject(new Error('the instance did not start in time'));
			this.process.signal('SIGKILL');
		}, spec.startMs);
		void line.promise.then(() => clearTimeout(late)).catch(() => {});
		void this.process.exited.then(() => {
			clearTimeout(late);
			clearTimeout(this.#idle);
			clearTimeout(this.#kill);
			line.reject(new Error('the instance ended'));
		});
	}

	/** Whether it may have further requests. */
	get isOpen(): boolean {
		return !this.#isEnding && !this.process.isOver;
	}

	/** It has one request more, or fewer. */
	has(change: 1 | -1): void {
		this.requests += change;
		clearTimeout(this.#idle);
		if (this.requests === 0) this.#idle = setTimeout(() => this.end(), this.#spec.idleMs);
	}

	/** SIGTERM, and SIGKILL when the grace is over. */
	end(): void {
		if (this.#isEnding) return;
		this.#isEnding = true;
		clearTimeout(this.#idle);
		this.process.signal('SIGTERM');
		this.#kill = setTimeout(() => this.process.signal('SIGKILL'), this.#spec.graceMs);
	}
}
