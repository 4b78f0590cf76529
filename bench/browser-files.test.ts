import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import { test } from 'node:test';
import { browserFiles, browserFlags } from './browser-files.ts';

test('programs that start elsewhere are given whole paths, also where --out is a relative one', () => {
	const paths = Object.values(browserFiles('runs/parts'));
	assert.deepEqual(paths.filter(isAbsolute), paths);
	assert.ok(browserFlags('runs/parts').includes(browserFiles('runs/parts').accessLog));
});
