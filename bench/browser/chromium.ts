import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';

/** How long it may take to start, and to write down what it keeps and end. */
const startsWithinMs = 20_000;
const endsWithinMs = 20_000;

/**
 * None of these changes what a page may do, which cookies are sent, or what `Referer` holds. The browser reaches nobody beyond
 * loopback: every other name is unknown to it.
 */
const flags = [
	'--headless=new',
	'--remote-debugging-port=0',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
	'--no-proxy-server',
	'--no-first-run',
	'--no-default-browser-check',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// Containers have a small /dev/shm, no GPU and no keyring.
	'--disable-dev-shm-usage',
	'--disable-gpu',
	'--password-store=basic',
];

/** A running browser with a profile of its own, whose history is read when it has ended. */
export interface Chromium {
	/** `156.0.8078.108`. */
	readonly version: string;
	/** The profile itself, not a private window beside it: that would keep no history. */
	readonly context: BrowserContext;
	readonly profile: string;
	/** Ends it as its user would, so that everything is written down. @throws Error where it does not end in time */
	close(): Promise<void>;
}

/**
 * Starts the browser within this process's own group. Playwright would start it in a group of its own, which would outlive a
 * harness that was killed.
 * @param program absolute
 * @param where a folder for its profile, and for all that it keeps for a time: a browser that is killed clears nothing away
 */
export async function startChromium(program: string, where: string): Promise<Chromium> {
	const folder = resolve(where);
	const profile = join(folder, 'profile');
	// Chromium's sandbox refuses to work for root.
	const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
	const child = spawn(program, [...flags, ...sandbox, `--user-data-dir=${profile}`, 'about:blank'], {
		stdio: ['ignore', 'ignore', 'pipe'],
		cwd: folder,
		// Its temporary folder holds a socket, whose absolute path would be longer than a socket's may be.
		env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: '.' },
	});
	const browser = await chromium.connectOverCDP(await endpointOf(child), { artifactsDir: join(folder, 'artifacts') });
	const [context] = browser.contexts();
	if (!context) throw new Error('the browser has no window');
	return {
		version: browser.version(),
		context,
		profile,
		async close() {
			const session = await browser.newBrowserCDPSession();
			await session.send('Browser.close').catch(() => {});
			await endOf(child, endsWithinMs);
		},
	};
}

/**
 * Waits for the end of a process that was told to end.
 * @throws Error where it has to be killed: what it had not written down by then would seem never to have been there
 */
export async function endOf(child: ChildProcess, withinMs: number): Promise<void> {
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	if (!hasEnded()) await Promise.race([once(child, 'exit'), wait(withinMs, undefined, { ref: false })]);
	if (hasEnded()) return;
	child.kill('SIGKILL');
	throw new Error(`the browser did not end within ${withinMs} ms: what it keeps is not known`);
}

/** Where it is spoken to, as it says on stderr. @throws Error in one sentence where it ends, or says nothing */
async function endpointOf(child: ChildProcess): Promise<string> {
	const found = Promise.withResolvers<string>();
	let last = 'it said nothing';
	child.once('error', (error) => found.reject(new Error(`Chromium cannot be started: ${error.message}`)));
	child.once('exit', (code, signal) => found.reject(new Error(`Chromium ended (${signal ?? code}): ${last}`)));
	if (child.stderr) {
		// Read to its end: a full pipe would stop the browser.
		createInterface(child.stderr).on('line', (line) => {
			last = line;
			const [, url] = /^DevTools listening on (ws:\S+)$/.exec(line) ?? [];
			if (url !== undefined) found.resolve(url);
		});
	}
	const timer = setTimeout(() => found.reject(new Error(`Chromium was not ready: ${last}`)), startsWithinMs);
	return found.promise.finally(() => clearTimeout(timer));
}
