import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stepFigures } from '../judge/step-figures.ts';
import type { CallRecord } from '../model/call-record.ts';
import type { HistoryEvent, Phase } from '../model/history.ts';
import type { StepFigures } from '../model/search.ts';
import { ok } from '../model/session.ts';
import { Recorder } from './recorder.ts';

function call(phase: Phase, dueUs: number, latencyUs: number, outcome: CallRecord['outcome'] = ok): CallRecord {
	const ids = { seq: 0, session: 0, bytesIn: 1, bytesOut: 1 };
	return { at: dueUs + latencyUs, phase, dueUs, sentUs: dueUs, outcome, ...ids };
}

function figuresOf({ latencyUs = '', lagUs = '', dropped }: ReturnType<Recorder['endStep']>): StepFigures {
	return stepFigures({ latencyUs: [latencyUs], lagUs: [lagUs] }, { dropped, busyShare: 0 });
}

function countsOf({ ok, notOk, dropped }: StepFigures) {
	return { ok, notOk, dropped };
}

test('a step’s figures are its own: nothing of its warm part, and nothing of the step before', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, 'part.ndjson');
	const recorder = new Recorder(path, 0);
	recorder.call(call('warm', 0, 9_000_000), 0);
	for (let n = 0; n < 100; n++) recorder.call(call('search', 1000 * n, 500), 1000 * n);
	recorder.call(call('search', 200_000, 1, { is: 'failed', why: 'refused' }), 200_000);
	recorder.dropped(300_000, 299_000, 'search');
	recorder.dropped(300_000, 299_000, 'warm');
	const first = recorder.endStep(400_000, 0, 0);
	recorder.call(call('search', 500_000, 20_000), 507_000);
	const second = recorder.endStep(600_000, 0, 1);
	recorder.close();
	const [one, two] = [figuresOf(first), figuresOf(second)];
	assert.deepEqual(countsOf(one), { ok: 100, notOk: 1, dropped: 1 });
	assert.deepEqual(countsOf(two), { ok: 1, notOk: 0, dropped: 0 });
	assert.equal(one.p99Us, 500);
	assert.ok(Math.abs((two.p99Us ?? 0) / 20_000 - 1) < 0.002);
	assert.ok(Math.abs(two.lagP99Us / 7000 - 1) < 0.002);
	const events = readFileSync(path, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as HistoryEvent);
	const steps = events.flatMap((event) => (event.is === 'histogram' ? [event.step] : []));
	assert.deepEqual(steps, [0, 0, 0, 1, 1, 1], 'latency, service and lag of each step');
});
