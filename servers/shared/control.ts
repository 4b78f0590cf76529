import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ControlReply, ControlRequest, ServerState } from '../contract.ts';
import { isObject } from './rpc.ts';

/** The counters that only the server itself knows. */
export type Counters = Pick<ServerState, 'openSessions' | 'openStreams' | 'callsExecuted'>;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

const loopResolutionMs = 10;
const collectRounds = 6;
/** A round that frees less than this ends the collection: the rest is noise of the measurement itself. */
const settledBytes = 16 * 1024;

/** Answers control messages over the IPC channel, if there is one. A server started by hand pays nothing. */
export function serveControl(counters: () => Counters): void {
	if (!process.send) return;
	let loopDelay: LoopDelay | undefined;
	// One at a time: two collections at once would read each other's garbage.
	let last: Promise<void> = Promise.resolve();
	process.on('message', (message: unknown) => {
		if (!loopDelay) {
			loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
			loopDelay.enable();
		}
		const delay = loopDelay;
		last = last.then(async () => reply(await answer(message, delay, counters)));
	});
}

function reply(message: ControlReply): void {
	// The other end may be gone by now; 'disconnect' deals with that.
	if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function answer(message: unknown, delay: LoopDelay, counters: () => Counters): Promise<ControlReply> {
	const id = isObject(message) && typeof message.id === 'number' ? message.id : -1;
	const control = isObject(message) ? (message.control as ControlRequest['control'] | undefined) : undefined;
	if (id === -1 || (control !== 'collect' && control !== 'state')) {
		return { id, error: 'a control message is { id: number, control: "collect" | "state" }' };
	}
	if (control === 'collect') await collect();
	const { heapUsed, external } = process.memoryUsage();
	const state: ServerState = { heapUsedBytes: heapUsed, externalBytes: external, ...loopFigures(delay), ...counters() };
	delay.reset();
	return { id, state };
}

/** The monitor records the whole interval between two ticks; what exceeds the asked interval is the delay. */
function loopFigures(delay: LoopDelay): Pick<ServerState, 'loopDelayP99Us' | 'loopDelayMaxUs'> {
	const delayUs = (ns: number): number =>
		delay.count === 0 ? 0 : Math.max(0, Math.round(ns / 1000) - loopResolutionMs * 1000);
	return { loopDelayP99Us: delayUs(delay.percentile(99)), loopDelayMaxUs: delayUs(delay.max) };
}

/** Collects until the heap no longer shrinks. */
async function collect(): Promise<void> {
	const gc = collector();
	let before = Number.POSITIVE_INFINITY;
	for (let round = 0; round < collectRounds; round++) {
		gc();
		// Finalizers and closing handles run between turns; what they free is found by the next round.
		await wait(1);
		const { heapUsed } = process.memoryUsage();
		if (before - heapUsed < settledBytes) return;
		before = heapUsed;
	}
}

/**
 * V8's `last-resort` collection also gives emptied pages back to the system; an ordinary one keeps them for the next
 * request, and the process's memory would tell of its busiest moment rather than of what it holds.
 */
const thoroughly = { type: 'major', execution: 'sync', flavor: 'last-resort' } as const;

let madeCollector: (() => void) | undefined;

/** The collector of `--expose-gc`, or the same taken from a fresh context. */
function collector(): () => void {
	if (madeCollector === undefined) {
		if (!globalThis.gc) setFlagsFromString('--expose-gc');
		const gc = globalThis.gc ?? (runInNewContext('gc') as NodeJS.GCFunction);
		madeCollector = () => void gc(thoroughly);
	}
	return madeCollector;
}
