/**
 * A swarm worker: a process that holds virtual clients and is told what to do over IPC. It ends when the harness does.
 * It composes what may not know each other: the load and the wire.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { clockSince } from './clock.ts';
import { Recorder } from './load/recorder.ts';
import { Swarm } from './load/swarm.ts';
import type { StepPart, SwarmProgress, SwarmReply, SwarmRequest, SwarmSetup } from './model/swarm.ts';
import { connectSpread, type Spread } from './wire/spread.ts';

const progressEveryMs = 250;
const loopResolutionMs = 10;

interface Work {
	readonly setup: SwarmSetup;
	readonly clock: () => number;
	readonly recorder: Recorder;
	readonly swarm: Swarm;
	readonly loopDelay: ReturnType<typeof monitorEventLoopDelay>;
}

let work: Work | undefined;

function begin(setup: SwarmSetup): Work {
	const clock = clockSince(setup.originUs);
	const recorder = new Recorder(setup.historyPath, setup.worker);
	const connect = connectSpread(setup.transport, endpointsOf(setup));
	const swarm = new Swarm(setup, connect, recorder, clock);
	const loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
	setInterval(() => {
		const { callsOk, callsNotOk } = recorder;
		const progress = { worker: setup.worker, open: swarm.open, callsOk, callsNotOk };
		process.send?.({ progress } satisfies SwarmProgress);
	}, progressEveryMs).unref();
	return { setup, clock, recorder, swarm, loopDelay };
}

/** What of the setup the wire needs: nothing of the rest may end up in every endpoint. */
function endpointsOf({ urls, manyAddresses, stream, headers, idleConnectionMs }: SwarmSetup): Spread {
	return { urls, manyAddresses, stream, headers, ...(idleConnectionMs !== undefined && { idleConnectionMs }) };
}

async function perform(request: SwarmRequest): Promise<StepPart | undefined> {
	if (request.do === 'setup') {
		work = begin(request.setup);
		return undefined;
	}
	if (!work) throw new Error('the worker was not set up');
	const { setup, clock, recorder, swarm, loopDelay } = work;
	switch (request.do) {
		case 'hold':
			await swarm.hold(request.sessions);
			return undefined;
		case 'touch':
			await swarm.touch();
			return undefined;
		case 'load':
			loopDelay.enable();
			// The warm phase compiles and grows; only the measured one is judged.
			setTimeout(() => loopDelay.reset(), Math.max(0, (request.measureFromUs - clock()) / 1000)).unref();
			await swarm.run(request.load, request.startUs, request.measureFromUs, request.step);
			loopDelay.disable();
			return undefined;
		case 'drain':
			await swarm.drain(request.withinMs);
			recorder.histograms(clock(), setup.worker);
			recorder.event({
				is: 'generator',
				at: clock(),
				worker: setup.worker,
				loopDelayP99Us: delayUs(loopDelay.percentile(99)),
				loopDelayMaxUs: delayUs(loopDelay.max),
				queuedPeak: swarm.queuedPeak,
			});
			recorder.flush();
			return undefined;
		case 'end-step':
			return swarm.endStep(request.step, request.withinMs);
		case 'finish':
			await swarm.finish();
			recorder.close();
			return undefined;
	}
}

/** The monitor records whole intervals; what exceeds the asked one is the delay. */
function delayUs(ns: number): number {
	return Math.max(0, Math.round(ns / 1000) - loopResolutionMs * 1000);
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
