import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeProc } from './fixtures/fake-proc.ts';
import { numberAfter, Proc, systemProc } from './proc.ts';

test('files are read whole, whatever their length', (t) => {
	const long = 'x'.repeat(200_000);
	const proc = new Proc(fakeProc(t, { '1/stat': 'short', '1/smaps': long, '1/empty': '' }));
	assert.equal(proc.read('1/stat'), 'short');
	assert.equal(proc.read('1/smaps'), long);
	assert.equal(proc.read('1/empty'), '');
});

test('what cannot be read is undefined', (t) => {
	const proc = new Proc(fakeProc(t, { '1/stat': 'short' }));
	assert.equal(proc.read('2/stat'), undefined);
	assert.equal(proc.read('1'), undefined);
	assert.equal(proc.list('2/fd'), undefined);
	assert.equal(proc.link('1/stat'), undefined);
	assert.equal(proc.countDescriptors('2/fd'), undefined);
	assert.deepEqual(new Proc(join('/nowhere', 'at', 'all')).units(), { pageKb: 4, ticksPerS: 100 });
});

test('units come from the auxiliary vector', (t) => {
	const vector = Buffer.alloc(64);
	for (const [index, word] of [6n, 16384n, 17n, 120n].entries()) vector.writeBigUInt64LE(word, index * 8);
	// The helper writes text: bytes above 127 are not among these.
	const proc = new Proc(fakeProc(t, { 'self/auxv': vector.toString('latin1') }));
	assert.deepEqual(proc.units(), { pageKb: 16, ticksPerS: 120 });
});

test('descriptors are counted by listing where the size of the folder is not their number', (t) => {
	const proc = new Proc(fakeProc(t, {}, { '5/fd/0': '/dev/null', '5/fd/1': 'socket:[1]', '5/fd/9': 'socket:[2]' }));
	assert.equal(proc.countDescriptors('5/fd'), 3);
});

test('the own descriptors are counted', { skip: process.platform === 'linux' ? false : 'no /proc' }, () => {
	const listed = readdirSync('/proc/self/fd').length;
	const counted = systemProc.countDescriptors('self/fd') ?? 0;
	assert.ok(Math.abs(listed - counted) <= 1, `${listed} listed, ${counted} counted`);
});

test('numbers are found by name', () => {
	const text = 'Rss:   100 kB\nPss_Dirty:  7 kB\nPss:     50 kB\n';
	assert.equal(numberAfter(text, 'Pss'), 50);
	assert.equal(numberAfter(text, 'Uss'), undefined);
});
