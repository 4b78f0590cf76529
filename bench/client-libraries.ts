import { fileURLToPath } from 'node:url';
import { CpuWatch } from './cpu-watch.ts';
import { applyFault, sleepUntil } from './fault-timeline.ts';
import { askOnce } from './fleet/ask.ts';
import type { Child } from './fleet/child.ts';
import type { LibraryReply, LibrarySetup, LibraryTask } from './model/libraries.ts';
import type { LibraryLoad } from './model/load.ts';
import type { SwarmLoss } from './model/swarm.ts';
import { leadUs } from './offered-load.ts';
import { Aborted, type Stage } from './stage.ts';
import { LostHistory } from './swarm-workers.ts';

const clientFile = fileURLToPath(new URL('./library-client.ts', import.meta.url));

/** What a task may take beyond its own length: an SDK loads for seconds on a busy machine. */
const graceMs = 30_000;

/**
 * Two clients of an official SDK, in one process, in the place of the swarm: the faults strike on their timeline, and the process
 * writes down what an application sees of its library meanwhile.
 */
export async function observeLibraries(stage: Stage, load: LibraryLoad): Promise<void> {
	await stage.start();
	const { target, headers, size, partsFolder } = stage.spec;
	const child = await stage.help(clientFile);
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
		behind: size.path?.kind === 'proxy',
		originUs,
		partsFolder,
	};
	await stage.or(told(child, { do: 'open', setup }, graceMs));
	const fromUs = stage.clock() + leadUs;
	const toUs = fromUs + load.forMs * 1000;
	const scene = stage.faultScene();
	const observed = told(child, { do: 'observe', fromUs, toUs }, load.forMs + graceMs);
	const measured = async () => {
		await sleepUntil(stage.clock, fromUs, scene.signal);
		stage.phase('measure');
		const cpuWatch = new CpuWatch(stage);
		await observed;
		await cpuWatch.end();
	};
	const faults = size.faults.map((window) => applyFault(window, fromUs, scene));
	await stage.or(Promise.all([observed, measured(), ...faults]));
	stage.phase('drain');
	await stage.or(told(child, { do: 'finish' }, graceMs));
	stage.sampler.remove(child.pid);
	await stage.stop();
}

/**
 * @throws Aborted when the library refuses to connect, or the process ends or hangs
 * @throws LostHistory when the process cannot write its history
 */
function told(child: Child, task: LibraryTask, withinMs: number): Promise<LibraryTask['do']> {
	let lost: LostHistory | undefined;
	return askOnce(child, {
		task,
		withinMs,
		hear: (message) => {
			const reply = message as LibraryReply | SwarmLoss;
			if ('lost' in reply) {
				lost = new LostHistory(reply);
				return { error: lost.message };
			}
			return 'done' in reply ? { answer: reply.done } : reply;
		},
		failure: (why) => lost ?? new Aborted(`the application on the SDK’s clients ${why}`),
	});
}
