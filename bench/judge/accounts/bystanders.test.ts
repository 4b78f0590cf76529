import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import { Bystanders } from './bystanders.ts';
import { LargeAnswers } from './large-answers.ts';

const call = (dueUs: number, tookUs: number): HistoryEvent => ({
	is: 'call',
	at: dueUs + tookUs,
	callId: '0-1',
	session: 0,
	phase: 'measure',
	dueUs,
	sentUs: dueUs,
	outcome: { is: 'ok' },
	bytesIn: 0,
	bytesOut: 0,
});
const began: HistoryEvent = { is: 'guest', what: 'began', at: 2_000_000, kind: 'answers', clients: 1 };
const ended: HistoryEvent = { is: 'guest', what: 'ended', at: 3_000_000 };
const measuring: HistoryEvent = { is: 'phase', at: 1_000_000, phase: 'measure' };

function calls(fromUs: number, count: number, tookUs: number): HistoryEvent[] {
	return Array.from({ length: count }, (_, n) => call(fromUs + n * 1000, tookUs));
}

function valuesOf(account: Bystanders | LargeAnswers, events: readonly HistoryEvent[]): Record<string, number> {
	for (const event of events) account.take(event);
	return Object.fromEntries(Object.entries(account.measures()).map(([name, { value }]) => [name, value]));
}

test('calls are compared with those of before, and what comes after the guests is neither', () => {
	const values = valuesOf(new Bystanders(), [
		...calls(500_000, 20, 9000),
		measuring,
		...calls(1_000_000, 150, 1000),
		began,
		...calls(2_000_000, 150, 3000),
		ended,
		...calls(3_000_000, 150, 9000),
	]);
	assert.equal(values.othersP50AloneUs, 1000);
	assert.equal(values.othersP50BesideUs, 3000);
	assert.equal(values.othersP50Ratio, 3);
	assert.equal(values.othersP99Ratio, 3);
	assert.ok(!('deliveryP50Ratio' in values), 'nothing was pushed');
});

test('a push takes as long as from its number to its arrival; of a few calls there is no p99', () => {
	const push = (number: number, at: number, tookUs: number): HistoryEvent[] => [
		{ is: 'tick', at, pid: 7, number, to: 1 },
		{ is: 'push', at: at + tookUs, session: 0, method: 'm', key: 'a', number },
	];
	const before = Array.from({ length: 20 }, (_, n) => push(n, 1_000_000 + n * 1000, 500)).flat();
	const since = Array.from({ length: 20 }, (_, n) => push(100 + n, 2_000_000 + n * 1000, 1000)).flat();
	const values = valuesOf(new Bystanders(), [
		measuring,
		...before,
		...calls(1_500_000, 20, 1000),
		began,
		...since,
		...calls(2_500_000, 20, 1000),
	]);
	assert.equal(values.deliveryP50AloneUs, 500);
	assert.equal(values.deliveryP50Ratio, 2);
	assert.equal(values.othersP50Ratio, 1);
	assert.ok(!('othersP99Ratio' in values));
	assert.deepEqual(valuesOf(new Bystanders(), [measuring, ...before]), {}, 'a trial without guests');
});

test('answers have a median for each size, and a peak that is the kernel’s', () => {
	const answer = (bytes: number, tookUs: number, why?: 'wrong-answer'): HistoryEvent => ({
		is: 'guest',
		what: 'answer',
		at: 2_500_000 + tookUs,
		bytes,
		sentUs: 2_500_000,
		...(why && { why }),
	});
	const reading = (at: number, rssPeakKb: number, heapUsedKb: number): HistoryEvent => ({
		is: 'reading',
		at,
		sessions: 1,
		state: 'loaded',
		target: { rssKb: 50_000, rssPeakKb, heapUsedKb, externalKb: 10 },
		swarm: {},
		machine: {},
	});
	// The kernel was told to forget what the server needed to start.
	const values = valuesOf(new LargeAnswers(), [
		reading(1_900_000, 60_000, 5000),
		began,
		answer(1000, 100),
		answer(1000, 300),
		answer(1000, 200),
		answer(10_000_000, 90_000),
		answer(10_000_000, 0, 'wrong-answer'),
		ended,
		reading(3_000_001, 50_000 + 2048, 5100),
	]);
	assert.deepEqual(values, {
		answer1KbMs: 0.2,
		answer10MbMs: 90,
		answersOk: 4,
		answersFailed: 1,
		answersPeakMb: 2,
		answersKeptKb: 100,
	});
	const old = [reading(1_900_000, 60_000, 5000), began, answer(1000, 100), ended, reading(3_000_001, 60_000, 5000)];
	assert.ok(!('answersPeakMb' in valuesOf(new LargeAnswers(), old)), 'the peak is still that of before');
});
