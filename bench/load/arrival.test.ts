import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/folders.ts';
import { clockSince, monotonicUs } from '../clock.ts';
import { echoTemplate } from '../model/call-template.ts';
import type { Connect } from '../model/session.ts';
import type { Place, SwarmSetup } from '../model/swarm.ts';
import type { Arrival } from '../model/target.ts';
import { Recorder } from './recorder.ts';
import { Swarm } from './swarm.ts';

const clients = 6;

/** What clients did, in order: `open 0`, `call 0`, `answered 0`, where opening and answering take a moment; those of one place. */
async function deeds(arrivals: readonly (Arrival | undefined)[], place: number, patienceMs = 1): Promise<string[]> {
	const done: string[] = [];
	const connect: Connect = (_events, _token, client = 0) => {
		const name = Math.floor(client / arrivals.length);
		const note = (what: string) => {
			if (client % arrivals.length === place) done.push(`${what} ${name}`);
		};
		return {
			initialized: true,
			callable: true,
			resumeToken: undefined,
			open: async () => {
				note('open');
				await new Promise((resolve) => setTimeout(resolve, 150));
			},
			call: (_call, caller) => {
				note('call');
				setTimeout(() => {
					note('answered');
					caller.answered({ bytesIn: 1, bytesOut: 1 });
				}, 5);
			},
			request: async () => ({}),
			abandon: () => {},
			close: async () => {},
			destroy: () => {},
		};
	};
	const historyPath = join(temporaryFolder('arrival'), 'history.ndjson');
	const places = arrivals.map(
		(arrival): Place => ({
			urls: [],
			stream: false,
			call: echoTemplate,
			policy: 'immediate',
			...(arrival && { arrival }),
		}),
	);
	const setup: SwarmSetup = {
		worker: 0,
		workers: 1,
		originUs: 0,
		places,
		manyAddresses: false,
		transport: 'stateless',
		headers: [],
		seed: 1,
		historyPath,
		callTimeoutMs: 10_000,
		openConcurrency: 64,
		exact: false,
	};
	const recorder = new Recorder(historyPath, 0);
	const swarm = new Swarm(setup, connect, recorder, clockSince(monotonicUs()));
	await swarm.hold(clients * arrivals.length, patienceMs);
	const before = [...done];
	await swarm.finish();
	recorder.close();
	return before;
}

const six = Array.from({ length: clients }, (_, n) => n);

test('in turn: each opens and calls before the next one begins, whatever other places do, and all are waited for', async () => {
	const expected = six.flatMap((n) => [`open ${n}`, `call ${n}`, `answered ${n}`]);
	assert.deepEqual(await deeds(['in-turn', 'at-once'], 0), expected);
});

test('at once: all are opening before the first one is open, each calls when it is, and all are waited for', async () => {
	const done = await deeds(['in-turn', 'at-once'], 1);
	assert.deepEqual(
		done.slice(0, clients).toSorted(),
		six.map((n) => `open ${n}`),
	);
	assert.notDeepEqual(
		done.slice(0, clients),
		six.map((n) => `open ${n}`),
		'in no order of their own',
	);
	for (const n of six) assert.ok(done.indexOf(`call ${n}`) < done.indexOf(`answered ${n}`));
});

test('where it does not matter nobody calls before the load', async () => {
	const done = await deeds([undefined], 0, 10_000);
	assert.deepEqual(
		done,
		six.map((n) => `open ${n}`),
	);
});
