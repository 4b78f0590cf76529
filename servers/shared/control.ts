import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ControlReply, ControlRequest, ServerState } from '../contract.ts';
import { isObject } from './rpc.ts';

/** The counters that only the server itself knows. */
export type Counters = Pick<
	ServerState,
	'openSessions' | 'openStreams' | 'callsExecuted' | 'overflows' | 'storeFailures'
>;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

const loopResolutionMs = 10;
const collectRounds = 6;
/** A round that frees less than this ends the collection: the rest is noise of the measurement itself. */
const settledBytes = 16 * 1024;

const controls: readonly ControlRequest['control'][] = ['collect', 'state', 'push', 'begin-pushes', 'revoke'];

/** What a server lets its starter do. */
export interface Powers {
	counters(): Counters;
	/** Absent where it cannot be asked to push. */
	push?(number: number): void;
	/** Absent where it does not wait to be told. */
	beginPushes?(): void;
	/** Absent where it asks nobody for a token. @returns since when that holds, in µs of the machine's monotonic clock */
	revoke?(tokens: readonly string[], on: boolean): number;
}

/** Answers control messages with the figures of this process. */
export function serveControl({ counters, ...powers }: Powers): void {
	let loopDelay: LoopDelay | undefined;
	serveFigures(async (control) => {
		if (!loopDelay) {
			loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
			loopDelay.enable();
		}
		if (control === 'collect') await collect();
		const { heapUsed, external } = process.memoryUsage();
		const figures = { heapUsedBytes: heapUsed, externalBytes: external, ...loopFigures(loopDelay), ...counters() };
		loopDelay.reset();
		return figures;
	}, powers);
}

/** What a server's figures are made of. */
type FiguresFor = (control: 'collect' | 'state') => Promise<ServerState>;

/**
 * Answers control messages over the IPC channel, if there is one. A server started by hand pays nothing.
 * @param powers what it can be asked to do beside
 */
export function serveFigures(figures: FiguresFor, powers: Omit<Powers, 'counters'> = {}): void {
	if (!process.send) return;
	// One at a time: two collections at once would read each other's garbage.
	let last: Promise<void> = Promise.resolve();
	process.on('message', (message: unknown) => {
		last = last.then(async () => reply(await answer(message, figures, powers)));
	});
}

function reply(message: ControlReply): void {
	// The other end may be gone by now; 'disconnect' deals with that.
	if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function answer(
	message: unknown,
	figures: FiguresFor,
	{ push, beginPushes, revoke }: Omit<Powers, 'counters'>,
): Promise<ControlReply> {
	const id = isObject(message) && typeof message.id === 'number' ? message.id : -1;
	const control = isObject(message) ? (message.control as ControlRequest['control'] | undefined) : undefined;
	if (id === -1 || control === undefined || !controls.includes(control)) {
		return { id, error: `a control message is { id: number, control: ${controls.map((c) => `"${c}"`).join(' | ')} }` };
	}
	if (control === 'push') {
		const number = isObject(message) ? message.number : undefined;
		if (!Number.isSafeInteger(number)) return { id, error: 'a push needs { number: a whole number }' };
		if (!push) return { id, error: 'this server cannot be asked to push' };
		push(number as number);
	}
	if (control === 'begin-pushes') {
		if (!beginPushes) return { id, error: 'this server was not started with --push-when-told' };
		beginPushes();
	}
	try {
		const revokedUs = control === 'revoke' ? revokeWith(revoke, message) : undefined;
		const state = await figures(control === 'collect' ? 'collect' : 'state');
		return { id, state: revokedUs === undefined ? state : { ...state, revokedUs } };
	} catch (error) {
		return { id, error: error instanceof Error ? error.message : String(error) };
	}
}

/** @throws Error where it cannot be done */
function revokeWith(revoke: Powers['revoke'], message: unknown): number {
	const { tokens, on } = isObject(message) ? message : {};
	if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === 'string') || typeof on !== 'boolean') {
		throw new Error('a revocation needs { tokens: their ids, on: true or false }');
	}
	if (!revoke) throw new Error('this server asks nobody for a token');
	return revoke(tokens, on);
}

/** The monitor records the whole interval between two ticks; what exceeds the asked interval is the delay. */
function loopFigures(delay: LoopDelay): Pick<Required<ServerState>, 'loopDelayP99Us' | 'loopDelayMaxUs'> {
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
