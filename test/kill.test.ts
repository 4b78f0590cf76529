import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, type MarkedProcess, marked, survivors } from './support/processes.ts';

/** More of them find rarer moments: `KILL_ROUNDS=50 node --test test/kill.test.ts`. */
const rounds = Number(process.env.KILL_ROUNDS ?? 5);

/** Long enough for the first trials: starts, openings, calls, a crash on purpose, and the restart after it. */
const spanMs = 8000;
/** Loading the program: there is nothing to leave behind yet, but the moment belongs to it. */
const fromMs = 150;
const goneWithinMs = 2000;

interface Killed {
	readonly atMs: number;
	/** What ran beside the harness at that moment. */
	readonly children: readonly MarkedProcess[];
	readonly left: readonly MarkedProcess[];
}

async function killAfter(atMs: number): Promise<Killed> {
	const scenario = Math.random() < 0.5 ? 'restart' : 'idle-clients';
	const root = temporaryFolder('kill');
	await using running = startBench(['--profile', 'smoke', '--scenario', scenario, '--out', root]);
	await sleep(atMs);
	const children = marked(running.mark).filter(({ command }) => !command.includes('bench/cli.ts'));
	running.kill('SIGKILL');
	const { signal } = await running.ended;
	assert.equal(signal, 'SIGKILL', 'the run was still going on');
	return { atMs, children, left: await survivors(running.mark, goneWithinMs) };
}

test(`SIGKILL of the harness at ${rounds} random moments leaves no process behind`, { skip: linuxOnly }, async (t) => {
	const killed: Killed[] = [];
	for (let round = 0; round < rounds; round++) {
		// One moment in each part of the span, so that few rounds still see every stage.
		const atMs = Math.round(fromMs + ((round + Math.random()) / rounds) * (spanMs - fromMs));
		const one = await killAfter(atMs);
		t.diagnostic(`killed after ${one.atMs} ms with ${one.children.length} children`);
		killed.push(one);
	}
	assert.deepEqual(
		killed.filter(({ left }) => left.length > 0),
		[],
	);
	assert.ok(Math.max(...killed.map(({ children }) => children.length)) >= 3, 'reaper, target and worker were running');
});
