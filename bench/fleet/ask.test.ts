import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askOnce, type Question } from './ask.ts';
import { startWorker } from './worker.ts';

const echoes = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url));
const patienceMs = 10_000;

/** Asks a process that echoes its task, and ends it. */
async function ask(task: object, more: Partial<Question<unknown>> = {}): Promise<unknown> {
	const child = startWorker(echoes);
	try {
		return await askOnce<unknown>(child, {
			task,
			withinMs: patienceMs,
			hear: (message) => (message as { readonly echo: { readonly answer: unknown } | { readonly error: string } }).echo,
			failure: (why) => new RangeError(`The echo ${why}.`),
			...more,
		});
	} finally {
		await child.kill();
	}
}

test('the last word of a process is its answer', async () => {
	assert.equal(await ask({ answer: 17 }), 17);
});

test('what becomes of a process without an answer is said in the caller’s words', async () => {
	const says = (message: string) => ({ name: 'RangeError', message });
	await assert.rejects(ask({ error: 'no session' }), says('The echo failed: no session.'));
	await assert.rejects(ask({ exitWith: 3 }), says('The echo ended (exit code 3).'));
	const silent = { hear: () => undefined };
	await assert.rejects(ask({}, { ...silent, withinMs: 50 }), says('The echo did not end within 0.05 s.'));
	const stop = new AbortController();
	const asked = ask({}, { ...silent, signal: stop.signal });
	stop.abort();
	await assert.rejects(asked, says('The echo was interrupted.'));
	await assert.rejects(ask({ answer: 1 }, { signal: stop.signal }), says('The echo was interrupted.'));
});
