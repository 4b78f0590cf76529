import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from '../clock.ts';
import type { Receipt } from '../model/session.ts';
import { Inbox } from './inbox.ts';

interface Read {
	readonly text: string;
	readonly receipt: Receipt;
}

function addressee(read: Read[]) {
	return { read: (chunk: Buffer, receipt: Receipt) => void read.push({ text: chunk.toString(), receipt }) };
}

test('what comes is kept with its instant, and read later, in order', async () => {
	const read: Read[] = [];
	const inbox = new Inbox();
	inbox.tellsWait = true;
	const to = addressee(read);
	const beforeUs = monotonicUs();
	for (let n = 0; n < 100; n++) inbox.keep(to, Buffer.from(String(n)));
	const afterUs = monotonicUs();
	assert.equal(read.length, 0);
	while (read.length < 100) await sleep(5);
	assert.deepEqual(
		read.map(({ text }) => Number(text)),
		Array.from({ length: 100 }, (_, n) => n),
	);
	const instants = read.map(({ receipt }) => receipt.atUs);
	assert.ok(instants.every((us, n) => us >= (instants[n - 1] ?? beforeUs) && us <= afterUs));
	assert.equal(read[0]?.receipt.waitedUs, 0);
	assert.equal(read[99]?.receipt.waitedUs, (instants[99] ?? 0) - (instants[0] ?? 0), 'the last waited for all before');
	inbox.keep(to, Buffer.from('more'));
	while (read.length < 101) await sleep(5);
	assert.equal(read[100]?.receipt.waitedUs, 0, 'another turn');
});

test('emptied it has read everything, and what comes then is read too', async () => {
	const read: Read[] = [];
	const inbox = new Inbox();
	const to = addressee(read);
	inbox.keep(to, Buffer.from('one'));
	inbox.empty();
	assert.equal(read.length, 1);
	inbox.keep(to, Buffer.from('two'));
	while (read.length < 2) await sleep(5);
	assert.deepEqual(
		read.map(({ text }) => text),
		['one', 'two'],
	);
});
