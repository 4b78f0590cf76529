import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent, HistoryEvent } from '../../model/history.ts';
import { CaseLatency } from './case-latency.ts';

const issued: HistoryEvent = { is: 'tokens', at: 1, place: 0, change: 'issued', count: 0 };

const call = (serviceUs: number, more: Partial<CallEvent> = {}): HistoryEvent => ({
	...{ is: 'call', at: 1000 + serviceUs, callId: '0-1', session: 0, phase: 'measure', dueUs: 900, sentUs: 1000 },
	...{ outcome: { is: 'ok' }, bytesIn: 0, bytesOut: 0, ...more },
});

function medianOf(...events: readonly HistoryEvent[]): number | undefined {
	const account = new CaseLatency();
	for (const event of events) account.take(event);
	return account.measures().answerP50Us?.value;
}

test('the median of answered, measured calls from sent to answered', () => {
	const others = [call(9000, { phase: 'warm' }), call(9000, { outcome: { is: 'failed', why: 'http-status' } })];
	assert.equal(medianOf(issued, call(100), call(200), call(300), ...others, ...others), 200);
});

test('nothing where clients have no tokens, and none of the cases beside it has any', () => {
	assert.equal(medianOf(call(100), call(200)), undefined);
	assert.equal(medianOf(issued), undefined);
});
