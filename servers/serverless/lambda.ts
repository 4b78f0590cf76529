import type { IncomingMessage, ServerResponse } from 'node:http';
import { Option } from 'commander';
import { whole } from '../shared/flags.ts';
import { Environment, type EnvironmentSpec } from './environment.ts';
import { type HostFlags, hostCommand, type Platform, passedOn, runHost } from './host.ts';
import { Invocation } from './invocation.ts';
import { Usage } from './usage.ts';

/**
 * A stand-in for AWS Lambda behind a function URL: its limits and its contract with a function, emulated on this machine. Documented
 * at docs.aws.amazon.com/lambda/latest/dg/ (gettingstarted-limits, lambda-runtime-environment, configuration-response-streaming,
 * urls-invocation; read 2026-11-26).
 *
 * - A process runs one invocation at a time. Where none is free another one is started: a cold start, for which the request waits.
 * - A process that asked for its next invocation is frozen (SIGSTOP) until there is one, and killed at the longest duration.
 * - Buffered, an answer arrives when it is whole, and may have 6 MB. Streamed it arrives as it comes, and may have 200 MB.
 * - Who leaves does not stop what runs for him.
 *
 * Documented nowhere, and chosen here: of several idle processes the one that was used last gets the request; what the client is
 * answered after a time-out is 502, as after any error of a function.
 */
interface LambdaFlags extends HostFlags {
	readonly mode: 'buffered' | 'streaming';
	readonly maxDurationS: number;
	readonly concurrency: number;
	readonly streamedMb: number;
}

/** Longest request, and longest buffered answer with its JSON around it. */
const requestBytes = 6 * 1024 * 1024;
const bufferedBytes = 6_291_556;
/** A process that starts may take so long; AWS's own limit, and no part of the compressed time. */
const initMs = 10_000;

class Lambda implements Platform {
	readonly #flags: LambdaFlags;
	readonly #usage: Usage;
	readonly #spec: EnvironmentSpec;
	readonly #environments = new Set<Environment>();
	readonly #running = new Set<Invocation>();
	#executed = 0;
	#isOver = false;
	#whenDrained: (() => void) | undefined;

	constructor(flags: LambdaFlags, usage: Usage, bootstrapArgs: readonly string[]) {
		this.#flags = flags;
		this.#usage = usage;
		this.#spec = { bootstrapArgs, maxMs: (flags.maxDurationS * 1000) / flags.factor, initMs };
	}

	handle(req: IncomingMessage, res: ServerResponse): void {
		const { mode, streamedMb } = this.#flags;
		const invocation = new Invocation(req, res, this.#usage, {
			requestBytes,
			answerBytes: mode === 'buffered' ? bufferedBytes : streamedMb * 1024 * 1024,
			over: () => {
				this.#running.delete(invocation);
				if (![...this.#running].some(({ isWaitedFor }) => isWaitedFor)) this.#whenDrained?.();
			},
		});
		this.#running.add(invocation);
		void invocation.arrived().then((isWhole) => isWhole && this.#assign(invocation));
	}

	counters() {
		const held = [...this.#running].filter(({ isHeld }) => isHeld).length;
		return { openSessions: 0, openStreams: held, callsExecuted: this.#executed };
	}

	/** What nobody waits for any more is not waited for; a held stream ends. */
	drained(): Promise<void> {
		for (const invocation of this.#running) if (invocation.isHeld) invocation.abandon();
		if (![...this.#running].some(({ isWaitedFor }) => isWaitedFor)) return Promise.resolve();
		return new Promise((resolve) => {
			this.#whenDrained = resolve;
		});
	}

	kill(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		for (const environment of this.#environments) environment.kill();
		for (const invocation of this.#running) invocation.leaveRunning();
	}

	#assign(invocation: Invocation): void {
		if (this.#isOver) return;
		this.#executed++;
		const idle = [...this.#environments].filter(({ isIdle }) => isIdle);
		const last = idle.sort((a, b) => b.usedAt - a.usedAt)[0];
		if (last) last.run(invocation);
		else if (this.#environments.size >= this.#flags.concurrency) invocation.throttled();
		else this.#startFor(invocation);
	}

	#startFor(invocation: Invocation): void {
		const environment = new Environment(this.#spec, ({ isOver }) => {
			if (isOver) this.#environments.delete(environment);
		});
		this.#environments.add(environment);
		invocation.startsCold();
		environment.start(invocation).catch((error: Error) => {
			process.stderr.write(`${error.message}\n`);
			environment.kill();
			this.#environments.delete(environment);
			invocation.over('crashed');
		});
	}
}

const command = hostCommand(
	'lambda',
	'A stand-in for AWS Lambda that runs one of the reference servers: emulated limits',
)
	.addOption(
		new Option('--mode <mode>', 'how answers reach the client').choices(['buffered', 'streaming']).default('streaming'),
	)
	.option('--max-duration-s <n>', 'longest invocation, before it is divided by the factor', whole(900, 1), 900)
	.option('--concurrency <n>', 'processes at the same time; 1000 at AWS', whole(1000, 1), 10)
	.option('--streamed-mb <n>', 'longest streamed answer', whole(200, 1), 200);

const args = process.argv.slice(2);
const own = ['--mode', '--max-duration-s', '--concurrency', '--streamed-mb'];

await runHost(command, args, (given) => {
	const flags = given as LambdaFlags;
	const { serves, mode, factor } = flags;
	const usage = new Usage('lambda', factor, flags);
	const server = ['--port', '0', '--exit-with-stdin', '--http-keep-alive-ms', '0'];
	return new Lambda(flags, usage, ['--serves', serves, '--mode', mode, ...passedOn(args, own), ...server]);
});
