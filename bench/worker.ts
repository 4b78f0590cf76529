/**
 * A swarm worker: a process that holds virtual clients and is told what to do over IPC. It ends when the harness does.
 * It composes what may not know each other: the load and the wire.
 */
import { clockSince } from './clock.ts';
import { measureEmptyTurnUs } from './load/empty-turn.ts';
import { Recorder } from './load/recorder.ts';
import { Swarm } from './load/swarm.ts';
import { busyShareOf } from './model/busy-share.ts';
import type { GeneratorEvent } from './model/history.ts';
import { policies } from './model/policy.ts';
import type {
	StepPart,
	SwarmLoss,
	SwarmProgress,
	SwarmReply,
	SwarmRequest,
	SwarmSetup,
	SwarmTask,
} from './model/swarm.ts';
import { collectGarbage, collectNow } from './path/collect-garbage.ts';
import { ProcessWatch } from './process-watch.ts';
import { Inbox } from './wire/inbox.ts';
import { connectSpread, type Spread } from './wire/spread.ts';
import { Traffic } from './wire/traffic.ts';

const progressEveryMs = 250;

/** Its instant is that of its writing. */
type Watched = Omit<GeneratorEvent, 'at'>;

interface Work {
	readonly setup: SwarmSetup;
	readonly clock: () => number;
	readonly recorder: Recorder;
	readonly swarm: Swarm;
	/** Where clients are there for what the server pushes: what their sockets carry, and what came and was not looked at. */
	readonly listening: { readonly traffic: Traffic; readonly inbox: Inbox } | undefined;
	/** Up to how long a turn of its loop is empty; undefined where its schedule does not spin. */
	readonly emptyTurnUs: number | undefined;
	/** What this process did over the measured phase of the last load. */
	watched: Watched | undefined;
}

let work: Work | undefined;

async function begin(setup: SwarmSetup): Promise<Work> {
	const emptyTurnUs = setup.exact ? await measureEmptyTurnUs() : undefined;
	const clock = clockSince(setup.originUs);
	const recorder = new Recorder(setup.historyPath, setup.worker, giveUp);
	const listening = setup.listens && { traffic: new Traffic(), inbox: new Inbox() };
	const connect = connectSpread(setup.transport, { ...endpointsOf(setup), ...listening });
	const swarm = new Swarm(setup, connect, recorder, clock, emptyTurnUs);
	setInterval(() => {
		const { callsOk, callsNotOk } = recorder;
		const progress = { worker: setup.worker, atUs: clock(), open: swarm.open, callsOk, callsNotOk };
		process.send?.({ progress } satisfies SwarmProgress);
	}, progressEveryMs).unref();
	return { setup, clock, recorder, swarm, listening, emptyTurnUs, watched: undefined };
}

/** What of the setup the wire needs: nothing of the rest may end up in every endpoint. */
function endpointsOf({ places, manyAddresses, headers, idleConnectionMs }: SwarmSetup): Spread {
	const idle = idleConnectionMs === undefined ? {} : { idleConnectionMs };
	const spread = places.map(({ urls, stream, care, policy, cookies, tokens, callers = 0 }) => {
		const { reinitializes } = policies[policy];
		return { urls, stream, reinitializes, callers, ...care, ...(cookies && { cookies }), ...(tokens && { tokens }) };
	});
	return { places: spread, manyAddresses, headers, ...idle };
}

async function perform(request: SwarmRequest): Promise<StepPart | undefined> {
	if (request.do === 'setup') {
		work = await begin(request.setup);
		return undefined;
	}
	if (!work) throw new Error('the worker was not set up');
	const { setup, clock, recorder, swarm } = work;
	switch (request.do) {
		case 'hold':
			await swarm.hold(request.sessions, request.patienceMs);
			return undefined;
		case 'touch':
			await swarm.touch();
			return undefined;
		case 'vanish':
			swarm.vanish(request.how);
			return undefined;
		case 'flush':
			recorder.flush();
			return undefined;
		case 'checkpoint':
			recorder.flush();
			await collectGarbage();
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

/**
 * Notes what the clients' sockets have carried by now, where that is asked for.
 * @param counts whether pushes count from now on
 */
function noteTraffic({ setup, clock, recorder, listening }: Work, counts = false): void {
	const { worker } = setup;
	if (!listening) return;
	// What has arrived stands before it in the history.
	listening.inbox.empty();
	if (counts) listening.inbox.tellsWait = true;
	const { hurried } = listening.inbox;
	const traffic = { ...listening.traffic.total(), ...(hurried > 0 && { hurried }) };
	recorder.event({ is: 'traffic', at: clock(), worker, ...traffic });
}

/** Runs a load and watches this process over its measured phase: in the warm one it compiles and grows. */
async function runWatched(
	all: Work,
	{ load, startUs, measureFromUs, step }: Extract<SwarmTask, { do: 'load' }>,
): Promise<Watched | undefined> {
	const { setup, clock, swarm, listening, emptyTurnUs } = all;
	let watch: ProcessWatch | undefined;
	let spunBeforeUs = 0;
	// What the opening of a thousand clients left behind would otherwise be collected in the middle of a push, and later than now a call would wait.
	if (listening) collectNow();
	const begin = (): void => {
		noteTraffic(all);
		watch = new ProcessWatch();
		spunBeforeUs = swarm.spunUs;
		swarm.forgetPeak();
	};
	const measureInMs = Math.max(0, (measureFromUs - clock()) / 1000);
	const timer = setTimeout(begin, measureInMs);
	const boundsMs = load.kind === 'listen' ? [load.idleMs, load.idleMs + load.settleMs] : [];
	const notes = boundsMs.map((ms, nth) => setTimeout(() => noteTraffic(all, nth === 1), measureInMs + ms));
	// From now on no answer comes on a held stream that somebody waits for.
	if (listening) listening.inbox.isOn = true;
	try {
		await swarm.run(load, startUs, measureFromUs, step);
		noteTraffic(all);
		const spunUs = swarm.spunUs - spunBeforeUs;
		const figures = await watch?.end();
		if (!figures) return undefined;
		const { worker } = setup;
		const own = { is: 'generator', role: 'swarm', pid: process.pid, worker } as const;
		const spun = emptyTurnUs === undefined ? { spunUs } : { spunUs, emptyTurnUs };
		return { ...own, queuedPeak: swarm.queuedPeak, ...spun, ...figures };
	} finally {
		clearTimeout(timer);
		for (const note of notes) clearTimeout(note);
		if (listening) listening.inbox.isOn = false;
		listening?.inbox.empty();
		watch?.[Symbol.dispose]();
	}
}

process.on('message', (request: SwarmRequest) => {
	perform(request).then(
		(step) => {
			const told = { open: work?.swarm.open ?? 0, callsOk: work?.recorder.callsOk ?? 0 };
			reply({ id: request.id, ...told, ...(step && { step }) }, request.do === 'finish');
		},
		(error: Error) => reply({ id: request.id, error: error.message }, false),
	);
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});

/** A worker without a history has nothing to measure for. */
function giveUp({ code, message }: NodeJS.ErrnoException): void {
	process.send?.({ lost: { code, message } } satisfies SwarmLoss, undefined, undefined, () => process.exit(1));
}

function reply(message: SwarmReply, last: boolean): void {
	process.send?.(message, undefined, undefined, () => {
		if (last) process.exit(0);
	});
}
