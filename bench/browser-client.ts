/**
 * A real browser and what it is shown, as a process of its own that leads a group with the browser in it: it is told what to do over
 * IPC, and ends when the harness does.
 */
import { observeBasics } from './browser/basics.ts';
import { type Canary, replayTicket, sendTokens } from './browser/canaries.ts';
import { startChromium } from './browser/chromium.ts';
import { observeCookies } from './browser/cookies.ts';
import { countTokens } from './browser/counting.ts';
import { observeCrowd } from './browser/crowd.ts';
import { observeHeaders } from './browser/headers.ts';
import { Studio } from './browser/studio.ts';
import { Syslog } from './browser/syslog.ts';
import { clockSince } from './clock.ts';
import type { BrowserReply, BrowserScene, BrowserSetup, BrowserTask } from './model/browser.ts';
import { TrialLog } from './trial-log.ts';

interface Work {
	readonly studio: Studio;
	readonly log: TrialLog;
}

let work: Work | undefined;
let canaries: readonly Canary[] = [];

async function open(setup: BrowserSetup): Promise<number> {
	const clock = clockSince(setup.originUs);
	const log = new TrialLog(setup.partsFolder, clock, { name: `browser-${process.pid}` });
	const syslog = new Syslog();
	const [syslogPort, chromium] = await Promise.all([syslog.listen(), startChromium(setup.chromium, setup.folder)]);
	const studio = new Studio(setup, chromium, syslog, (told) => log.event({ is: 'browser', at: clock(), ...told }));
	await studio.open();
	work = { studio, log };
	return syslogPort;
}

async function observe({ studio }: Work, scene: BrowserScene): Promise<void> {
	studio.scene = scene;
	const { chromium, tell } = studio;
	tell({ what: 'programs', chromium: chromium.version, ...scene.versions });
	for (const because of scene.leftOut) tell({ what: 'left-out', because });
	await observeHeaders(studio);
	canaries = await sendTokens(studio);
	await replayTicket(studio);
	await observeCookies(studio);
	if (studio.isSse) await observeCrowd(studio, 'EventSource');
	await observeCrowd(studio, 'fetch');
	if (studio.isSse) await observeBasics(studio);
	await chromium.close();
}

async function perform(task: BrowserTask): Promise<BrowserReply> {
	if (task.do === 'open') return { done: 'open', syslogPort: await open(task.setup) };
	if (!work) throw new Error('the browser was not started');
	if (task.do === 'observe') await observe(work, task.scene);
	else {
		await countTokens(work.studio, canaries);
		work.studio.close();
		work.log.close();
	}
	return { done: task.do };
}

process.on('message', (task: BrowserTask) => {
	perform(task).then(
		(done) => reply(done, task.do === 'count'),
		(error: Error) => reply({ error: oneLine(error.message) }, false),
	);
});
// The harness is gone, however it died: so are we, and the browser with us.
process.on('disconnect', () => {
	try {
		process.kill(-process.pid, 'SIGKILL');
	} finally {
		process.exit(1);
	}
});
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});

/** Playwright adds a log of several lines, in colours. */
function oneLine(message: string): string {
	return message.split('\n', 1)[0] ?? '';
}

function reply(message: BrowserReply, last: boolean): void {
	process.send?.(message, undefined, undefined, () => {
		if (last) process.exit(0);
	});
}
