import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	type CallRecord,
	CallRows,
	callRowBytes,
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
	ended: true,
	silent: true,
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
	seq: 4_294_967_295,
	session: 99_999,
	phase: 'measure',
	dueUs: 9_007_199_254_740_991 - 4_294_967_294,
	sentUs: 9_007_199_254_740_991 - 10_000_000,
	firstByteUs: 9_007_199_254_740_991,
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
	assert.equal(calls.length, 16 * 7 * 2);
	const rows = new CallRows(new ArrayBuffer(calls.length * callRowBytes));
	for (const [n, call] of calls.entries()) writeCallRow(rows, n, call);
	for (const [n, { seq, firstByteUs, ...call }] of calls.entries()) {
		const first = firstByteUs === undefined ? {} : { firstByteUs };
		assert.deepEqual(readCallRow(rows, n, 3), { is: 'call', callId: `3-${seq}`, ...call, ...first });
	}
});

test('the HTTP status of a call that failed stands in its row, beside every outcome and phase', () => {
	const rows = new CallRows(new ArrayBuffer(callRowBytes));
	for (const status of [100, 404, 502, 999]) {
		for (const phase of ['start', 'stop'] as const) {
			for (const why of ['refused', 'silent'] as const) {
				writeCallRow(rows, 0, { ...record, phase, outcome: outcomeOf(why), status });
				const read = readCallRow(rows, 0, 0);
				assert.deepEqual([read?.status, read?.phase, read?.outcome], [status, phase, outcomeOf(why)]);
			}
		}
	}
	writeCallRow(rows, 0, { ...record, status: undefined });
	assert.equal('status' in (readCallRow(rows, 0, 0) ?? {}), false);
});

test('a file of calls says whose they are, and nothing else passes for one', () => {
	const rows = new CallRows(new ArrayBuffer(callRowBytes));
	assert.equal(readCallHead(rows), undefined);
	writeCallHead(rows, 7);
	assert.equal(readCallHead(rows), 7);
});

test('an instant too long before the outcome is cut, not wrapped round', () => {
	const rows = new CallRows(new ArrayBuffer(callRowBytes));
	writeCallRow(rows, 0, { ...record, dueUs: record.at - 5_000_000_000 });
	assert.equal(readCallRow(rows, 0, 0)?.dueUs, record.at - 4_294_967_294);
});

test('what no worker wrote is no call', () => {
	const rows = new CallRows(new ArrayBuffer(callRowBytes));
	assert.equal(readCallRow(rows, 0, 0), undefined);
	rows.bytes.fill(0xff);
	assert.equal(readCallRow(rows, 0, 0), undefined);
});
