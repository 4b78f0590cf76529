import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from '../clock.ts';
import type { Receipt } from '../model/session.ts';
import { collectNow } from '../path/collect-garbage.ts';
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

test('full, it reads the oldest at once: nothing is lost, nothing overtakes, and it is counted', async () => {
	const read: Read[] = [];
	const inbox = new Inbox({ letters: 10, bytes: 1000 });
	const to = addressee(read);
	for (let n = 0; n < 25; n++) inbox.keep(to, Buffer.from(String(n)));
	assert.equal(read.length, 15, 'ten wait, all others were read');
	assert.equal(inbox.hurried, 15);
	while (read.length < 25) await sleep(5);
	assert.deepEqual(
		read.map(({ text }) => Number(text)),
		Array.from({ length: 25 }, (_, n) => n),
	);
	assert.equal(inbox.hurried, 15, 'those that were read in their turn were not hurried');
	for (let n = 0; n < 4; n++) inbox.keep(to, Buffer.alloc(300, '.'));
	assert.equal(read.length, 26, 'few that are large fill it too');
	inbox.keep(to, Buffer.alloc(5000, '.'));
	assert.equal(read.length, 30, 'what is larger than all of it is not kept at all');
	assert.equal(inbox.hurried, 20);
});

test('what was read is forgotten, however long letters go on to come', async () => {
	const inbox = new Inbox({ letters: 5000, bytes: 1_000_000 });
	const to = { read: () => {} };
	const chunks: WeakRef<Buffer>[] = [];
	// There is always one more that waits, so that it is never empty.
	for (let n = 0; n < 30_000; n++) {
		const chunk = Buffer.alloc(8);
		chunks.push(new WeakRef(chunk));
		inbox.keep(to, chunk);
	}
	// A weak reference keeps what it is made of to the end of the turn.
	await new Promise((over) => setImmediate(over));
	collectNow();
	const kept = chunks.filter((chunk) => chunk.deref() !== undefined).length;
	assert.ok(kept <= 10_000, `${kept} of 30000 are kept`);
	inbox.empty();
});
