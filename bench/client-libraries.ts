import { fileURLToPath } from 'node:url';
import { applyFault, sleepUntil } from './fault-timeline.ts';
import { type Child, describeExit } from './fleet/child.ts';
import { startWorker } from './fleet/worker.ts';
import type { LibraryReply, LibrarySetup, LibraryTask } from './model/libraries.ts';
import type { LibraryLoad } from './model/load.ts';
import { leadUs } from './offered-load.ts';
import { Aborted, type Stage } from './stage.ts';
import { SwarmError } from './swarm-workers.ts';

const clientFile = fileURLToPath(new URL('./library-client.ts', import.meta.url));

/** What a task may take beyond its own length: an SDK loads for seconds on a busy machine. */
const graceMs = 30_000;

/**
 * Two clients of an official SDK, in one process, in the place of the swarm: the faults strike on their timeline, and the process
 * writes down what an application sees of its library meanwhile.
 */
export async function observeLibraries(stage: Stage, load: LibraryLoad): Promise<void> {
	await stage.start();
	const { target, headers, size, placement, partsFolder } = stage.spec;
	const child = await stage.help(Promise.resolve(startWorker(clientFile, { cpus: placement.swarm })));
	stage.log.ready('swarm', child.pid, stage.clock(), placement.swarm);
	stage.sampler.add({ role: 'swarm', pid: child.pid });
	const { urls, originUs } = stage.meeting;
	const { transport, call, server } = target;
	const setup: LibrarySetup = {
		library: load.client,
		transport,
		url: urls[0] ?? '',
		headers,
		call,
		sleeps: server.kind === 'node',
		behind: size.path !== undefined,
		originUs,
		partsFolder,
	};
	await stage.or(told(child, { do: 'open', setup }, graceMs));
	const fromUs = stage.clock() + leadUs;
	const toUs = fromUs + load.forMs * 1000;
	const scene = stage.faultScene();
	const observed = told(child, { do: 'observe', fromUs, toUs }, load.forMs + graceMs);
	const measured = sleepUntil(stage.clock, fromUs, scene.signal).then(() => stage.phase('measure'));
	const faults = size.faults.map((window) => applyFault(window, fromUs, scene));
	await stage.or(Promise.all([observed, measured, ...faults]));
	stage.phase('drain');
	await stage.or(told(child, { do: 'finish' }, graceMs));
	stage.sampler.remove(child.pid);
	await stage.stop();
}

/** @throws Aborted where the library failed before anything was to be observed @throws SwarmError where the process ends or hangs */
function told(child: Child, task: LibraryTask, limitMs: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const late = () =>
			reject(new SwarmError(`The SDK’s clients did not finish "${task.do}" within ${limitMs / 1000} s.`));
		const timer = setTimeout(late, limitMs);
		const off = child.onMessage((message) => {
			clearTimeout(timer);
			off();
			const reply = message as LibraryReply;
			if ('done' in reply) resolve();
			else reject(new Aborted(`the SDK’s client could not "${task.do}": ${reply.error}`));
		});
		void child.exited.then((exit) => {
			clearTimeout(timer);
			const last = child.stderrTail().at(-1);
			reject(
				new SwarmError(`The process of the SDK’s clients ended (${describeExit(exit)})${last ? `: ${last}` : ''}.`),
			);
		});
		child.send(task);
	});
}
