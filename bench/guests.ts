import { fileURLToPath } from 'node:url';
import { forgetPeak } from './collect/memory.ts';
import { sleepUntil } from './fault-timeline.ts';
import { askOnce } from './fleet/ask.ts';
import type { Child } from './fleet/child.ts';
import type { GuestReply, GuestSetup, Guests, GuestTask } from './model/guests.ts';
import { askTarget, takeReading } from './reading.ts';
import { Aborted, type Stage } from './stage.ts';

const guestFile = fileURLToPath(new URL('./guest-client.ts', import.meta.url));

/** What a task may take beyond its own length. */
const graceMs = 30_000;
/** How often the server is asked what it holds while somebody does not read; without a collection, which would stop it for all. */
const askEveryMs = 100;
const collections: Readonly<Record<Guests['kind'], number>> = { stall: 2, answers: 2, work: 3 };
/** So long before the measured phase the server is read for comparison: the load has begun. */
const readBeforeMs = 150;
/** So long after long calls have begun the server is read: all have arrived, and none was given up yet. */
const heldAfterMs = 60;

/** The guests of a trial, as its course sees them. */
export interface GuestParty {
	/** They do what they came for, and the server is read; over when both are. */
	play(fromUs: number, toUs: number): Promise<unknown>;
	leave(): Promise<unknown>;
}

/** Prepares the guests, and the server for being read. */
export async function inviteGuests(stage: Stage, guests: Guests): Promise<GuestParty> {
	const { target, headers, partsFolder } = stage.spec;
	const child = await stage.help(guestFile);
	stage.sampler.add({ role: 'swarm', pid: child.pid });
	const { urls, originUs } = stage.meeting;
	const setup: GuestSetup = {
		guests,
		transport: target.transport,
		url: urls[0] ?? '',
		headers,
		call: target.call,
		originUs,
		partsFolder,
	};
	await stage.or(told(child, { do: 'open', setup }, graceMs));
	// V8 drops code that it finds unused at several collections: they are over when the reading comes that others are compared with.
	for (let n = 0; n < collections[guests.kind]; n++) await stage.or(read(stage));
	return {
		play: async (fromUs, toUs) => {
			const ms = (toUs - stage.clock()) / 1000;
			const over = new AbortController();
			const task = { do: 'play', fromUs, toUs } as const;
			const played = told(child, task, ms + graceMs).finally(() => over.abort());
			await Promise.all([played, looked(stage, guests, fromUs, over.signal)]);
			// Long calls are over by now: what is held of them was read while they ran.
			if (guests.kind !== 'work') await read(stage);
		},
		leave: async () => {
			await stage.or(told(child, { do: 'leave' }, graceMs));
			stage.sampler.remove(child.pid);
		},
	};
}

/** What is read of the server until the guests have done what they came for. */
async function looked(stage: Stage, { kind, atMs }: Guests, fromUs: number, over: AbortSignal): Promise<void> {
	const signal = AbortSignal.any([over, stage.faultScene().signal]);
	const beganUs = fromUs + atMs * 1000;
	/** @returns false where it is over by then */
	const waited = async (atUs: number): Promise<boolean> => {
		await sleepUntil(stage.clock, atUs, signal).catch(() => {});
		return !signal.aborted;
	};
	if (await waited(fromUs - readBeforeMs * 1000)) await read(stage);
	if (kind === 'answers') {
		// A server may never need as much again as when it started.
		for (const pid of stage.running().servers.flatMap((server) => server.pids())) forgetPeak(pid);
	}
	if (kind === 'work' && (await waited(beganUs + heldAfterMs * 1000))) await read(stage);
	if (kind !== 'stall') return;
	for (let dueUs = beganUs; await waited(dueUs); dueUs += askEveryMs * 1000) await askTarget(stage);
}

function read(stage: Stage): Promise<void> {
	return takeReading(stage, stage.running().swarm.state.open, 'loaded');
}

/** @throws Aborted when a guest cannot do what it came for, or the process ends or hangs */
function told(child: Child, task: GuestTask, withinMs: number): Promise<GuestTask['do']> {
	return askOnce(child, {
		task,
		withinMs,
		hear: (message) => {
			const reply = message as GuestReply;
			return 'done' in reply ? { answer: reply.done } : reply;
		},
		failure: (why) => new Aborted(`the process of the clients that stall, or ask for much, ${why}`),
	});
}
