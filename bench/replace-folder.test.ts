import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import { replaceFolder } from './replace-folder.ts';

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
