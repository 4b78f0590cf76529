/**
 * An application on an official SDK, as a process of its own: it is told what to do over IPC, and ends when the harness does.
 * Only the asked generation of the SDK is loaded.
 */
import { clockSince } from './clock.ts';
import { Application } from './libraries/application.ts';
import type { Library } from './libraries/client.ts';
import type { LibraryReply, LibrarySetup, LibraryTask } from './model/libraries.ts';
import type { LibraryId } from './model/observed.ts';
import type { SwarmLoss } from './model/swarm.ts';
import { ProcessWatch } from './process-watch.ts';
import { TrialLog } from './trial-log.ts';

const libraries: Readonly<Record<LibraryId, () => Promise<{ readonly library: Library }>>> = {
	v1: () => import('./libraries/v1.ts'),
	v2: () => import('./libraries/v2.ts'),
};

interface Work {
	readonly application: Application;
	readonly log: TrialLog;
	readonly clock: () => number;
}

let work: Work | undefined;

async function open(setup: LibrarySetup): Promise<Work> {
	const { library } = await libraries[setup.library]();
	const { transport, url, headers, call, sleeps, behind } = setup;
	const clock = clockSince(setup.originUs);
	const log = new TrialLog(setup.partsFolder, clock, { name: `library-${process.pid}`, onFailure: giveUp });
	const emit = log.event.bind(log);
	const application = new Application({ library, server: { transport, url, headers }, call, sleeps, clock, emit });
	process.on('unhandledRejection', (error) => application.heardNowhere(error));
	await application.open();
	const { id, package: name, version, callTimeoutMs } = library;
	emit({ is: 'observed', what: 'library', at: clock(), library: id, package: name, version, callTimeoutMs, behind });
	return { application, log, clock };
}

/** Watches this process too: an application that stands still sees everything late. */
async function observe({ application, log, clock }: Work, fromUs: number, toUs: number): Promise<void> {
	using watch = new ProcessWatch();
	await application.observe(fromUs, toUs);
	const figures = await watch.end();
	log.event({ is: 'generator', at: clock(), role: 'swarm', pid: process.pid, worker: 0, ...figures });
}

async function perform(task: LibraryTask): Promise<void> {
	if (task.do === 'open') {
		work = await open(task.setup);
		return;
	}
	if (!work) throw new Error('the clients were not opened');
	if (task.do === 'observe') return observe(work, task.fromUs, task.toUs);
	await work.application.remedy();
	await work.application.close();
	work.log.close();
}

process.on('message', (task: LibraryTask) => {
	perform(task).then(
		() => reply({ done: task.do }, task.do === 'finish'),
		(error: Error) => reply({ error: error.message }, false),
	);
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});

/** As a worker of the swarm does: without a history there is nothing to observe for. */
function giveUp({ code, message }: NodeJS.ErrnoException): void {
	process.send?.({ lost: { code, message } } satisfies SwarmLoss, undefined, undefined, () => process.exit(1));
}

function reply(message: LibraryReply, last: boolean): void {
	process.send?.(message, undefined, undefined, () => {
		if (last) process.exit(0);
	});
}
