/**
 * A swarm worker: a process that holds virtual clients and is told what to do over IPC. It ends when the harness does.
 * It composes what may not know each other: the load and the wire.
 */
import { clockSince } from './clock.ts';
import { Recorder } from './load/recorder.ts';
import { Swarm } from './load/swarm.ts';
import { busyShareOf } from './model/busy-share.ts';
import type { GeneratorEvent } from './model/history.ts';
import { policies } from './model/policy.ts';
import type { StepPart, SwarmProgress, SwarmReply, SwarmRequest, SwarmSetup, SwarmTask } from './model/swarm.ts';
import { ProcessWatch } from './process-watch.ts';
import { connectSpread, type Spread } from './wire/spread.ts';

const progressEveryMs = 250;

/** Its instant is that of its writing. */
type Watched = Omit<GeneratorEvent, 'at'>;

interface Work {
	readonly setup: SwarmSetup;
	readonly clock: () => number;
	readonly recorder: Recorder;
	readonly swarm: Swarm;
	/** What this process did over the measured phase of the last load. */
	watched: Watched | undefined;
}

let work: Work | undefined;

function begin(setup: SwarmSetup): Work {
	const clock = clockSince(setup.originUs);
	const recorder = new Recorder(setup.historyPath, setup.worker);
	const connect = connectSpread(setup.transport, endpointsOf(setup));
	const swarm = new Swarm(setup, connect, recorder, clock);
	setInterval(() => {
		const { callsOk, callsNotOk } = recorder;
		const progress = { worker: setup.worker, open: swarm.open, callsOk, callsNotOk };
		process.send?.({ progress } satisfies SwarmProgress);
	}, progressEveryMs).unref();
	return { setup, clock, recorder, swarm, watched: undefined };
}

/** What of the setup the wire needs: nothing of the rest may end up in every endpoint. */
function endpointsOf({ urls, manyAddresses, stream, headers, idleConnectionMs, care, policy }: SwarmSetup): Spread {
	const { reinitializes } = policies[policy];
	const idle = idleConnectionMs === undefined ? {} : { idleConnectionMs };
	return { urls, manyAddresses, stream, headers, reinitializes, ...idle, ...care };
}

async function perform(request: SwarmRequest): Promise<StepPart | undefined> {
	if (request.do === 'setup') {
		work = begin(request.setup);
		return undefined;
	}
	if (!work) throw new Error('the worker was not set up');
	const { setup, clock, recorder, swarm } = work;
	switch (request.do) {
		case 'hold':
			await swarm.hold(request.sessions);
			return undefined;
		case 'touch':
			await swarm.touch();
			return undefined;
		case 'load':
			work.watched = await runWatched(work, request);
			return undefined;
		case 'drain':
			await swarm.drain(request.withinMs);
			if (work.watched) recorder.event({ ...work.watched, at: clock() });
			recorder.histograms(clock(), setup.worker);
			recorder.flush();
			return undefined;
		case 'end-step':
			return {
				...(await swarm.endStep(request.step, request.withinMs)),
				busyShare: work.watched ? busyShareOf(work.watched) : 0,
			};
		case 'finish':
			await swarm.finish();
			recorder.close();
			return undefined;
	}
}

/** Runs a load and watches this process over its measured phase: in the warm one it compiles and grows. */
async function runWatched(
	{ setup, clock, swarm }: Work,
	{ load, startUs, measureFromUs, step }: Extract<SwarmTask, { do: 'load' }>,
): Promise<Watched | undefined> {
	let watch: ProcessWatch | undefined;
	let spunBeforeUs = 0;
	const begin = (): void => {
		watch = new ProcessWatch();
		spunBeforeUs = swarm.spunUs;
		swarm.forgetPeak();
	};
	const timer = setTimeout(begin, Math.max(0, (measureFromUs - clock()) / 1000));
	try {
		await swarm.run(load, startUs, measureFromUs, step);
		const spunUs = swarm.spunUs - spunBeforeUs;
		const figures = await watch?.end();
		if (!figures) return undefined;
		const { worker } = setup;
		const own = { is: 'generator', role: 'swarm', pid: process.pid, worker } as const;
		return { ...own, queuedPeak: swarm.queuedPeak, spunUs, ...figures };
	} finally {
		clearTimeout(timer);
		watch?.[Symbol.dispose]();
	}
}

process.on('message', (request: SwarmRequest) => {
	perform(request).then(
		(step) => reply({ id: request.id, open: work?.swarm.open ?? 0, ...(step && { step }) }, request.do === 'finish'),
		(error: Error) => reply({ id: request.id, error: error.message }, false),
	);
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});

function reply(message: SwarmReply, last: boolean): void {
	process.send?.(message, undefined, undefined, () => {
		if (last) process.exit(0);
	});
}
