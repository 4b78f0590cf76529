import assert from 'node:assert/strict';
import type { Ended, Running } from './command.ts';
import { survivors } from './processes.ts';

/** What was killed may take so long to be gone: the reaper sees the end of a pipe, the kernel frees memory. */
export const goneWithinMs = 5000;

/**
 * Interrupts a run, as Ctrl-C does unless told otherwise, and asserts what it owes: it ends soon and of itself, with the exit
 * code of an interrupted command, and nothing that it started runs on.
 */
export async function endInterrupted(
	running: Running,
	withinMs: number,
	send: () => void = () => running.interrupt(),
): Promise<Ended> {
	const before = performance.now();
	send();
	const ended = await running.ended;
	assert.ok(performance.now() - before < withinMs, `longer than ${withinMs} ms`);
	const { code, signal, err } = ended;
	assert.deepEqual({ code, signal }, { code: 130, signal: null }, err);
	assert.deepEqual(await survivors(running.mark, goneWithinMs), []);
	return ended;
}
