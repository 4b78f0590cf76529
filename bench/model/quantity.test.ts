import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	bracketed,
	counted,
	duration,
	figure,
	interval,
	plusMinus,
	quantity,
	ratio,
	scaleFor,
	tick,
} from './quantity.ts';

/** The narrow no-break spaces, visible. */
const seen = (text: string) => text.replaceAll('\u202f', '~');

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
