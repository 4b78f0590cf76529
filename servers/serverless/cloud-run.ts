import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Option } from 'commander';
import { whole } from '../shared/flags.ts';
import { answerWith, type HostFlags, hostCommand, type Platform, passedOn, runHost } from './host.ts';
import { Instance, type InstanceSpec } from './instance.ts';
import { ProxiedRequest } from './proxied-request.ts';
import { Usage } from './usage.ts';

/**
 * A stand-in for Cloud Run with request-based billing: its limits, emulated on this machine. Documented at
 * docs.cloud.google.com/run/docs/ (configuring/request-timeout, about-concurrency, container-contract, configuring/session-affinity;
 * read 2026-11-26).
 *
 * - An instance has up to 80 requests at a time; where all are full another one is started.
 * - A request ends after its whole time, whatever flows: 504, or its connection is cut. The instance runs on.
 * - An instance without requests for 15 minutes gets SIGTERM, and SIGKILL 10 s later: that grace is real time, as starts are.
 * - With `--session-affinity on` a cookie brings a client back to its instance, where that still has room.
 *
 * Documented nowhere, and chosen here: of several instances with room the one with the fewest requests gets the next.
 */
interface CloudRunFlags extends HostFlags {
	readonly timeoutS: number;
	readonly concurrency: number;
	readonly maxInstances: number;
	readonly idleS: number;
	readonly graceMs: number;
	readonly sessionAffinity: 'on' | 'off';
}

const cookieName = 'GAESA';
const startMs = 10_000;

interface Chosen {
	readonly instance: Instance;
	/** It was started for the request. */
	readonly isCold: boolean;
}

class CloudRun implements Platform {
	readonly #flags: CloudRunFlags;
	readonly #usage: Usage;
	readonly #spec: InstanceSpec;
	readonly #instances = new Set<Instance>();
	readonly #requests = new Set<ProxiedRequest>();
	#executed = 0;
	#isOver = false;
	#whenDrained: (() => void) | undefined;

	constructor(flags: CloudRunFlags, usage: Usage, args: readonly string[]) {
		const { serves, factor, idleS, graceMs } = flags;
		this.#flags = flags;
		this.#usage = usage;
		this.#spec = { file: `${serves}.ts`, args, idleMs: (idleS * 1000) / factor, graceMs, startMs };
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		this.#executed++;
		let asked: Chosen | undefined;
		try {
			asked = this.#choose(req);
		} catch (error) {
			process.stderr.write(`${(error as Error).message}\n`);
			this.#refuse(res, 500, 'The request failed because the instance could not start successfully.');
			return;
		}
		if (!asked) {
			this.#refuse(res, 429, 'The request was aborted because there was no available instance.');
			return;
		}
		const { timeoutS, factor, sessionAffinity } = this.#flags;
		const request = new ProxiedRequest(req, res, this.#usage, {
			...asked,
			timeoutMs: (timeoutS * 1000) / factor,
			cookie: sessionAffinity === 'on' ? `${cookieName}=${asked.instance.name}; Path=/; HttpOnly` : undefined,
			over: () => {
				this.#requests.delete(request);
				if (this.#requests.size === 0) this.#whenDrained?.();
			},
		});
		this.#requests.add(request);
		void request.run();
	}

	counters() {
		const held = [...this.#requests].filter(({ isHeld }) => isHeld).length;
		return { openSessions: 0, openStreams: held, callsExecuted: this.#executed };
	}

	drained(): Promise<void> {
		for (const instance of this.#instances) instance.end();
		for (const request of this.#requests) if (request.isHeld) request.abandon();
		if (this.#requests.size === 0) return Promise.resolve();
		return new Promise((resolve) => {
			this.#whenDrained = resolve;
		});
	}

	kill(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		for (const { process } of this.#instances) process.signal('SIGKILL');
		for (const request of this.#requests) request.leaveRunning();
	}

	#refuse(res: ServerResponse, status: 429 | 500, message: string): void {
		const atUs = this.#usage.now();
		this.#usage.write({ askedUs: atUs, fromUs: atUs, pid: 0, held: false, end: 'refused', status });
		answerWith(res, status, { message });
	}

	/**
	 * An instance with room, or one that is started for the request; undefined where there may be no further one.
	 * @throws Error where the system refuses to start one
	 */
	#choose(req: IncomingMessage): Chosen | undefined {
		const { concurrency, maxInstances, sessionAffinity } = this.#flags;
		const open = [...this.#instances].filter(({ isOpen, requests }) => isOpen && requests < concurrency);
		const named = sessionAffinity === 'on' ? nameIn(req.headers.cookie) : undefined;
		const instance = open.find(({ name }) => name === named) ?? open.sort((a, b) => a.requests - b.requests)[0];
		if (instance) return { instance, isCold: false };
		if (this.#isOver || this.#instances.size >= maxInstances) return undefined;
		const started = new Instance(this.#spec, randomBytes(8).toString('hex'));
		this.#instances.add(started);
		void started.process.exited.then(() => this.#instances.delete(started));
		return { instance: started, isCold: true };
	}
}

function nameIn(cookies = ''): string | undefined {
	return new RegExp(`(?:^|; )${cookieName}=([0-9a-f]+)`).exec(cookies)?.[1];
}

const command = hostCommand(
	'cloud-run',
	'A stand-in for Cloud Run that runs one of the reference servers: emulated limits',
)
	.option('--timeout-s <n>', 'longest request, before it is divided by the factor; 3600 at most', whole(3600, 1), 300)
	.option('--concurrency <n>', 'requests at a time for an instance', whole(1000, 1), 80)
	.option('--max-instances <n>', 'instances at the same time; 100 at Google by default', whole(100, 1), 10)
	.option('--idle-s <n>', 'an instance without requests ends after this, before it is divided', whole(86_400, 1), 900)
	.option('--grace-ms <n>', 'how long an instance may take to end; real time', whole(600_000), 10_000)
	.addOption(
		new Option('--session-affinity <state>', 'a cookie brings clients back').choices(['on', 'off']).default('off'),
	);

const args = process.argv.slice(2);
const own = ['--timeout-s', '--concurrency', '--max-instances', '--idle-s', '--grace-ms', '--session-affinity'];

await runHost(command, args, (given) => {
	const flags = given as CloudRunFlags;
	const usage = new Usage('cloud-run', flags.factor, flags);
	return new CloudRun(flags, usage, [
		...passedOn(args, own),
		'--port',
		'0',
		'--exit-with-stdin',
		'--http-keep-alive-ms',
		'0',
	]);
});
