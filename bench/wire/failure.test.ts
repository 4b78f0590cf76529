import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startChild } from '../fleet/child.ts';
import { startServer } from '../fleet/server.ts';
import { runTool } from '../fleet/tools.ts';
import { outcomeOf } from '../model/session.ts';
import { holderFile, openNamespace } from '../path/namespace.ts';
import { namespaceSupport } from '../path/namespace-support.ts';
import { failureOf } from './failure.ts';
import type { CallerReport, CallerRequest } from './fixtures/caller.ts';

const support = await namespaceSupport(runTool);
const skip = support.allowed || process.env.REQUIRE_REAL === '1' ? false : support.because;

test('a connection that the kernel gave up was there: what was sent on it may have arrived', () => {
	const timedOut = (syscall?: string) => Object.assign(new Error(), { code: 'ETIMEDOUT', ...(syscall && { syscall }) });
	assert.deepEqual(
		['connect', undefined, 'read', 'write'].map((call) => failureOf(timedOut(call))),
		['connect-timeout', 'connect-timeout', 'timeout', 'timeout'],
	);
	assert.equal(outcomeOf('connect-timeout').is, 'failed');
	assert.equal(outcomeOf('timeout').is, 'unknown');
});

test('line and channel tell a connection that fell silent from one that never came', { skip }, async (t) => {
	const namespace = await openNamespace(
		(network) => startChild({ role: 'harness', file: holderFile, network }),
		support.allowed && support.asUser,
	);
	t.after(() => namespace.kill());
	const { network } = namespace;
	const server = await startServer({ server: { kind: 'node', file: 'servers/stateless.ts', args: [] }, network });
	t.after(() => server.kill());
	const file = fileURLToPath(new URL('./fixtures/caller.ts', import.meta.url));
	const caller = startChild({ role: 'swarm', file, network });
	t.after(() => caller.kill());
	const ask = (fresh: boolean): Promise<CallerReport> =>
		new Promise((resolve) => {
			const stop = caller.onMessage((report) => {
				stop();
				resolve(report as CallerReport);
			});
			caller.send({ url: server.url, fresh } satisfies CallerRequest);
		});
	assert.deepEqual(await ask(false), { line: '406', channel: '405' });
	await namespace.silence(true, [server.port]);
	assert.deepEqual(await ask(false), { line: 'timeout', channel: 'timeout' });
	assert.deepEqual(await ask(true), { line: 'connect-timeout', channel: 'connect-timeout' });
	await namespace.silence(false, []);
	assert.deepEqual(await ask(false), { line: '406', channel: '405' });
});
