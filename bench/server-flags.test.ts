import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoTemplate } from './model/call-template.ts';
import type { Size } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import { callOf, groupKey, needsStore, serverFlags } from './server-flags.ts';
import { knownTargets } from './targets.ts';

const sse = knownTargets.find(({ id }) => id === 'sse') as Target;
const others: Target = { ...sse, server: { kind: 'command', command: 'serve', url: 'http://127.0.0.1:9/mcp' } };
const load = { kind: 'closed', sessions: 1, forMs: 1 } as const;
const plain: Size = { load, warmMs: 0, faults: [], repeats: 1 };
const host = { partsFolder: '/parts', originUs: 7, instance: 2, seed: 5 } as const;
const full: Size = { ...plain, ledger: true, pushEveryMs: 100, slowCalls: { every: 5, ms: 50 } };

test('a size that asks for nothing changes nothing', () => {
	assert.deepEqual(serverFlags(sse, plain, host), []);
	assert.equal(callOf(sse, plain), echoTemplate);
});

test('every process of this project’s servers has a ledger of its own among the parts of the history', () => {
	const [one, other] = [serverFlags(sse, full, host), serverFlags(sse, full, host)];
	assert.deepEqual([one[0], ...one.slice(2)], ['--ledger', '--ledger-origin-us', '7', '--push-every-ms', '100']);
	assert.match(one[1] ?? '', /^\/parts\/ledger-.+\.ndjson$/);
	assert.notEqual(one[1], other[1]);
	assert.deepEqual(callOf(sse, full).slow, { every: 5, ms: 50 });
});

test('a server of the user’s is asked for nothing that it need not know', () => {
	assert.deepEqual(serverFlags(others, full, host), []);
	assert.equal(callOf(others, full), echoTemplate);
});

test('calls whose id the server is not told have no ledger: it would say that they never ran', () => {
	const call = { tool: 'echo', arguments: '{"text":"a"}', echoes: false };
	assert.deepEqual(serverFlags({ ...sse, call }, full, host), ['--push-every-ms', '100']);
});

test('processes that share clients are told their number, and where sessions are kept', () => {
	const shared: Size = { ...plain, numbered: true, sessionStore: 'redis' };
	const storeUrl = 'redis://127.0.0.1:20000';
	assert.deepEqual(serverFlags(sse, { ...plain, numbered: true }, { ...host, storeUrl }), ['--instance', '2']);
	assert.deepEqual(serverFlags(sse, shared, { ...host, storeUrl }), ['--instance', '2', '--session-store', storeUrl]);
	assert.notEqual(groupKey(sse, shared), groupKey(sse, plain), 'they are processes of their own');
	assert.deepEqual(
		[needsStore(sse, [plain, shared]), needsStore(sse, [plain]), needsStore(others, [shared])],
		[true, false, false],
	);
});
