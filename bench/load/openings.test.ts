import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Openings } from './openings.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a few sessions open at a time, in turn; one that fails, or never opens, makes room', async () => {
	mock.timers.enable({ apis: ['setTimeout'] });
	try {
		const openings = new Openings();
		const begun: number[] = [];
		const ends: ((isOpen: boolean | Error) => void)[] = [];
		const all = Array.from({ length: 8 }, (_, n) =>
			openings.next(
				() =>
					new Promise((resolve, reject) => {
						begun.push(n);
						ends[n] = (end) => (end instanceof Error ? reject(end) : resolve(end));
					}),
			),
		);
		await turn();
		assert.deepEqual(begun, [0, 1, 2, 3]);
		ends[1]?.(true);
		assert.equal(await all[1], true);
		ends[3]?.(new Error('no'));
		await assert.rejects(all[3] as Promise<boolean>, /no/);
		await turn();
		assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
		mock.timers.tick(60_000);
		await turn();
		assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7], 'the others take too long to be waited for');
		for (const end of ends) end(false);
		assert.deepEqual(await Promise.all([0, 2, 4, 5, 6, 7].map((n) => all[n])), Array(6).fill(false));
	} finally {
		mock.timers.reset();
	}
});
