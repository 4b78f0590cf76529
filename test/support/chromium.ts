import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTool } from '../../bench/fleet/tools.ts';
import { patienceMs } from './command.ts';
import { temporaryFolder } from './folders.ts';

const flags = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
	// The DevTools protocol over two pipes: no port, and no package.
	'--remote-debugging-pipe',
];

export const chromium = findTool('chromium');

/** Why tests with a browser are left out; false where it is there, or where its absence is to be a failure. */
export const skipWithoutChromium =
	chromium !== null || process.env.REQUIRE_REAL === '1' ? false : 'chromium is missing; install chromium';

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly params?: Readonly<Record<string, unknown>>;
	readonly result?: Readonly<Record<string, unknown>>;
	readonly error?: { readonly message: string };
}

type Params = Readonly<Record<string, unknown>>;

export interface ProtocolEvent {
	readonly method: string;
	readonly params: Params;
}

/** One page of a fresh headless browser. */
export class Page implements AsyncDisposable {
	/** Everything the browser told about the page, in order. */
	readonly events: ProtocolEvent[] = [];
	readonly #child: ReturnType<typeof spawn>;
	readonly #exited: Promise<unknown>;
	readonly #asked = new Map<number, PromiseWithResolvers<Params>>();
	#lastId = 0;
	#session: string | undefined;

	private constructor(program: string) {
		const args = [...flags, `--user-data-dir=${temporaryFolder('chromium')}`, 'about:blank'];
		// A group of its own, so that its helpers go with it.
		this.#child = spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
		this.#exited = once(this.#child, 'exit');
		let partial = '';
		(this.#child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
			const messages = (partial + chunk).split('\0');
			partial = messages.pop() ?? '';
			for (const text of messages) this.#hear(JSON.parse(text) as Message);
		});
		(this.#child.stdio[3] as Writable).on('error', () => {});
	}

	/** @throws Error where there is no chromium, or where it does not answer */
	static async open(): Promise<Page> {
		if (chromium === null) throw new Error('chromium is missing');
		const page = new Page(chromium);
		try {
			const { targetId } = await page.ask('Target.createTarget', { url: 'about:blank' });
			const { sessionId } = await page.ask('Target.attachToTarget', { targetId, flatten: true });
			page.#session = sessionId as string;
			for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.ask(`${domain}.enable`);
			return page;
		} catch (error) {
			await page[Symbol.asyncDispose]();
			throw error;
		}
	}

	/** Sends a command. @throws Error when it is refused, or not answered in time */
	async ask(method: string, params: Params = {}, withinMs = patienceMs): Promise<Params> {
		const id = ++this.#lastId;
		const asked = Promise.withResolvers<Params>();
		this.#asked.set(id, asked);
		const session = this.#session === undefined ? {} : { sessionId: this.#session };
		(this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
		const late = sleep(withinMs, 'late' as const, { ref: false });
		const first = await Promise.race([asked.promise, late]);
		if (first === 'late') throw new Error(`chromium did not answer ${method} within ${withinMs} ms`);
		return first;
	}

	/** Opens an address and waits until it has been loaded and drawn. */
	async visit(url: string): Promise<void> {
		this.events.length = 0;
		await this.ask('Page.navigate', { url });
		const giveUp = performance.now() + patienceMs;
		while (!this.events.some(({ method }) => method === 'Page.loadEventFired')) {
			if (performance.now() > giveUp) throw new Error(`${url} was not loaded within ${patienceMs} ms`);
			await sleep(20);
		}
		await this.drawn();
	}

	/** Waits for two frames: what was changed has been drawn. */
	async drawn(): Promise<void> {
		await this.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))');
	}

	/** The value of an expression in the page, as JSON carries it. */
	async evaluate(expression: string, withinMs = patienceMs): Promise<unknown> {
		const options = { expression, returnByValue: true, awaitPromise: true };
		const { result, exceptionDetails } = await this.ask('Runtime.evaluate', options, withinMs);
		if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
		return (result as { value?: unknown }).value;
	}

	/** What is on the screen, as PNG. */
	async screenshot(): Promise<Buffer> {
		const { data } = await this.ask('Page.captureScreenshot', { format: 'png' });
		return Buffer.from(data as string, 'base64');
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const { pid, exitCode, signalCode } = this.#child;
		if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
		await this.#exited;
	}

	#hear({ id, method, params, result, error }: Message): void {
		if (method !== undefined) this.events.push({ method, params: params ?? {} });
		if (id === undefined) return;
		const asked = this.#asked.get(id);
		this.#asked.delete(id);
		if (error) asked?.reject(new Error(error.message));
		else asked?.resolve(result ?? {});
	}
}
