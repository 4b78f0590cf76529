import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { Recorder } from '../../bench/load/recorder.ts';
import { VirtualClient } from '../../bench/load/virtual-client.ts';
import type { CallEvent, HistoryEvent, SessionEvent } from '../../bench/model/history.ts';
import { type PolicyId, policies } from '../../bench/model/policy.ts';
import type { FakeServer } from '../../bench/wire/fake.ts';
import { recordedEvents } from './recorded.ts';

/** What the clients of the last scene recorded. */
export const events: HistoryEvent[] = [];

/** Clients on a fake server and a virtual clock. */
export function scene(
	server: FakeServer,
	policy: PolicyId,
	run: (make: (index: number) => VirtualClient, tick: (ms: number) => Promise<void>) => Promise<void>,
) {
	return async () => {
		mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'Date'] });
		const folder = mkdtempSync(join(tmpdir(), 'client-'));
		const path = join(folder, 'history.ndjson');
		const recorder = new Recorder(path, 0);
		let calls = 0;
		const make = (index: number) =>
			new VirtualClient(index, {
				connect: server.connect,
				recorder,
				clock: () => Date.now() * 1000,
				originUs: 0,
				policy: policies[policy],
				random: { next: () => 0.5, below: () => 0 },
				nextCall: () => ({ id: `0-${calls}`, seq: calls++, tool: 'echo', arguments: '{}' }),
				free: () => {},
			});
		const tick = async (ms: number) => {
			mock.timers.tick(ms);
			// Openings and calls of the fake server settle in a few microtasks.
			for (let n = 0; n < 20; n++) await Promise.resolve();
		};
		try {
			await run(make, tick);
		} finally {
			mock.timers.reset();
			recorder.close();
			events.splice(0, events.length, ...(await recordedEvents(folder)));
			rmSync(folder, { recursive: true });
		}
	};
}

/** What became of the clients' sessions, with the millisecond. */
export const changes = () =>
	events.filter((e): e is SessionEvent => e.is === 'session').map(({ at, change }) => `${at / 1000} ${change}`);

/** What became of the calls, in the order of their ends. */
export const outcomes = () =>
	events
		.filter((e): e is CallEvent => e.is === 'call')
		.map(({ outcome }) => (outcome.is === 'ok' ? 'ok' : `${outcome.is} ${outcome.why}`));

export const due = { dueUs: 0, startedUs: 0, phase: 'measure' } as const;
export const callOf = (client: VirtualClient) => new Promise<void>((over) => client.call(due, over));
