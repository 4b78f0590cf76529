import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known, sumGauges } from './gauges.ts';

test('amounts add up, delays take the worst', () => {
	const sum = sumGauges([
		{ pssKb: 100, fdsSocket: 3, loopDelayMaxUs: 500 },
		{ pssKb: 50, fdsSocket: 4, loopDelayMaxUs: 200 },
		{ pssKb: 1, fdsSocket: 0, loopDelayMaxUs: 600 },
	]);
	assert.deepEqual(sum, { pssKb: 151, fdsSocket: 7, loopDelayMaxUs: 600 });
});

test('a figure that one process lacks is absent from the sum', () => {
	assert.deepEqual(sumGauges([{ rssKb: 1, pssKb: 2 }, { rssKb: 3 }]), { rssKb: 4 });
	assert.deepEqual(sumGauges([{ rssKb: 1 }, { rssKb: 3, pssKb: 2 }]), { rssKb: 4 });
});

test('one process is its own sum, none has no figures', () => {
	assert.deepEqual(sumGauges([{ cpuUs: 5 }]), { cpuUs: 5 });
	assert.deepEqual(sumGauges([]), {});
});

test('unknown figures are left out', () => {
	assert.deepEqual(known({ rssKb: 0, pssKb: undefined }), { rssKb: 0 });
});
