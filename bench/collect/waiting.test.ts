import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeProc } from './fixtures/fake-proc.ts';
import { Proc } from './proc.ts';
import { threadTimes, waitedForOthersUs } from './waiting.ts';

test('running and waiting are read in nanoseconds, threads are added up', (t) => {
	const files = {
		'7/schedstat': '300000000 700000000 213\n',
		'7/task/7/schedstat': '300000000 700000000 213\n',
		'7/task/8/schedstat': '50000000 1000 3\n',
	};
	const proc = new Proc(fakeProc(t, files));
	assert.deepEqual(threadTimes(7, proc), { mainWaitedUs: 700_000, mainRanUs: 300_000, allRanUs: 350_000 });
	assert.equal(threadTimes(8, proc), undefined, 'a process that is gone');
});

test('waiting for one’s own threads or siblings is not waiting for others', () => {
	const start = { mainWaitedUs: 1000, mainRanUs: 5000, allRanUs: 6000 };
	const later = (waitedUs: number, mainUs: number, allUs: number) => ({
		mainWaitedUs: 1000 + waitedUs,
		mainRanUs: 5000 + mainUs,
		allRanUs: 6000 + allUs,
	});
	assert.equal(waitedForOthersUs([start], [later(300, 600, 600)], 1), 300);
	assert.equal(waitedForOthersUs([start], [later(300, 600, 800)], 1), 100, '200 µs were another thread’s');
	assert.equal(waitedForOthersUs([start], [later(300, 600, 1000)], 1), 0);
	const siblings = [later(400, 500, 500), later(500, 400, 400)];
	assert.equal(waitedForOthersUs([start, start], siblings, 1), 0, 'each waited for the other');
	assert.equal(waitedForOthersUs([start, start], siblings, 2), 500, 'each had a CPU of its own to wait for');
	assert.equal(waitedForOthersUs([start, undefined], [later(9, 1, 1), undefined], 1), 9);
	assert.equal(waitedForOthersUs([undefined], [undefined], 1), undefined);
});
