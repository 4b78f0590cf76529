import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockSince, monotonicUs } from './clock.ts';
import { stallAll } from './guest-plays.ts';
import type { GuestEvent } from './model/guests.ts';
import { SessionError } from './model/session.ts';
import type { GuestSession } from './wire/guest-session.ts';

/** What is told of one who stalls and goes on asking, as this server takes it. */
async function told(ask: () => Promise<void>): Promise<GuestEvent[]> {
	const events: GuestEvent[] = [];
	const session = { stall: () => {}, ask } as unknown as GuestSession;
	const party = {
		...{ sessions: [session], stalled: new Set<number>(), clock: clockSince(monotonicUs()) },
		emit: (event: GuestEvent) => events.push(event),
	};
	const asking = { bytes: 1000, everyMs: 5 };
	await stallAll({ kind: 'stall', atMs: 0, clients: 1, pushBytes: 0, asking }, party, 50);
	return events;
}

test('a request that the server had not taken when the time was over is not counted as unread', async () => {
	const events = await told(() => new Promise(() => {}));
	assert.deepEqual(
		events.map(({ what }) => what),
		['stalled'],
	);
});

test('who is refused asks no more, and says why', async () => {
	let asked = 0;
	const events = await told(async () => {
		if (++asked > 2) throw new SessionError('session-unknown', 'gone');
	});
	assert.deepEqual(
		events.map((event) => (event.what === 'asked' ? (event.why ?? 'taken') : event.what)),
		['stalled', 'taken', 'taken', 'session-unknown'],
	);
});
