import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuredRun, oneTrial } from './support/runs.ts';
import { colourEscape, inTerminal, linesOf, skipWithoutScript } from './support/terminal.ts';

test('--quiet prints the summary only', async () => {
	const { code, out, err } = (await measuredRun([...oneTrial, '--quiet'])).ended;
	assert.equal(code, 0, err);
	assert.equal(err, '');
	assert.match(linesOf(out)[0] ?? '', /^1\starget\sin\s1\sscenario/);
	assert.doesNotMatch(out, /about|\[1\/1\]/);
});

test('on a terminal: what happens now, redrawn in place, and given back at the end', {
	skip: skipWithoutScript,
}, async () => {
	const { code, out } = (await measuredRun(oneTrial, { prefix: inTerminal(90) })).ended;
	assert.equal(code, 0, out);
	assert.match(out, /trial 1 of 1: steady-calls · stateless · repeat 1/);
	assert.match(out, /measure · 50 sessions open · [1-9]\d* calls\/s · .*(left|estimated)/);
	assert.match(out, colourEscape);
	// The last drawing is wiped before the line of the trial is written.
	const last = out.slice(out.lastIndexOf('[1/1]'));
	assert.doesNotMatch(last, /sessions open/);
});
