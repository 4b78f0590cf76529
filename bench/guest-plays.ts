import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import {
	type AskingGuests,
	type GuestEvent,
	type StallingGuests,
	type WayOut,
	type WorkEvent,
	type WorkingGuests,
	waysOut,
} from './model/guests.ts';
import { type Call, type Failure, SessionError } from './model/session.ts';
import type { GuestSession, LongCall } from './wire/guest-session.ts';

/** The guests of a trial, open, and what they need to know and to tell. */
export interface Party {
	readonly sessions: GuestSession[];
	/** Those who read no more. */
	readonly stalled: Set<number>;
	readonly clock: Clock;
	readonly emit: (event: GuestEvent) => void;
}

/** Answers that were not asked for so long after the time is over are left out. */
const lateMs = 20_000;
/** A call whose client stays has so much longer than it takes: it is over as soon as it is answered. */
const answeredWithinMs = 20_000;
/** Where no progress is told for so long beyond the time for it, half-way is now. */
const toldWithinMs = 10_000;
/** How often a client looks how far its call has come. */
const lookEveryMs = 3;
/** Whoever is pushed nothing for so long stalls without a name. */
const namedWithinMs = 1000;

/** A guest reads no more; once. @param key the server's name for it, where a push has told it */
export function stall({ stalled, clock, emit }: Party, guest: number, session: GuestSession, key?: string): void {
	if (stalled.has(guest)) return;
	stalled.add(guest);
	session.stall();
	emit({ is: 'guest', what: 'stalled', at: clock(), guest, ...(key !== undefined && { key }) });
}

/** Everyone has stopped reading as soon as a push has told its name, or stops now where none does; for `forMs` from then on. */
export async function stallAll({ asking, pushBytes }: StallingGuests, party: Party, forMs: number): Promise<void> {
	const { sessions, stalled, clock } = party;
	const namedUs = clock() + namedWithinMs * 1000;
	while (pushBytes > 0 && stalled.size < sessions.length && clock() < namedUs) await sleep(2);
	for (const [guest, session] of sessions.entries()) stall(party, guest, session);
	const toUs = clock() + forMs * 1000;
	if (asking) {
		await Promise.all(sessions.map((session, guest) => askOn(session, guest, { ...party, ...asking, toUs })));
	}
	await untilUs(clock, toUs);
}

async function askOn(
	session: GuestSession,
	guest: number,
	on: Party & { readonly bytes: number; readonly everyMs: number; readonly toUs: number },
): Promise<void> {
	const { bytes, everyMs, toUs, clock, emit } = on;
	while (clock() < toUs) {
		const why = await Promise.race([failureOf(session.ask(bytes)), untilUs(clock, toUs).then(() => 'over' as const)]);
		// Nobody knows whether the server would have taken it.
		if (why === 'over') return;
		emit({ is: 'guest', what: 'asked', at: clock(), guest, bytes, ...(why && { why }) });
		// Whoever was refused has lost the session, and nothing that it asks for will be held for it.
		if (why) return;
		await sleep(everyMs);
	}
}

/** From small to large. On a slow machine it takes longer than the calls beside it; it has a bound all the same. */
export async function askForMuch({ answers }: AskingGuests, party: Party, toUs: number): Promise<void> {
	const { sessions, clock, emit } = party;
	const [session] = sessions;
	if (!session) return;
	for (const { bytes, times } of answers) {
		for (let n = 0; n < times && clock() < toUs + lateMs * 1000; n++) {
			const sentUs = clock();
			const why = await failureOf(session.payload(bytes));
			emit({ is: 'guest', what: 'answer', at: clock(), bytes, sentUs, ...(why && { why }) });
			if (why) return;
		}
	}
}

/** All at once: a call of each length for each way out, so many times. */
export async function workLong(work: WorkingGuests, party: Party): Promise<void> {
	const roles = work.forMs.flatMap((forMs) => waysOut.map((way) => ({ forMs, way })));
	const working = party.sessions.map((session, n) => {
		const { forMs, way } = roles[n % roles.length] as (typeof roles)[number];
		return workOnce(session, n, { ...party, ...work, forMs, way });
	});
	await Promise.all(working);
}

async function workOnce(
	session: GuestSession,
	n: number,
	on: Party & Omit<WorkingGuests, 'forMs'> & { readonly forMs: number; readonly way: WayOut },
): Promise<void> {
	const { everyMs, overdueMs, forMs, way, clock, emit } = on;
	const callId = `guest-${n}`;
	const steps = Math.floor(forMs / everyMs);
	const sentUs = clock();
	const call = session.work(notifyCall(callId, steps, everyMs));
	const out = way === 'stayed' ? {} : await gaveUp(call, way, { ...on, steps });
	const lastUs =
		out.gaveUpUs === undefined
			? sentUs + (forMs + answeredWithinMs) * 1000
			: out.gaveUpUs + (forMs / 2 + overdueMs) * 1000;
	const over = untilUs(clock, lastUs);
	const end = await Promise.race([call.over, over.then(() => 'waited' as const)]);
	const { progress } = call;
	emit({ is: 'guest', what: 'work', at: clock(), callId, way, forMs, sentUs, ...out, progress, steps, end });
	// Nobody knows of a call that its client left whether it goes on: it is given the time that it would take.
	if (end === 'cut') await over;
}

/** Half-way is when half of the progress was told; a call that tells none is given up when it should have. */
async function gaveUp(
	call: LongCall,
	way: WayOut,
	{ clock, forMs, steps }: Pick<Party, 'clock'> & { forMs: number; steps: number },
): Promise<Pick<WorkEvent, 'gaveUpUs' | 'refused'>> {
	const halfUs = clock() + (forMs / 2 + toldWithinMs) * 1000;
	while (call.progress < steps / 2 && clock() < halfUs) await sleep(lookEveryMs);
	const gaveUpUs = clock();
	if (way === 'closed') call.cut();
	else if (await failureOf(call.cancel())) return { gaveUpUs, refused: true };
	return { gaveUpUs };
}

function notifyCall(id: string, count: number, everyMs: number): Call {
	return { id, seq: 0, tool: 'notify', arguments: JSON.stringify({ count, everyMs, text: id }), expect: id };
}

/** @returns why it failed, if it did */
async function failureOf(step: Promise<unknown>): Promise<Failure | undefined> {
	try {
		await step;
		return undefined;
	} catch (error) {
		return error instanceof SessionError ? error.why : 'protocol';
	}
}

function untilUs(clock: Clock, atUs: number): Promise<void> {
	return sleep(Math.max(0, (atUs - clock()) / 1000));
}
