import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type CallTemplate, callMaker } from '../model/call-template.ts';
import type { Ended, HeardBy, LibraryUser, ObservedEvent, Remedy } from '../model/observed.ts';
import type { Library, LibraryClient, Server } from './client.ts';
import { type ErrorWords, errorWords } from './error-words.ts';

/** How often the caller calls, unless it still waits. */
const callEveryMs = 500;
/** How long an attempt by hand may take before the next one is tried. */
const remedyWithinMs = 3000;
/** How long an end in order is waited for. */
const closeWithinMs = 1000;
/** So many events are kept of each client; a library that tells more tells it again and again. */
const mostHeard = 1000;

export interface ApplicationSpec {
	readonly library: Library;
	readonly server: Server;
	/** What the caller calls. */
	readonly call: CallTemplate;
	/** Whether the server has the tool `sleep`. */
	readonly sleeps: boolean;
	readonly clock: Clock;
	readonly emit: (event: ObservedEvent) => void;
}

/** A call that has not ended. */
interface Waiting {
	readonly client: LibraryUser;
	readonly sentUs: number;
}

/**
 * An application that uses two clients of a library as they come: it calls, listens to what the library tells, and repairs
 * nothing while it is observed. What it saw becomes events.
 */
export class Application {
	readonly #spec: ApplicationSpec;
	readonly #makeCall: ReturnType<typeof callMaker>;
	readonly #clients: Record<LibraryUser, LibraryClient>;
	readonly #heard: Record<LibraryUser, number> = { caller: 0, waiter: 0 };
	readonly #waiting = new Set<Waiting>();
	#calls = 0;
	#lastCall: Ended = 'ok';
	/** Its own end is not what it wants to hear of. */
	#ending = false;

	constructor(spec: ApplicationSpec) {
		this.#spec = spec;
		this.#makeCall = callMaker(spec.call);
		this.#clients = { caller: this.#newClient('caller'), waiter: this.#newClient('waiter') };
	}

	/** @throws whatever the library throws */
	async open(): Promise<void> {
		for (const client of Object.values(this.#clients)) await client.connect();
		await this.#call();
	}

	/** Calls until `toUs`; a call that hangs is not waited for any longer then. */
	async observe(fromUs: number, toUs: number): Promise<void> {
		const { clock, sleeps } = this.#spec;
		await sleep(msUntil(fromUs, clock));
		if (sleeps) void this.#wait(Math.ceil((toUs - fromUs) / 1000));
		// Between two calls, so that the fault, which comes at a whole second, finds the waiter's in flight and no other.
		const firstUs = fromUs + callEveryMs * 500;
		for (let dueUs = firstUs; dueUs < toUs; dueUs = Math.max(clock(), dueUs + callEveryMs * 1000)) {
			await sleep(msUntil(dueUs, clock));
			this.#lastCall = await within(this.#callRecorded(), msUntil(toUs, clock), 'hangs');
		}
		await sleep(msUntil(toUs, clock));
		for (const { client, sentUs } of this.#waiting) {
			this.#emit({ is: 'observed', what: 'call', at: clock(), client, sentUs, ended: 'hangs' });
		}
		this.#waiting.clear();
	}

	/** What an application can do where its client did not recover; one after the other until it has its answer. */
	async remedy(): Promise<void> {
		if (this.#lastCall === 'ok') return;
		const attempts: Record<Remedy, () => Promise<void>> = {
			call: () => this.#call(),
			reconnect: async () => {
				this.#ending = true;
				await this.#clients.caller.close();
				await this.#clients.caller.connect();
				await this.#call();
			},
			renew: async () => {
				this.#clients.caller = this.#newClient('caller');
				await this.#clients.caller.connect();
				await this.#call();
			},
		};
		for (const [remedy, attempt] of Object.entries(attempts) as [Remedy, () => Promise<void>][]) {
			const beganUs = this.#spec.clock();
			const { ended, ...told } = await within(outcomeOf(attempt()), remedyWithinMs, { ended: 'hangs' });
			this.#emit({ is: 'observed', what: 'remedy', at: this.#spec.clock(), remedy, beganUs, ended, ...told });
			if (ended === 'ok') return;
		}
	}

	async close(): Promise<void> {
		this.#ending = true;
		const closing = Object.values(this.#clients).map((client) => outcomeOf(client.close()));
		await within(Promise.all(closing), closeWithinMs, []);
	}

	/** Nobody caught it: not the library, and not the application, which has no place for it. */
	heardNowhere(error: unknown): void {
		this.#hear('caller', 'unhandledRejection', error);
	}

	#newClient(user: LibraryUser): LibraryClient {
		const { library, server } = this.#spec;
		return library.client(server, (api, error) => this.#hear(user, api, error));
	}

	#hear(client: LibraryUser, api: HeardBy, error?: unknown): void {
		if (this.#ending || this.#heard[client]++ >= mostHeard) return;
		const told = error === undefined ? {} : errorWords(error);
		this.#emit({ is: 'observed', what: 'heard', at: this.#spec.clock(), client, api, ...told });
	}

	#emit(event: ObservedEvent): void {
		this.#spec.emit(event);
	}

	/** @throws whatever the library throws, and Error where the answer is another's */
	async #call(): Promise<void> {
		const seq = this.#calls++;
		const call = this.#makeCall(`0-${seq}`, seq, () => crypto.randomUUID());
		const text = await this.#clients.caller.call(call.tool, JSON.parse(call.arguments) as object);
		if (call.expect !== undefined && text !== call.expect) throw new Error('the answer is another call’s');
	}

	#callRecorded(): Promise<Ended> {
		return this.#recorded('caller', this.#call());
	}

	/** The call that is in flight when the fault strikes. */
	#wait(ms: number): Promise<Ended> {
		return this.#recorded(
			'waiter',
			this.#clients.waiter.call('sleep', { ms }).then(() => {}),
		);
	}

	async #recorded(client: LibraryUser, call: Promise<void>): Promise<Ended> {
		const { clock } = this.#spec;
		const waiting: Waiting = { client, sentUs: clock() };
		this.#waiting.add(waiting);
		const { ended, ...told } = await outcomeOf(call);
		// Else the observation is over, and has said that the call hangs.
		if (!this.#waiting.delete(waiting)) return 'hangs';
		this.#emit({ is: 'observed', what: 'call', at: clock(), ...waiting, ended, ...told });
		return ended;
	}
}

async function outcomeOf(promise: Promise<unknown>): Promise<{ readonly ended: Ended } & Partial<ErrorWords>> {
	try {
		await promise;
		return { ended: 'ok' };
	} catch (error) {
		return { ended: 'failed', ...errorWords(error) };
	}
}

function msUntil(atUs: number, clock: Clock): number {
	return Math.max(0, (atUs - clock()) / 1000);
}

/** The promise's value, or `late` where it takes longer. */
async function within<T>(promise: Promise<T>, ms: number, late: T): Promise<T> {
	const timer = new AbortController();
	const timeout = sleep(ms, late, { signal: timer.signal }).catch(() => late);
	try {
		return await Promise.race([promise, timeout]);
	} finally {
		timer.abort();
	}
}
