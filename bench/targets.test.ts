import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { withPolicy } from './model/target.ts';
import { expandTargets, knownTargets, targetGroups } from './targets.ts';

const byId = new Map(knownTargets.map((target) => [target.id, target]));

test('every target has an id of its own, and its server is a file', () => {
	assert.equal(byId.size, knownTargets.length);
	for (const { server } of knownTargets) {
		assert.ok(server.kind === 'node' && existsSync(new URL(`../${server.file}`, import.meta.url)));
	}
});

test('an arm on the SDK differs from its reference arm in the server only', () => {
	const arms = knownTargets.filter(({ implementation }) => implementation === 'sdk1' || implementation === 'sdk2');
	assert.equal(arms.length, 7);
	for (const arm of arms) {
		const reference = byId.get(arm.reference ?? '');
		assert.equal(reference?.implementation, 'reference', arm.id);
		for (const same of ['transport', 'client', 'call', 'features'] as const)
			assert.deepEqual(arm[same], reference?.[same]);
	}
});

test('an arm on workerd differs from its reference arm in the server, keeps no ledger and asks for no tokens', () => {
	for (const transport of ['sse', 'stateful', 'stateless', 'modern']) {
		const [arm, reference] = [byId.get(`workerd-${transport}`), byId.get(transport)];
		assert.ok(arm && reference);
		assert.deepEqual([arm.reference, arm.implementation], [reference.id, 'serverless']);
		for (const same of ['transport', 'client', 'call'] as const) assert.deepEqual(arm[same], reference[same]);
		assert.deepEqual(
			arm.features,
			reference.features.filter((feature) => feature !== 'ledger' && feature !== 'auth'),
		);
	}
	assert.ok(!expandTargets(['reference', 'sdk']).some((id) => id.startsWith('workerd')));
	assert.ok(expandTargets(['serverless']).includes('workerd-sse'));
});

test('an arm on a serverless platform has the clients of its reference server, and is neither of the other groups', () => {
	const arms = expandTargets(['serverless'])
		.filter((id) => !id.startsWith('workerd-'))
		.map((id) => byId.get(id));
	assert.equal(arms.length, 14);
	for (const arm of arms) {
		assert.ok(arm && arm.server.kind === 'node');
		const reference = byId.get(arm.id.replace(/^(lambda|cloud-run)-/, '').replace(/-buffered$/, ''));
		assert.equal(reference?.implementation, 'reference', arm.id);
		assert.equal(arm.client.stream, reference?.client.stream);
		assert.deepEqual(arm.server.args.slice(0, 2), ['--serves', reference?.transport]);
		assert.ok(!expandTargets(['reference', 'sdk']).includes(arm.id));
		assert.match(arm.title, /emulated limits/);
	}
});

test('a variant by policy is compared with the same variant of its reference', () => {
	const sse = byId.get('sdk1-sse');
	assert.ok(sse);
	assert.equal(withPolicy(sse, 'immediate').reference, 'sse/immediate');
	assert.equal(withPolicy(sse, sse.client.policy).reference, 'sse');
	const reference = byId.get('sse');
	assert.ok(reference && !('reference' in withPolicy(reference, 'immediate')));
});

test('groups stand for their targets, in order, each once; other names stay', () => {
	assert.deepEqual(expandTargets(['sse', 'nosuch', 'sse/immediate']), ['sse', 'nosuch', 'sse/immediate']);
	assert.deepEqual(expandTargets([]), []);
	assert.deepEqual(expandTargets(['all']), [...byId.keys()]);
	assert.deepEqual(expandTargets(['reference', 'sdk', 'serverless']), [...byId.keys()]);
	assert.deepEqual(expandTargets(['sdk2-modern', 'sdk']).slice(0, 2), ['sdk2-modern', 'sdk1-sse']);
	assert.equal(expandTargets(['sdk2-modern', 'sdk']).length, 7);
	assert.deepEqual(expandTargets(['toString']), ['toString'], 'no name of Object.prototype is a group');
	for (const group of targetGroups) assert.ok(!byId.has(group), 'no target is called like a group');
});

test('user targets that are known belong to all, and to no other group', () => {
	const sse = byId.get('sse');
	assert.ok(sse);
	const mine = { ...sse, id: 'mine', implementation: 'user' } as const;
	assert.ok(expandTargets(['all'], [...knownTargets, mine]).includes('mine'));
	assert.ok(!expandTargets(['sdk', 'reference'], [...knownTargets, mine]).includes('mine'));
});
