import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureName } from '../model/measures.ts';
import type { PolicyId } from '../model/policy.ts';
import { policySentence } from './policy-sentence.ts';

type Run = Parameters<typeof policySentence>[0];

function target(id: string, policy: PolicyId, stream = true): Run['targets'][number] {
	return { id, transport: id, client: { policy, stream } } as unknown as Run['targets'][number];
}

const planned = ['sse', 'stateful', 'stateless', 'sse/none'].map((id) => ({ scenario: 'restart', target: id }));
const run = {
	planned: [...planned, { scenario: 'other', target: 'modern-listen' }],
	targets: [
		target('sse', 'fixed-3s'),
		target('stateful', 'full-jitter', false),
		target('stateless', 'full-jitter', false),
		target('sse/none', 'none'),
		target('modern-listen', 'full-jitter'),
		{ ...target('sse=again', 'fixed-3s'), twinOf: 'sse' },
	],
} as unknown as Run;
const said = (...shows: MeasureName[]) => policySentence(run, { id: 'restart', shows } as never);

test('where losses are measured, whoever holds something that can be lost is said to wait how long', () => {
	assert.equal(
		said('recovery95Ms'),
		'After a loss the client decides how long it waits, whatever the transport: sse waits 3 s before every attempt; ' +
			'stateful waits a random time of up to 0.5 s, a limit that doubles up to 3 s; sse/none does not come back. ' +
			'Where these differ, a part of what differs in failed calls, recovery and peaks is theirs.',
	);
	assert.equal(said('p50Us'), '');
	assert.equal(policySentence(run, { id: 'nobody', shows: ['recovery95Ms'] } as never), '');
});
