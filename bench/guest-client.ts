/**
 * Clients that do what no ordinary one does, as a process of their own, so that the swarm's stay as they are: it is told what to do over IPC,
 * and ends when the harness does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { clockSince } from './clock.ts';
import { askForMuch, type Party, stall, stallAll, workLong } from './guest-plays.ts';
import type { GuestReply, GuestSetup, GuestTask } from './model/guests.ts';
import { numberedPush } from './model/ledger.ts';
import { TrialLog } from './trial-log.ts';
import { guestSession } from './wire/guest-session.ts';

interface Work {
	readonly setup: GuestSetup;
	readonly party: Party;
	readonly log: TrialLog;
}

let work: Work | undefined;

function prepare(setup: GuestSetup): Work {
	const { originUs, partsFolder } = setup;
	const clock = clockSince(originUs);
	const log = new TrialLog(partsFolder, clock, { name: `guests-${process.pid}` });
	return { setup, log, party: { sessions: [], stalled: new Set(), clock, emit: log.event.bind(log) } };
}

async function open({ setup, party }: Work): Promise<void> {
	const { transport, url, headers, guests } = setup;
	for (let guest = 0; guest < countOf(setup); guest++) {
		const endpoint = { url, stream: guests.kind === 'stall', headers };
		// The answer that its opening waits for may come on the same stream.
		let isOpen = false;
		const session = guestSession(transport, endpoint, {
			connect: () => {},
			push: (push) => {
				const key = numberedPush(push)?.key;
				// Who has read much is given a large receive buffer by the kernel, which would then hold what the server is asked about.
				if (guests.kind === 'stall' && isOpen && key !== undefined) stall(party, guest, session, key);
			},
			stray: () => {},
			lost: () => {},
		});
		party.sessions.push(session);
		await session.open();
		isOpen = true;
	}
}

function countOf({ guests }: GuestSetup): number {
	if (guests.kind === 'stall') return guests.clients;
	// A way out is a third of them, each with a session of its own: who closes the stream of a session ends it.
	return guests.kind === 'answers' ? 1 : guests.each * guests.forMs.length * 3;
}

async function play(work: Work, fromUs: number, toUs: number): Promise<void> {
	const { setup, party } = work;
	const { guests } = setup;
	const beginUs = fromUs + guests.atMs * 1000;
	await sleep(Math.max(0, (beginUs - party.clock()) / 1000));
	const pushBytes = guests.kind === 'stall' && { pushBytes: guests.pushBytes };
	const clients = countOf(setup);
	party.emit({ is: 'guest', what: 'began', at: party.clock(), kind: guests.kind, clients, ...pushBytes });
	if (guests.kind === 'stall') {
		await open(work);
		await stallAll(guests, party, (toUs - beginUs) / 1000);
	} else if (guests.kind === 'answers') await askForMuch(guests, party, toUs);
	else await workLong(guests, party);
	party.emit({ is: 'guest', what: 'ended', at: party.clock() });
}

async function perform(task: GuestTask): Promise<void> {
	if (task.do === 'open') {
		work = prepare(task.setup);
		if (task.setup.guests.kind !== 'stall') await open(work);
		return;
	}
	if (!work) throw new Error('the guests were not opened');
	if (task.do === 'play') return play(work, task.fromUs, task.toUs);
	for (const session of work.party.sessions) session.destroy();
	work.log.close();
}

process.on('message', (task: GuestTask) => {
	perform(task).then(
		() => reply({ done: task.do }, task.do === 'leave'),
		(error: Error) => reply({ error: error.message }, false),
	);
});
// The harness is gone, however it died: so are we.
process.on('disconnect', () => process.exit(1));
// The harness decides when a run ends; a terminal's Ctrl-C reaches it first.
process.on('SIGINT', () => {});

function reply(message: GuestReply, last: boolean): void {
	process.send?.(message, undefined, undefined, () => {
		if (last) process.exit(0);
	});
}
