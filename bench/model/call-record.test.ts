import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	type CallRecord,
	callRowLength,
	readCallHead,
	readCallRow,
	writeCallHead,
	writeCallRow,
} from './call-record.ts';
import type { Phase } from './history.ts';
import { type Failure, ok, outcomeOf } from './session.ts';

const failures: Record<Failure, true> = {
	refused: true,
	'connect-timeout': true,
	reset: true,
	closed: true,
	timeout: true,
	'no-session': true,
	'session-unknown': true,
	'http-status': true,
	'rpc-error': true,
	'wrong-answer': true,
	aborted: true,
	'no-ports': true,
	protocol: true,
};
const phases: Record<Phase, true> = {
	start: true,
	open: true,
	warm: true,
	measure: true,
	search: true,
	drain: true,
	stop: true,
};

const record: CallRecord = {
	at: 9_007_199_254_740_991,
	seq: 4_294_967_296,
	session: 99_999,
	phase: 'measure',
	dueUs: -1,
	sentUs: 17,
	firstByteUs: 18,
	outcome: ok,
	bytesIn: 33_554_432,
	bytesOut: 1,
};

test('every call comes out of its row as it went in: every phase, every outcome, with and without a first byte', () => {
	const outcomes = [ok, ...(Object.keys(failures) as Failure[]).map(outcomeOf)];
	const calls = outcomes.flatMap((outcome) =>
		(Object.keys(phases) as Phase[]).flatMap((phase) => [
			{ ...record, outcome, phase },
			{ ...record, outcome, phase, firstByteUs: undefined },
		]),
	);
	assert.equal(calls.length, 14 * 7 * 2);
	const rows = new Float64Array(calls.length * callRowLength);
	for (const [n, call] of calls.entries()) writeCallRow(rows, n * callRowLength, call);
	for (const [n, { seq, firstByteUs, ...call }] of calls.entries()) {
		const first = firstByteUs === undefined ? {} : { firstByteUs };
		assert.deepEqual(readCallRow(rows, n * callRowLength, 3), { is: 'call', callId: `3-${seq}`, ...call, ...first });
	}
});

test('a file of calls says whose they are, and nothing else passes for one', () => {
	const rows = new Float64Array(callRowLength);
	assert.equal(readCallHead(rows), undefined);
	writeCallHead(rows, 7);
	assert.equal(readCallHead(rows), 7);
});
