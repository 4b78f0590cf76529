import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRecord } from '../model/run.ts';
import { worksFrom } from '../model/serverless-measures.ts';
import type { TrialResult } from '../model/trial.ts';
import type { Bill } from './accounts/billing.ts';
import { billingTable } from './billing-table.ts';
import type { TrialFacts } from './facts.ts';
import type { JudgedTrial } from './library-table.ts';

const seen = (text: string) => text.replaceAll('\u202f', '~');

const run = {
	scenarios: [{ id: 'serverless', cases: [{ id: 'hour', title: 'an hour', sessions: 2 }] }],
	targets: [{ id: 'lambda-sse' }, { id: 'lambda-stateless' }, { id: 'cloud-run-sse' }],
} as unknown as RunRecord;

/** Without a share no call was made. */
function trial(target: string, share: number | undefined, bill?: Partial<Bill>): JudgedTrial {
	const whole = {
		platform: 'lambda',
		factor: 360,
		sessions: 2,
		hours: 1,
		requests: 60,
		heldS: 0,
		restS: 0,
		usd: 0.00001,
		mostHolding: 0,
		isCapped: false,
		...bill,
	};
	const facts = {
		billing: { bill: bill && whole },
		outcomes: { measures: () => (share === undefined ? {} : { callsOkShare: { value: share, unit: '%' } }) },
	};
	return {
		result: { scenario: 'serverless', case: 'hour', target } as TrialResult,
		facts: facts as unknown as TrialFacts,
	};
}

function cells(table: ReturnType<typeof billingTable>, target: string): readonly string[] {
	return table?.rows.find((row) => row[1] === target) ?? [];
}

test('the arithmetic stands beside the price, means over the repeats, and a month is 730 hours of 1000 sessions', () => {
	const table = billingTable(run, 'serverless', [
		trial('lambda-stateless', 100, { restS: 0.1, usd: 0.00001 }),
		trial('lambda-stateless', 100, { restS: 0.3, usd: 0.00003 }),
	]);
	const row = cells(table, 'lambda-stateless');
	assert.equal(row[8], '0.200 s × 0.5 GB × $0.0000166667 + 60.0 × $0.20 ÷ 10⁶ = $0.0000200');
	assert.deepEqual(row.slice(3, 8), ['60.0', '0.200', '0.100', '0.0000200', '14.6'], 'three digits, all of them');
	assert.match(table?.note ?? '', /Emulated limits.*aws\.amazon\.com\/lambda\/pricing/);
	assert.doesNotMatch(table?.note ?? '', /cloud\.google\.com/, 'only the prices that were used');
});

test('what does not work has no price, nor arithmetic that ends in one: its clients try again as often as they are let', () => {
	const held = { heldS: 3600, usd: 0.03 };
	const table = billingTable(run, 'serverless', [
		trial('lambda-sse', 0, held),
		trial('lambda-stateless', worksFrom - 4, held),
		trial('lambda-stateless', worksFrom + 3, held),
		trial('cloud-run-sse', worksFrom, { ...held, platform: 'cloud-run' }),
	]);
	assert.deepEqual(cells(table, 'lambda-sse').slice(6), ['—', '—', '—']);
	assert.deepEqual(cells(table, 'lambda-stateless').slice(6), ['—', '—', '—'], 'on the whole it does not');
	assert.ok(
		cells(table, 'cloud-run-sse')
			.slice(6)
			.every((cell) => /\d/.test(cell)),
		'it just does',
	);
	assert.equal(table?.rows.length, 3);
});

test('whether there is a price is decided as for the figures: by all repeats, billed or not; without calls nothing is withheld', () => {
	const pricesOf = (...trials: JudgedTrial[]) =>
		cells(billingTable(run, 'serverless', trials), 'lambda-sse').filter((_, nth) => nth === 2 || nth === 6);
	const billed = trial('lambda-sse', worksFrom + 4, { restS: 0.2, usd: 0.00002 });
	assert.deepEqual(pricesOf(billed, trial('lambda-sse', worksFrom - 10)).map(seen), ['87.0~%', '—']);
	assert.deepEqual(pricesOf(trial('lambda-sse', undefined, { restS: 0.2, usd: 0.00002 })), ['—', '0.0000200']);
});

test('where nothing was held, or nothing billed at all, no zero stands that something could have been rounded to', () => {
	const arithmeticOf = (bill: Partial<Bill>) => {
		const row = cells(billingTable(run, 'serverless', [trial('lambda-sse', 100, bill)]), 'lambda-sse');
		return { billed: row.slice(4, 6), said: seen(row[8] ?? '').split(' × ')[0] };
	};
	assert.deepEqual(arithmeticOf({ heldS: 1789.6, restS: 0.24 }), {
		billed: ['1\u202f790', '895'],
		said: '(1~790 s held + 0.240 s)',
	});
	assert.equal(arithmeticOf({ heldS: 1789.6 }).said, '1~790 s held');
	assert.equal(arithmeticOf({ restS: 0.24 }).said, '0.240 s');
	assert.deepEqual(arithmeticOf({}), { billed: ['nothing', 'nothing'], said: 'nothing' });
});

test('where requests were refused more would have been billed, and the figures say so', () => {
	const rowOf = (share: number, ...bills: Partial<Bill>[]) => {
		const trials = bills.map((bill) => trial('lambda-sse', share, { restS: 0.2, usd: 0.00002, ...bill }));
		return cells(billingTable(run, 'serverless', trials), 'lambda-sse')
			.slice(4, 8)
			.map(seen);
	};
	assert.deepEqual(rowOf(100, {}, { isCapped: true }), ['≥~0.200', '≥~0.100', '≥~0.0000200', '≥~14.6']);
	assert.deepEqual(rowOf(0, { isCapped: true }), ['≥~0.200', '≥~0.100', '—', '—']);
	assert.deepEqual(rowOf(100, {}).slice(0, 1), ['0.200']);
});

test('the title says that limits are emulated, and by how much time was compressed', () => {
	const bills = [{ factor: 360 }, { factor: 120 }, { factor: 360 }];
	const trials = bills.map((bill) => trial('lambda-stateless', 100, bill));
	assert.equal(
		billingTable(run, 'serverless', trials)?.title,
		'What an hour costs (emulated limits, time ÷360 or ÷120)',
	);
});

test('instances of cloud run that hold streams are as many as the streams of a thousand sessions need', () => {
	// Two sessions share the one instance that was held for the whole hour.
	const held = { platform: 'cloud-run', heldS: 1800, usd: 0.045, mostHolding: 1 } as const;
	const [month] = cells(billingTable(run, 'serverless', [trial('cloud-run-sse', 100, held)]), 'cloud-run-sse').slice(7);
	const perHour = 13 * 3600 * (0.000024 + 0.5 * 0.0000025) + (60_000 * 0.4) / 1e6;
	assert.equal(month, (perHour * 730).toFixed(0));
});

test('a month of cloud run without streams is the most it can be, as if calls shared no instance', () => {
	const calls = { platform: 'cloud-run', restS: 9, usd: 0.000261 } as const;
	const [month] = cells(billingTable(run, 'serverless', [trial('cloud-run-sse', 100, calls)]), 'cloud-run-sse').slice(
		7,
	);
	assert.equal(month && seen(month), '≤ 191');
});

test('without a bill there is no table', () => {
	assert.equal(billingTable(run, 'serverless', [trial('lambda-sse', 0)]), undefined);
});
