import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import { recoverFolder, replaceFolder } from './replace-folder.ts';

const root = temporaryFolder('replace');

function textsIn(folder: string): Record<string, string> {
	return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test('a folder is made, and replaced as a whole, whatever was in it', async () => {
	const path = join(root, 'deep', 'published');
	await replaceFolder(path, async (aside) => writeFileSync(join(aside, 'old'), '1'));
	assert.deepEqual(textsIn(path), { old: '1' });
	const filled = await replaceFolder(path, async (aside) => {
		writeFileSync(join(aside, 'new'), '2');
		assert.deepEqual(textsIn(path), { old: '1' }, 'until then the old one stands');
		return 'done';
	});
	assert.equal(filled, 'done');
	assert.deepEqual(textsIn(path), { new: '2' });
	assert.deepEqual(readdirSync(join(root, 'deep')), ['published'], 'nothing is left aside');
});

test('a failure leaves the old folder, and nothing beside it', async () => {
	const under = join(root, 'failing');
	const path = join(under, 'published');
	mkdirSync(path, { recursive: true });
	writeFileSync(join(path, 'old'), '1');
	await assert.rejects(
		replaceFolder(path, async (aside) => {
			writeFileSync(join(aside, 'half'), '2');
			throw new Error('the disk is full');
		}),
		/disk is full/,
	);
	assert.deepEqual(textsIn(path), { old: '1' });
	assert.deepEqual(readdirSync(under), ['published']);
});

test('where it cannot be put in place, the old folder comes back', async () => {
	const under = join(root, 'lost');
	const path = join(under, 'published');
	mkdirSync(path, { recursive: true });
	writeFileSync(join(path, 'old'), '1');
	// What was filled is taken away by somebody before it is put in place.
	const taken = replaceFolder(path, async (aside) => {
		const { rmSync } = await import('node:fs');
		rmSync(aside, { recursive: true });
	});
	await assert.rejects(taken, { code: 'ENOENT' });
	assert.deepEqual(textsIn(path), { old: '1' });
	assert.deepEqual(readdirSync(under), ['published']);
});

/** More than any system gives. */
const deadPid = 2_000_000_000;

function madeFolder(path: string, text: string, atSecond: number): void {
	mkdirSync(path, { recursive: true });
	writeFileSync(join(path, 'whole'), text);
	utimesSync(path, atSecond, atSecond);
}

const isWhole = (left: string) => existsSync(join(left, 'whole'));

test('of what killed ones put aside the newest that is whole comes back, and nothing else stays', async () => {
	const under = join(root, 'killed');
	const path = join(under, 'published');
	madeFolder(`${path}.${deadPid}.old.tmp`, 'newer', 2000);
	madeFolder(`${path}.${deadPid + 1}.old.tmp`, 'older', 1000);
	mkdirSync(`${path}.${deadPid + 2}.old.tmp`);
	madeFolder(`${path}.${deadPid}.new.tmp`, 'never in place', 3000);
	madeFolder(join(under, `other.${deadPid}.old.tmp`), 'of another folder', 3000);
	await recoverFolder(path, isWhole);
	assert.deepEqual(textsIn(path), { whole: 'newer' });
	assert.deepEqual(readdirSync(under).sort(), [`other.${deadPid}.old.tmp`, 'published']);
});

test('a folder that stands is not replaced by one that was put aside; what a live process needs stays', async () => {
	const under = join(root, 'standing');
	const path = join(under, 'published');
	madeFolder(path, 'stands', 1000);
	madeFolder(`${path}.${deadPid}.old.tmp`, 'aside', 2000);
	madeFolder(`${path}.${process.ppid}.new.tmp`, 'under way', 2000);
	await recoverFolder(path, isWhole);
	assert.deepEqual(textsIn(path), { whole: 'stands' });
	assert.deepEqual(readdirSync(under).sort(), ['published', `published.${process.ppid}.new.tmp`].sort());
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	test(`${signal} waits until what must not be interrupted is done, and then ends the process`, () => {
		const script = `
			import { uninterrupted } from ${JSON.stringify(new URL('./replace-folder.ts', import.meta.url).href)};
			await uninterrupted(async () => {
				process.kill(process.pid, '${signal}');
				for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
				process.stdout.write('done');
				process.kill(process.pid, '${signal}');
			});
			setInterval(() => {}, 1000);`;
		const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 });
		assert.equal(ended.stdout.toString(), 'done', ended.stderr.toString());
		assert.equal(ended.signal, signal);
	});
}
