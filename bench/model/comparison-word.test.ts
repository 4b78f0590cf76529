import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonWord, noiseWord, ratioWord, type Worded } from './comparison-word.ts';

const word = (measure: Worded['measure'], verdict: Worded['verdict'], more: Partial<Worded> = {}) =>
	comparisonWord({ measure, verdict, ci: [0.9, 1.2], ...more });

test('times are faster or slower, all else is less or more, with what it is worth', () => {
	assert.equal(word('p99Us', 'lower'), 'faster');
	assert.equal(word('recovery95Ms', 'higher'), 'slower');
	assert.equal(word('cpuUsPerCall', 'higher'), 'more, worse');
	assert.equal(word('ussKbPerClient', 'lower'), 'less, better');
	assert.equal(word('capacityPerS', 'higher'), 'more, better');
	assert.equal(word('streamLifeS', 'higher'), 'longer, better');
	assert.equal(word('streamLifeS', 'lower'), 'shorter, worse');
	assert.equal(word('streamsEnded', 'higher'), 'more');
	assert.equal(word('p50Us', 'equal'), 'equal within 5\u202f%');
	assert.equal(word('ofANewerRun' as 'p50Us', 'higher'), 'more');
});

test('what is open says what it takes, or why that is not known', () => {
	assert.equal(word('p50Us', 'inconclusive', { moreRepeats: 4 }), 'inconclusive (4 more)');
	assert.equal(word('p50Us', 'inconclusive'), 'inconclusive (more than 100 more)');
	const single = { measure: 'p50Us', verdict: 'inconclusive', moreRepeats: 2 } as const;
	assert.equal(comparisonWord(single), 'inconclusive (2 more give an interval)', 'one repeat knows no spread');
	assert.equal(comparisonWord({ measure: 'p50Us', verdict: 'inconclusive' }), 'inconclusive: no interval');
	assert.equal(word('p50Us', 'inconclusive', { lacks: 'figures' }), 'inconclusive: not every repeat has a figure');
	assert.equal(word('p50Us', 'inconclusive', { lacks: 'bound' }), 'inconclusive: a figure is a lower bound');
});

test('an interval that says nothing is only called wide', () => {
	assert.equal(ratioWord({ ratio: 0.12, ci: [1e-9, 1e7] }), '0.120× [wide]');
	assert.equal(ratioWord({ ratio: 1.1, ci: [1, 1.2] }), '1.10× [1.00, 1.20]');
	assert.equal(ratioWord({ ratio: 2 }), '2.00×');
});

test('a noise floor says from where it is, unless it is of the scenario itself', () => {
	assert.equal(noiseWord({ noise: { ratio: 1, ci: [0.968, 1.041] } }), '0.97–1.04');
	assert.equal(noiseWord({ noise: { ratio: 1, ci: [0.968, 1.041], from: 'push' } }), '0.97–1.04 (push)');
	assert.equal(noiseWord({ noise: { ratio: 1.021 } }), '1.02');
	assert.equal(noiseWord({}), 'not known');
});
