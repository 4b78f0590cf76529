import { get } from 'node:http';
import type { Page } from 'playwright-core';
import type { BrowserEvent, BrowserScene, BrowserSetup } from '../model/browser.ts';
import type { Chromium } from './chromium.ts';
import { type Asked, type Opened, openStream } from './in-page.ts';
import { Origin } from './origin.ts';
import { readRequestLog, type Seen, withProbe } from './request-log.ts';
import type { Syslog } from './syslog.ts';
import { within } from './wait.ts';

/** An event without what every event has. */
export type Told = BrowserEvent extends infer E ? (E extends BrowserEvent ? Omit<E, 'is' | 'at'> : never) : never;

/** How long a page waits for a stream before it counts as not opened, and a record for a request. */
export const patienceMs = 10_000;

/** The browser, the servers that its pages come from, and the trial's own: all that is observed happens here. */
export class Studio {
	readonly setup: BrowserSetup;
	readonly chromium: Chromium;
	readonly syslog: Syslog;
	readonly tell: (event: Told) => void;
	/** Where pages come from. */
	readonly home: Origin = new Origin(() => [this.abroad.at(''), this.abroad.at('', 'localhost')]);
	/** Another server, at another port: pages of `home` ask it, and it shows pages of other origins. It allows no page of any other to read. */
	readonly abroad: Origin = new Origin(() => []);
	#scene: BrowserScene | undefined;

	constructor(setup: BrowserSetup, chromium: Chromium, syslog: Syslog, tell: (event: Told) => void) {
		this.setup = setup;
		this.chromium = chromium;
		this.syslog = syslog;
		this.tell = tell;
	}

	async open(): Promise<void> {
		await Promise.all([this.home.listen(), this.abroad.listen()]);
	}

	/** The trial's servers, once they are known. */
	get scene(): BrowserScene {
		if (!this.#scene) throw new Error('the servers of the trial are not known yet');
		return this.#scene;
	}

	set scene(scene: BrowserScene) {
		this.#scene = scene;
	}

	get isSse(): boolean {
		return this.setup.transport === 'sse';
	}

	/** What the reference server wrote down so far. */
	requests(): readonly Seen[] {
		return readRequestLog(this.scene.requestLog);
	}

	/** The requests of a probe at the reference server, once there is one, or none has come. */
	async arrived(probe: string): Promise<readonly Seen[]> {
		await within(patienceMs, () => withProbe(this.requests(), probe).length > 0);
		return withProbe(this.requests(), probe);
	}

	/** Shows a page in the one tab there is, without a Referer; what the page before left open ends with it. */
	async inPage<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
		const { context } = this.chromium;
		const page = context.pages()[0] ?? (await context.newPage());
		await page.goto(url);
		return use(page);
	}

	close(): void {
		this.home.close();
		this.abroad.close();
		this.syslog.close();
	}
}

/** Opens a stream in a page; its `key` closes it. */
export function openIn(page: Page, asked: Asked): Promise<Opened & { readonly key: number }> {
	// The types of Playwright take an optional member for one that may be undefined.
	return page.evaluate(openStream as (asked: unknown) => ReturnType<typeof openStream>, asked as unknown);
}

/** A GET of a plain client in Node, which leaves with the head of the answer. @returns its status; 0 where none came */
export function plainGet(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
	return new Promise((resolve) => {
		const request = get(url, { agent: false, headers: { Accept: 'text/event-stream', ...headers } }, (answer) => {
			resolve(answer.statusCode ?? 0);
			request.destroy();
		});
		request.setTimeout(patienceMs, () => request.destroy());
		request.on('error', () => resolve(0));
	});
}
