import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from './exit.ts';
import { withOptions } from './target-options.ts';
import { knownTargets } from './targets.ts';

test('options become flags of the server and an arm of their own', () => {
	const target = withOptions('stateful?reply=sse&resumable=on&commentMs=15000', knownTargets);
	assert.equal(target.id, 'stateful?reply=sse&resumable=on&commentMs=15000');
	assert.equal(target.base, 'stateful');
	assert.ok(target.server.kind === 'node');
	assert.deepEqual(target.server.args, ['--reply', 'sse', '--resumable', '--sse-comment-ms', '15000']);
	assert.equal(target.client.stream, true);
	const without = withOptions('stateful?stream=off', knownTargets);
	assert.equal(without.client.stream, false);
	assert.ok(!without.features.includes('push'));
	const probing = withOptions('stateless?tcpKeepAliveMs=5000', knownTargets);
	assert.deepEqual(probing.server, {
		kind: 'node',
		file: 'servers/stateless.ts',
		args: ['--tcp-keep-alive-ms', '5000'],
	});
	const several = withOptions('sse?instances=3', knownTargets);
	assert.equal(several.instances, 3);
	assert.ok(several.server.kind === 'node');
	assert.deepEqual(several.server.args, []);
});

test('an option that there is not, or a server that has none, is refused with what is allowed', () => {
	const message = (name: string) => {
		try {
			withOptions(name, knownTargets);
		} catch (error) {
			assert.ok(error instanceof UserError);
			return error.message;
		}
		return assert.fail(`${name} was accepted`);
	};
	assert.match(message('stateful?reply=xml'), /"reply=xml" is no option.*reply=… \(json or sse/);
	assert.match(message('sse?tcpKeepAliveMs=999'), /from 1000/);
	assert.match(message('stateful?constructor=1'), /is no option/);
	for (const count of ['0', '33', '1.5', '']) assert.match(message(`sse?instances=${count}`), /up to 32/);
	assert.match(message('nobody?reply=sse'), /"nobody" is none/);
});

test('what clients do stands behind the options of their server', () => {
	const impatient = withOptions('sse?commentMs=500/immediate', knownTargets);
	assert.equal(impatient.id, 'sse?commentMs=500/immediate');
	assert.equal(impatient.client.policy, 'immediate');
	assert.deepEqual(impatient.server, {
		...{ kind: 'node', file: 'servers/sse.ts', args: ['--sse-comment-ms', '500'] },
	});
	const polling = withOptions('stateless?reply=sse/poll-1s', knownTargets);
	assert.equal(polling.id, 'stateless?reply=sse/poll-1s');
	assert.deepEqual([polling.client.pollMs, polling.client.stream], [1000, false]);
	assert.ok(polling.features.includes('push'));
});

test('the other order is refused with the right one, and clients that cannot do it with what they can', () => {
	const said = (name: string, pattern: RegExp) =>
		assert.throws(
			() => withOptions(name, knownTargets),
			(error) => error instanceof UserError && pattern.test(error.message),
			name,
		);
	said('stateless/poll-1s?reply=sse', /give 'stateless\?reply=sse\/poll-1s', the options first\.$/);
	said('sse/none?instances=2&commentMs=9', /give 'sse\?instances=2&commentMs=9\/none', the options first\.$/);
	said('nobody/none?reply=sse', /"nobody\/none" is none/);
	said(
		'stateless?reply=sse/sometimes',
		/"sometimes" behind "stateless\?reply=sse" .*fixed-3s.*, or poll-1s, poll-5s\.$/,
	);
	said('sse?reply=sse/poll-1s', /"poll-1s" behind "sse\?reply=sse" .*full-jitter-resend\.$/);
	said('stateless?reply=xml/poll-1s', /"reply=xml" is no option/);
});
