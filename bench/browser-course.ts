import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { browserFiles } from './browser-files.ts';
import { askOnce } from './fleet/ask.ts';
import type { Child } from './fleet/child.ts';
import { findTool } from './fleet/tools.ts';
import { startLoggingProxies } from './logging-proxies.ts';
import type { BrowserReply, BrowserScene, BrowserTask } from './model/browser.ts';
import { Unavailable } from './model/unavailable.ts';
import { Aborted, type Stage } from './stage.ts';

const clientFile = fileURLToPath(new URL('./browser-client.ts', import.meta.url));

/** What each task may take: a busy machine needs seconds for a browser to start, and each of its waits has an end of its own. */
const withinMs = 90_000;

/**
 * A page in a real browser, in the place of the swarm, asks the target, directly and through nginx and HAProxy; then it is looked for
 * what it sent.
 * @throws Unavailable where there is no Chromium
 */
export async function observeBrowser(stage: Stage): Promise<void> {
	const chromium = findTool('chromium');
	if (chromium === null) {
		throw new Unavailable(
			'Chromium is not installed: `apt-get install chromium` brings it. Skipped: what is measured in a real browser.',
		);
	}
	const { target, partsFolder } = stage.spec;
	const files = browserFiles(partsFolder);
	await mkdir(files.folder, { recursive: true });
	await stage.start();
	const child = await stage.help(clientFile);
	stage.sampler.add({ role: 'swarm', pid: child.pid });
	const { urls, originUs } = stage.meeting;
	const direct = urls[0] ?? '';
	const { transport } = target;
	const setup = { chromium, transport, partsFolder, folder: files.folder, originUs };
	const opened = await stage.or(told(child, { do: 'open', setup }));
	const syslogPort = opened.done === 'open' ? opened.syslogPort : 0;
	const proxies = await startLoggingProxies(stage, direct, syslogPort);
	stage.phase('measure');
	const scene: BrowserScene = {
		direct,
		requestLog: files.requestLog,
		files: {
			'server-log': files.accessLog,
			'server-error': files.serverErrors,
			'nginx-log': files.nginxLog,
			'nginx-error': files.nginxErrors,
		},
		...proxies,
	};
	await stage.or(told(child, { do: 'observe', scene }));
	// HAProxy does not see that the client of a silent stream has left: it has a line for it once the server ends the stream.
	await stage.stop();
	await writeFile(files.serverErrors, stage.targetStderr().join('\n'));
	await stage.or(told(child, { do: 'count' }));
	stage.sampler.remove(child.pid);
}

type Done = Exclude<BrowserReply, { readonly error: string }>;

/** @throws Aborted when the browser does not do what is asked, or the process ends or hangs */
function told(child: Child, task: BrowserTask): Promise<Done> {
	return askOnce<Done>(child, {
		task,
		withinMs,
		hear: (message) => {
			const reply = message as BrowserReply;
			return 'done' in reply ? { answer: reply } : reply;
		},
		failure: (why) => new Aborted(`the process with the browser ${why}`),
	});
}
