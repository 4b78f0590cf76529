import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Warning } from '../model/warning.ts';
import { alike } from './warning-groups.ts';

const grouped = (...warnings: readonly Warning[]) => alike(warnings).map(({ text, of }) => [text, of.length]);
const unrecovered = (clients: number | string): Warning => ({
	id: 'not-recovered',
	detail: `Clients without an answer after the fault was over: ${clients}.`,
});
const unserved: Warning = { id: 'not-recovered', detail: 'Not one client was ever served.' };

test('warnings that differ in one number are one line with the least and the most of it', () => {
	assert.deepEqual(grouped(unrecovered(6), unserved, unrecovered(10), unrecovered(2), unserved), [
		['Clients without an answer after the fault was over: 2 to 10.', 3],
		['Not one client was ever served.', 2],
	]);
	assert.deepEqual(grouped(unrecovered(6), unrecovered(6)), [[unrecovered(6).detail, 2]]);
	assert.deepEqual(grouped(unrecovered('1\u202f600'), unrecovered('900')), [
		['Clients without an answer after the fault was over: 900 to 1\u202f600.', 2],
	]);
});

test('where two numbers differ each stays what it was; the same sentence of another kind, or a name with a digit, is another', () => {
	const of = (open: number, wanted: number): Warning => ({
		id: 'ladder-incomplete',
		detail: `${open} of ${wanted} sessions were open.`,
	});
	assert.deepEqual(grouped(of(5, 10), of(15, 20), of(5, 10)), [
		['5 of 10 sessions were open.', 2],
		['15 of 20 sessions were open.', 1],
	]);
	assert.equal(grouped(unserved, { ...unserved, id: 'no-success' }).length, 2);
	const ran = (name: string): Warning => ({ id: 'not-fresh', detail: `${name} ran already.` });
	assert.equal(grouped(ran('sdk1-sse'), ran('sdk2-sse')).length, 2);
	assert.deepEqual(grouped(), []);
});
