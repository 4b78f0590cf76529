import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';

type Kept = readonly [fds: readonly [number, number], heapKb: readonly [number, number]];
const keeping = (of: Record<string, Kept>) =>
	figures(
		Object.fromEntries(
			Object.entries(of).map(([target, [fds, heap]]) => [target, { fdsPerClient: fds, heapKbPerClient: heap }]),
		),
	);
const [held, none, noHeap]: readonly [Kept, Kept, Kept] = [
	[
		[1, 0.01],
		[5, 0.2],
	],
	[
		[0, 0.01],
		[0.03, 0.02],
	],
	[
		[1, 0.01],
		[0.03, 0.02],
	],
];
const unsure: Kept = [
	[1, 0.01],
	[0.2, 0.3],
];

test('SSE keeps state: both, one, neither, and an interval astride the limit', () => {
	assert.equal(verdictOf('sse-keeps-state', keeping({ sse: held })), 'confirmed');
	assert.equal(verdictOf('sse-keeps-state', keeping({ sse: noHeap })), 'depends');
	assert.equal(verdictOf('sse-keeps-state', keeping({ sse: none })), 'refuted');
	assert.equal(verdictOf('sse-keeps-state', keeping({ sse: unsure })), 'inconclusive');
	assert.equal(verdictOf('sse-keeps-state', figures({ sse: {} })), 'inconclusive');
});

test('one Streamable server that keeps nothing shows that it can be', () => {
	const { verdict, because } = rulingOf(
		'streamable-without-state',
		keeping({ sse: none, stateful: held, stateless: none }),
	);
	assert.equal(verdict, 'confirmed');
	assert.match(because, /on stateless\.$/);
	assert.doesNotMatch(because, /stateful/);
	assert.equal(verdictOf('streamable-without-state', keeping({ sse: none, stateful: held })), 'refuted');
	assert.equal(verdictOf('streamable-without-state', keeping({ stateful: held, stateless: unsure })), 'inconclusive');
	assert.equal(verdictOf('streamable-without-state', keeping({ sse: held })), 'inconclusive');
});

test('channels are connections of a client that has just called', () => {
	const connections = (of: Record<string, number>, half = 0.01) =>
		figures(
			Object.fromEntries(Object.entries(of).map(([target, n]) => [target, { fdsPerClientKeptAlive: [n, half] }])),
		);
	assert.equal(verdictOf('channels', connections({ sse: 2, stateless: 1 })), 'confirmed');
	assert.equal(verdictOf('channels', connections({ sse: 2, stateless: 1, stateful: 2 })), 'depends');
	assert.equal(verdictOf('channels', connections({ sse: 2, stateful: 2 })), 'refuted');
	assert.equal(verdictOf('channels', connections({ sse: 1, stateless: 1 })), 'refuted');
	assert.equal(verdictOf('channels', connections({ sse: 2, stateless: 1 }, 0.3)), 'inconclusive');
	assert.equal(verdictOf('channels', connections({ sse: 2 })), 'inconclusive');
});
