/**
 * A generator, or a part of ours, as a process of its own that is asked once: how fast are you against this server? It
 * composes what may not know each other, as `worker.ts` does.
 */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { clockSince, monotonicUs } from '../clock.ts';
import { closedLoop } from '../load/ceiling.ts';
import { Recorder } from '../load/recorder.ts';
import { Swarm } from '../load/swarm.ts';
import { callFileEnding } from '../model/call-record.ts';
import { echoTemplate } from '../model/call-template.ts';
import type { SwarmSetup } from '../model/swarm.ts';
import { lineLoop, undiciConnect, undiciLoop } from '../wire/bare-loop.ts';
import { connectTo } from '../wire/index.ts';
import { requestHead } from '../wire/line.ts';
import { type ContenderReply, type ContenderTask, callBody } from './contest.ts';

/** Those of a call as the sessions make it. */
const headers = [
	...['content-type', 'application/json', 'accept', 'application/json, text/event-stream'],
	...['mcp-protocol-version', '2025-11-25'],
];
/** What a session of `modern` sends when it opens. */
const openBody =
	'{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":' +
	'"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"mcp-transport-bench","version":"0.1.0"},' +
	'"io.modelcontextprotocol/clientCapabilities":{}}}}';
/** How many connections are made at the same time. */
const opening = 64;
/** Slices with and without a history, in turn: short, so that what else the machine does falls on both. */
const sliceMs = 200;

async function counted(loop: { answers(): number; stop(): void }, { warmMs, forMs }: ContenderTask): Promise<number> {
	await pause(warmMs);
	const [from, fromUs] = [loop.answers(), monotonicUs()];
	await pause(forMs);
	const perS = (loop.answers() - from) / ((monotonicUs() - fromUs) / 1e6);
	loop.stop();
	return perS;
}

function swarmOf({ url, historyPath }: ContenderTask, transport: SwarmSetup['transport']) {
	const originUs = monotonicUs();
	const setup: SwarmSetup = {
		worker: 0,
		workers: 1,
		originUs,
		places: [{ urls: [url], stream: false, call: echoTemplate, policy: 'immediate' }],
		manyAddresses: false,
		transport,
		headers: [],
		seed: 1,
		historyPath,
		callTimeoutMs: 10_000,
		openConcurrency: opening,
		exact: true,
	};
	const recorder = new Recorder(historyPath, 0);
	const clock = clockSince(originUs);
	return {
		swarm: new Swarm(setup, connectTo(transport, { url, stream: false, headers: [] }), recorder, clock),
		recorder,
		clock,
	};
}

/** Calls per second of slices with the history ÷ those of the slices beside them without. */
async function historyRatios(task: ContenderTask): Promise<number[]> {
	const { connections } = task;
	const { swarm, recorder, clock } = swarmOf(task, 'stateless');
	await swarm.hold(connections);
	const slice = async (keeps: boolean): Promise<number> => {
		recorder.keepsCalls = keeps;
		const [from, fromUs] = [recorder.callsOk, clock()];
		await swarm.run({ kind: 'closed', sessions: connections, forMs: sliceMs }, fromUs, fromUs);
		const perS = (recorder.callsOk - from) / ((clock() - fromUs) / 1e6);
		await swarm.drain(1000);
		return perS;
	};
	const untilUs = clock() + task.warmMs * 1000;
	while (clock() < untilUs) await slice(true);
	const ratios: number[] = [];
	for (let spentMs = 0; spentMs < task.forMs; spentMs += 4 * sliceMs) {
		// With, without, without, with: what drifts steadily cancels.
		const [with1, without1, without2, with2] = [
			await slice(true),
			await slice(false),
			await slice(false),
			await slice(true),
		];
		ratios.push((with1 + with2) / (without1 + without2));
	}
	await swarm.finish();
	return ratios;
}

/** How many sessions per second open, each with a connection and one request. */
async function sessionsPerS(task: ContenderTask): Promise<number> {
	const { connections } = task;
	const { swarm } = swarmOf(task, 'modern');
	const round = async (): Promise<number> => {
		const fromUs = monotonicUs();
		const open = await swarm.hold(connections);
		const perS = open / ((monotonicUs() - fromUs) / 1e6);
		await swarm.hold(0);
		return perS;
	};
	await round();
	const perS = await round();
	await swarm.finish();
	return perS;
}

async function undiciConnectsPerS({ url, connections }: ContenderTask): Promise<number> {
	const request = { url: new URL(url), headers, body: openBody };
	const round = async (): Promise<number> => {
		const fromUs = monotonicUs();
		const places = Array.from({ length: connections });
		const closes = await pMap(places, () => undiciConnect(request), { concurrency: opening });
		const perS = connections / ((monotonicUs() - fromUs) / 1e6);
		for (const close of closes) close();
		return perS;
	};
	await round();
	return round();
}

async function autocannonPerS({ url, connections, warmMs, forMs }: ContenderTask): Promise<number> {
	const { origin, pathname } = new URL(url);
	const request = { method: 'POST', path: pathname, headers, body: callBody } as const;
	const requests = Array.from({ length: connections }, () => request);
	const { ok, forUs, errors, otherStatuses } = await closedLoop(origin, requests, forMs, () => {}, warmMs);
	if (errors > 0 || Object.keys(otherStatuses).length > 0) throw new Error('autocannon was not answered with 200');
	return ok / (forUs / 1e6);
}

async function perform(task: ContenderTask): Promise<readonly number[]> {
	const url = new URL(task.url);
	switch (task.what) {
		case 'autocannon':
			return [await autocannonPerS(task)];
		case 'undici':
			return [await counted(undiciLoop({ url, headers, body: callBody }, task.connections), task)];
		case 'connection': {
			const head = requestHead(url, 'POST', url.pathname, headers);
			return [await counted(lineLoop(url, head, callBody, task.connections), task)];
		}
		case 'history':
			return historyRatios(task);
		case 'sessions':
			return [await sessionsPerS(task)];
		case 'undici-connects':
			return [await undiciConnectsPerS(task)];
	}
}

process.on('message', (task: ContenderTask) => {
	perform(task)
		.then((values): ContenderReply => ({ values }))
		.catch((error: Error): ContenderReply => ({ error: error.message }))
		.then((reply) => {
			for (const path of [task.historyPath, `${task.historyPath}${callFileEnding}`]) rmSync(path, { force: true });
			process.send?.(reply, undefined, undefined, () => process.exit(0));
		});
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
process.on('SIGINT', () => {});
