import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seen } from '../../test/support/spaces.ts';
import {
	atLeast,
	bracketed,
	briefly,
	briefRange,
	counted,
	duration,
	enumerated,
	exactly,
	figure,
	interval,
	plusMinus,
	quantity,
	range,
	ratio,
	roundedDown,
	scaleFor,
	threeDigits,
	tick,
} from './quantity.ts';

test('a value takes the unit that fits it', () => {
	assert.equal(seen(quantity(812, 'µs')), '812~µs');
	assert.equal(seen(quantity(12_340, 'µs')), '12.3~ms');
	assert.equal(seen(quantity(1_234_000, 'µs')), '1.23~s');
	assert.equal(seen(quantity(69_632, 'KB')), '68.0~MB');
	assert.equal(seen(quantity(1234.4, '1/s')), '1~234/s');
	assert.equal(seen(quantity(0, 'KB')), '0~KB');
});

test('numbers have about three significant digits and never a negative zero', () => {
	assert.equal(seen(figure(7912.4)), '7~912');
	assert.equal(figure(1, 'fd'), '1.00');
	assert.equal(figure(-0.001, 'fd'), '0.00');
	assert.equal(figure(-12.34, 'KB'), '−12.3');
	assert.equal(figure(0.99961), '0.9996');
	assert.equal(figure(3), '3');
	assert.equal(figure(Number.NaN), '—');
	assert.equal(seen(tick(1e6)), '1~000~000');
	assert.equal(tick(0.1 + 0.2), '0.3');
});

test('three digits stay three, however small the number is, and zero is plain', () => {
	const written = [0.00002, 0.0825, 0.99961, 1, 14.6, 60, 99.96, 100, 0].map(threeDigits);
	assert.deepEqual(written, ['0.0000200', '0.0825', '1.00', '1.00', '14.6', '60.0', '100', '100', '0']);
	assert.deepEqual([1789.6, 12_345].map(threeDigits).map(seen), ['1~790', '12~345']);
	assert.equal(threeDigits(-0.0825), '−0.0825');
	assert.equal(threeDigits(Number.NaN), '—');
});

test('the value of a bar is that of three digits without zeros at its end, and in narrow places of two', () => {
	const values = [0.00002, 0.0825, 0.99961, 1, 14.6, 60, 99.96, 1789.6, 0, -0.0825];
	assert.deepEqual(values.map(exactly).map(seen), [
		'0.00002',
		'0.0825',
		'1',
		'1',
		'14.6',
		'60',
		'100',
		'1~790',
		'0',
		'−0.0825',
	]);
	assert.deepEqual(values.map(briefly).map(seen), [
		'0.00002',
		'0.083',
		'1',
		'1',
		'15',
		'60',
		'100',
		'1~790',
		'0',
		'−0.083',
	]);
});

test('three digits are significant, whatever the unit; zeros behind them are none', () => {
	assert.deepEqual(
		[1.11, 1.4996, 2.5, 0.5].map((value) => figure(value)),
		['1.11', '1.50', '2.50', '0.500'],
	);
	assert.deepEqual(
		[0.0123, 0.24].map((value) => figure(value, 'ms')),
		['0.0123', '0.240'],
	);
});

test('nearly all is not all', () => {
	assert.deepEqual(
		[0.9987, 0.99987, 1].map((value) => figure(value)),
		['0.999', '0.9999', '1'],
	);
	assert.deepEqual(
		[99.2, 99.97, 100].map((value) => figure(value, '%')),
		['99.2', '99.97', '100'],
	);
	assert.equal(interval(99.97, [99.9, 100], '%').startsWith('99.97 [99.90, 100.00]'), true);
	assert.equal(figure(99.97, 'ms'), '100.0');
});

test('a range has one unit, and is a single figure where its ends are written alike', () => {
	assert.equal(seen(range(16.67, 33.3, '%')), '16.7–33.3~%');
	assert.equal(seen(range(0, 100, '%')), '0–100~%');
	assert.equal(seen(range(99.999, 100, '%')), '99.999–100.000~%');
	assert.equal(seen(range(900, 1600, 'ms')), '0.90–1.60~s');
	assert.equal(seen(range(59.99, 60.01, 's')), '60.0~s');
	assert.equal(range(3, 3, ''), '3');
	const brief = (low: number, high: number) => briefRange(low, high, { unit: '%', factor: 1 });
	assert.deepEqual([brief(16.67, 33.3), brief(0, 5.56), brief(33.3, 33.4)], ['17–33', '0–5.6', '33']);
	assert.deepEqual([brief(99.7, 100), brief(100, 100)], ['99.7–100.0', '100']);
});

test('an interval has the decimals of its value and one unit', () => {
	assert.equal(seen(interval(12_300, [11_900, 12_800], 'µs')), '12.3 [11.9, 12.8]~ms');
	assert.equal(interval(1, undefined, 'fd').startsWith('1.00'), true);
	assert.equal(bracketed(0.004, [-0.01, 0.012], scaleFor('fd', 0)), '0.00 [−0.01, 0.01]');
	assert.equal(plusMinus(20, [18, 22.6], scaleFor('KB', 20)), '20.0 ±2.3');
	assert.equal(ratio(1.8, [1.62, 2.11]), '1.80× [1.62, 2.11]');
	assert.equal(ratio(Number.POSITIVE_INFINITY), '—');
});

test('time and counts read as people say them', () => {
	assert.equal(seen(duration(9804)), '9.8~s');
	assert.equal(seen(duration(250.4)), '250~ms');
	assert.equal(seen(duration(432_000)), '7~min 12~s');
	assert.equal(seen(counted(1, 'trial')), '1~trial');
	assert.equal(seen(counted(1200, 'trial')), '1~200~trials');
});

test('a lower bound is rounded down, to the digits that it is written with', () => {
	const plain = (text: string) => text.replaceAll('\u202f', ' ');
	assert.equal(plain(atLeast(124.7, 's')), '≥ 124 s');
	assert.equal(plain(atLeast(2635.9, 's')), '≥ 2 635 s');
	assert.equal(plain(atLeast(2829, 'ms')), '≥ 2.82 s');
	assert.equal(plain(atLeast(300, 's')), '≥ 300 s');
	assert.equal(plain(atLeast(0.29, 's')), '≥ 0.290 s', 'what is exact stays');
	const scale = { unit: 's', factor: 1 };
	assert.equal(roundedDown(99.97, scale, [1200]), 99, 'as few digits as what stands beside it leaves');
});

test('a dollar stands before its number, in a range once', () => {
	assert.equal(quantity(45.44, '$'), '$45.4');
	assert.equal(range(0.26, 45.7, '$'), '$0.3–45.7');
	assert.equal(interval(2, [1, 3], '$'), '$2.00 [1.00, 3.00]');
});

test('names stand in a row with an `and` before the last', () => {
	assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerated), ['', 'a', 'a and b', 'a, b and c']);
});
