import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../bench/fleet/port.ts';
import type { Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { unwatchedWaves } from '../bench/model/vanish.ts';
import { linuxOnly } from './support/processes.ts';
import { eventsOf, known, type Played, playTrial } from './support/trials.ts';

/** Waves of clients at a server that is there and answers nothing of what counts: it is given up at the first of them. */

const clients = 4;
const callTimeoutMs = 500;
const load = { kind: 'vanish', sessions: clients, waves: 5, way: 'closed', watchMs: 300, lastReadAtMs: [] } as const;
const size: Size = { load, warmMs: 0, faults: [], repeats: 1, client: { policy: 'none' } };

function play(target: Target, more: Partial<Size> = {}): Promise<Played> {
	return playTrial(target, { ...size, ...more }, { sharesMachine: true, callTimeoutMs });
}

function endedEarly(played: Played, because: RegExp): void {
	assert.equal(played.end.end, 'aborted', JSON.stringify(played.end));
	assert.match(played.end.end === 'aborted' ? played.end.because : '', because);
	assert.deepEqual(eventsOf(played, 'vanished'), [], 'not even the first wave has gone');
}

describe('vanished-clients at a dead target', { concurrency: true, skip: linuxOnly }, () => {
	test('one that opens sessions and answers no call is waited for once, not for every call of every wave', async () => {
		const call = { tool: 'sleep', arguments: '{"ms":600000}', echoes: false };
		const played = await play({ ...known('stateful'), call });
		endedEarly(played, /the target answers no call: 0 of 4 clients got an answer/);
		assert.equal(eventsOf(played, 'call').length, clients);
	});

	test('one that answers nothing at all lets nobody in, also where later waves may be refused', async () => {
		const port = await freePort();
		const file = fileURLToPath(new URL('./fixtures/mute-server.ts', import.meta.url));
		const command = `"${process.execPath}" "${file}" --port ${port}`;
		const server = { kind: 'command', command, url: `http://127.0.0.1:${port}/mcp` } as const;
		endedEarly(
			await play({ ...known('stateful'), server }, { mayStayClosed: true }),
			/0 of 4 sessions could be opened/,
		);
	});

	test('one that answers is watched to the end', async () => {
		const played = await play(known('stateful'), { load: { ...load, waves: unwatchedWaves + 1 } });
		assert.equal(played.end.end, 'ran', JSON.stringify(played.end));
		assert.equal(eventsOf(played, 'vanished').length, unwatchedWaves + 1);
	});
});
