import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clockSince, monotonicUs } from '../bench/clock.ts';
import { Recorder } from '../bench/load/recorder.ts';
import { VirtualClient } from '../bench/load/virtual-client.ts';
import type { CallEvent, HistoryEvent } from '../bench/model/history.ts';
import { type PolicyId, policies } from '../bench/model/policy.ts';
import type { Transport } from '../bench/model/transport.ts';
import { connectTo } from '../bench/wire/index.ts';
import { type Started, start, until, within } from '../servers/testing.ts';
import { recordedEvents } from './support/recorded.ts';

interface Course {
	readonly client: VirtualClient;
	/** Makes one call. @param sleepMs the server takes so long for it */
	call(sleepMs?: number): Promise<void>;
	/** Kills the server, and starts another in its place. */
	crash(): Promise<void>;
	restart(): Promise<void>;
	/** What was recorded so far. */
	recorded(): Promise<HistoryEvent[]>;
}

/** A client with a policy before a real server. */
async function play(transport: Transport, policy: PolicyId, course: (course: Course) => Promise<void>): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'policies-'));
	const recorder = new Recorder(join(folder, 'history.ndjson'), 0);
	let server: Started = await start(transport as 'sse' | 'stateful');
	const { url } = server;
	const originUs = monotonicUs();
	const { reinitializes } = policies[policy];
	let seq = 0;
	let sleepMs = 0;
	const client = new VirtualClient(0, {
		connect: connectTo(transport, { url, stream: true, headers: [], reinitializes }),
		recorder,
		clock: clockSince(originUs),
		originUs,
		policy: policies[policy],
		random: { next: () => 0.5, below: () => 0 },
		nextCall: () => ({ id: `0-${seq}`, seq: seq++, tool: 'sleep', arguments: `{"ms":${sleepMs}}` }),
		free: () => {},
	});
	try {
		assert.equal(await client.open(), true);
		await course({
			client,
			call: async (ms = 0) => {
				sleepMs = ms;
				await until(() => !client.isBusy, 'the call before');
				await within(
					new Promise<void>((over) => client.call({ dueUs: 0, startedUs: 0, phase: 'measure' }, over)),
					'a call',
				);
			},
			crash: () => server[Symbol.asyncDispose](),
			restart: async () => {
				server = await start(transport as 'sse' | 'stateful', '--port', new URL(url).port);
			},
			recorded: async () => {
				recorder.flush();
				return await recordedEvents(folder);
			},
		});
	} finally {
		client.destroy();
		await server[Symbol.asyncDispose]();
		recorder.close();
		rmSync(folder, { recursive: true });
	}
}

const changesIn = (events: readonly HistoryEvent[]) =>
	events.flatMap((event) => (event.is === 'session' ? [event.change] : []));
const callsIn = (events: readonly HistoryEvent[]) => events.filter((event): event is CallEvent => event.is === 'call');

test('after a restart the official client’s policy leaves its stream after two attempts, and every call gets 404 for ever', async () => {
	await play('stateful', 'sdk-default', async ({ call, crash, restart, recorded }) => {
		await call();
		await crash();
		await restart();
		await until(async () => changesIn(await recorded()).includes('gave-up'), 'giving up');
		for (let n = 0; n < 3; n++) await call();
		const events = await recorded();
		assert.deepEqual(changesIn(events), ['opened', 'lost', 'open-failed', 'open-failed', 'gave-up']);
		const fates = callsIn(events).map(({ outcome, status }) => [outcome.is === 'ok' ? 'ok' : outcome.why, status]);
		assert.deepEqual(fates, [['ok', undefined], ...Array(3).fill(['session-unknown', 404])]);
	});
});

test('after the same restart a client that initializes again is served', async () => {
	await play('stateful', 'full-jitter', async ({ client, call, crash, restart, recorded }) => {
		await crash();
		await restart();
		await until(() => client.isOpen, 'the new session');
		await call();
		const events = await recorded();
		const reopened = events.find((event) => event.is === 'session' && event.change === 'reopened');
		assert.ok(reopened?.is === 'session' && reopened.initialized);
		assert.equal(callsIn(events).at(-1)?.outcome.is, 'ok');
	});
});

test('sse: a call in flight when the server dies is sent to the next one and answered, as one call', async () => {
	await play('sse', 'full-jitter-resend', async ({ call, crash, restart, recorded }) => {
		const answered = call(300);
		await crash();
		await restart();
		await answered;
		const events = await recorded();
		const again = events.flatMap((event) => (event.is === 'resent' ? [event.callId] : []));
		// A second time where this machine was too busy to hear of the lost stream within a moment.
		assert.ok(again.length === 1 || again.length === 2, String(again));
		assert.ok(again.every((id) => id === '0-0'));
		assert.deepEqual(
			callsIn(events).map(({ callId, outcome }) => [callId, outcome.is]),
			[['0-0', 'ok']],
		);
	});
});
