import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inShares } from './shares.ts';

/** Work that ends when it is told to, and says what ran beside what. */
function stage() {
	const running = new Map<string, () => void>();
	const besides: string[] = [];
	return {
		besides,
		running: () => [...running.keys()],
		perform: (name: string) =>
			new Promise<void>((resolve) => {
				running.set(name, resolve);
				besides.push([...running.keys()].join(' '));
			}),
		async end(name: string) {
			running.get(name)?.();
			running.delete(name);
			await turn();
		},
	};
}

test('work begins in its order as soon as its share is free; what needs the machine to itself waits for all, and all for it', async () => {
	const { besides, running, perform, end } = stage();
	const third = 1 / 3;
	const of = (share: number, ...names: string[]) => names.map((work) => ({ work, share }));
	const all = inShares(
		[...of(third, 'a', 'b', 'c', 'd'), ...of(0.5, 'x', 'y'), ...of(1, 'alone'), ...of(0.5, 'z')],
		perform,
	);
	await turn();
	assert.deepEqual(running(), ['a', 'b', 'c'], 'three thirds are one');
	await end('b');
	assert.deepEqual(running(), ['a', 'c', 'd']);
	await end('a');
	assert.deepEqual(running(), ['c', 'd'], 'a half has no place beside two thirds');
	await end('c');
	assert.deepEqual(running(), ['d', 'x'], 'what follows need not wait for the last of what was before');
	await end('d');
	assert.deepEqual(running(), ['x', 'y']);
	await end('y');
	assert.deepEqual(running(), ['x'], 'nothing passes by what waits for the whole');
	await end('x');
	assert.deepEqual(running(), ['alone']);
	await end('alone');
	await end('z');
	await all;
	assert.deepEqual(besides.at(-2), 'alone');
	assert.equal(besides.length, 8);
});

test('a share above the whole is performed all the same, by itself', async () => {
	const { running, perform, end } = stage();
	const all = inShares(
		[
			{ work: 'large', share: 2 },
			{ work: 'small', share: 0.1 },
		],
		perform,
	);
	await turn();
	assert.deepEqual(running(), ['large']);
	await end('large');
	await end('small');
	await all;
});
