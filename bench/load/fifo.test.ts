import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { Fifo } from './fifo.ts';

test('what is pushed is taken in order, none twice, none lost', () => {
	const queue = new Fifo<number>([0, 1, 2]);
	const random = seededRandom(1);
	let pushed = 3;
	let taken = 0;
	for (let n = 0; n < 200_000; n++) {
		if (random.next() < 0.5) queue.push(pushed++);
		else if (queue.length > 0) assert.equal(queue.take(), taken++);
		else assert.equal(queue.take(), undefined);
		assert.equal(queue.length, pushed - taken);
	}
	while (queue.length > 0) assert.equal(queue.take(), taken++);
	assert.equal(taken, pushed);
});

test('its memory follows what waits, not what ever passed through', () => {
	const queue = new Fifo<number>();
	for (let n = 0; n < 20_000; n++) queue.push(n);
	let most = 0;
	for (let n = 0; n < 1_000_000; n++) {
		queue.take();
		queue.push(n);
		most = Math.max(most, queue.places);
	}
	assert.ok(most <= 2 * 20_000 + 1025, `${most} places`);
	while (queue.take() !== undefined);
	assert.ok(queue.places <= 1025, `${queue.places} places are left of an empty queue`);
});
