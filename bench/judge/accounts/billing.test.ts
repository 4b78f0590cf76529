import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEvent } from '../../model/history.ts';
import type { MeasureName } from '../../model/measures.ts';
import type { InvocationEvent } from '../../model/path-events.ts';
import { prices, usdOf } from '../../model/prices.ts';
import { Billing } from './billing.ts';

const s = 1_000_000;
/** The measured phase lasts from second 1 to second 11: an hour at a factor of 360. */
const [fromUs, toUs] = [s, 11 * s];

type Given = Partial<InvocationEvent> & Pick<InvocationEvent, 'fromUs' | 'at'>;

function billed(platform: InvocationEvent['platform'], sessions: number, given: readonly Given[]) {
	const events: HistoryEvent[] = [
		...Array.from({ length: sessions }, (_, session) => ({ is: 'session', at: 0, session, change: 'opened' }) as const),
		{ is: 'phase', at: fromUs, phase: 'measure' },
		{ is: 'phase', at: toUs, phase: 'drain' },
		...given.map(
			(one): InvocationEvent => ({
				is: 'invocation',
				platform,
				askedUs: one.fromUs,
				factor: 360,
				pid: 1,
				held: false,
				end: 'answered',
				...one,
			}),
		),
	];
	const account = new Billing();
	for (const event of events) account.take(event);
	const measures = account.measures();
	return { bill: account.bill, of: (name: MeasureName) => measures[name]?.value };
}

function near(actual: number | undefined, expected: number): void {
	assert.ok(
		actual !== undefined && Math.abs(actual - expected) < 1e-9 + Math.abs(expected) * 1e-9,
		`${actual} is not ${expected}`,
	);
}

test('lambda: every call is rounded up to a millisecond in real time, with the start of its process', () => {
	const { of } = billed('lambda', 1, [
		{ fromUs: 2 * s, at: 2 * s + 1200, askedUs: 2 * s - 100_300, coldStartMs: 100.3 },
		{ fromUs: 3 * s, at: 3 * s + 400 },
	]);
	near(of('billedSPerSessionHour'), 0.102 + 0.001);
	near(of('gbSPerSessionHour'), 0.103 / 2);
	near(of('invocationsPerSessionHour'), 2);
	near(of('usdPer1000SessionHours'), 1000 * (0.0515 * 0.0000166667 + 2 * 2e-7));
	assert.equal(of('coldStarts'), 1);
	near(of('coldStartMs'), 100.3);
	near(of('coldAnswerMs'), 101.5);
});

test('lambda: a held stream counts in compressed time, as far as it lies in the hour, whether its client is there or not', () => {
	const { of, bill } = billed('lambda', 2, [
		{ fromUs: 0, at: 3.5 * s, held: true, end: 'timeout', clientLeftUs: 2 * s },
		{ fromUs: 9 * s, at: 12 * s, held: true, end: 'running', pid: 2 },
	]);
	near(of('billedSPerSessionHour'), ((2.5 + 2) * 360) / 2);
	near(of('functionTimeouts'), 0.5);
	assert.equal(bill?.mostHolding, 1);
});

test('what was refused, or came after the hour, is not billed; what no process had is no invocation', () => {
	const { of } = billed('lambda', 1, [
		{ fromUs: 2 * s, at: 2 * s, pid: 0, end: 'refused' },
		{ fromUs: 3 * s, at: 3 * s, pid: 0, end: 'crashed' },
		{ fromUs: 11.5 * s, at: 12 * s },
	]);
	assert.equal(of('billedSPerSessionHour'), 0);
	assert.equal(of('invocationsPerSessionHour'), 0);
	assert.equal(of('requestsRefused'), 1);
});

test('cloud run: an instance is billed while it has requests, however many, in steps of 100 ms', () => {
	const { of } = billed('cloud-run', 1, [
		{ fromUs: 2 * s, at: 2 * s + 130_000 },
		{ fromUs: 2 * s + 50_000, at: 2 * s + 140_000 },
		{ fromUs: 5 * s, at: 5 * s + 10_000 },
		{ fromUs: 5 * s, at: 5 * s + 10_000, pid: 2 },
	]);
	near(of('billedSPerSessionHour'), 0.2 + 0.1 + 0.1);
	near(of('usdPer1000SessionHours'), 1000 * usdOf('cloud-run', 0.4, 4));
});

test('cloud run: the start is billed, and calls beside a held stream cost no time', () => {
	const { of, bill } = billed('cloud-run', 2, [
		{ askedUs: 0.5 * s, fromUs: s, at: 11.2 * s, held: true, coldStartMs: 500, end: 'running' },
		{ fromUs: s, at: 11.2 * s, held: true, end: 'running' },
		{ fromUs: 4 * s, at: 4.1 * s },
	]);
	near(of('billedSPerSessionHour'), (3600 + 0.5) / 2);
	near(bill?.requests, 1.5);
	near(bill?.usd, usdOf('cloud-run', 1800.25, 1.5));
	near(of('usdPer1000SessionHours'), usdOf('cloud-run', 13 * 3600, 1500));
	assert.equal(bill?.mostHolding, 1);
});

test('the price of a second is that of what it has of everything', () => {
	near(usdOf('lambda', 3600, 1e6), 3600 * 0.5 * 0.0000166667 + 0.2);
	near(usdOf('cloud-run', 3600, 1e6), 3600 * (0.000024 + 0.5 * 0.0000025) + 0.4);
	for (const { source, checked } of Object.values(prices)) {
		assert.match(source, /^https:\/\//);
		assert.match(checked, /^\d{4}-\d\d-\d\d$/);
	}
});

test('without an invocation nothing is said', () => {
	const { of, bill } = billed('lambda', 1, []);
	assert.equal(of('coldStarts'), undefined);
	assert.equal(bill, undefined);
});
