import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTool } from './tools.ts';

test('a tool is found where it can be executed', () => {
	const folder = mkdtempSync(join(tmpdir(), 'tools-'));
	const tool = join(folder, 'a-tool-of-this-test');
	writeFileSync(tool, '#!/bin/sh\n', { mode: 0o600 });
	const path = `/nowhere:${folder}:`;
	assert.equal(findTool('a-tool-of-this-test', path), null);
	chmodSync(tool, 0o700);
	assert.equal(findTool('a-tool-of-this-test', path), tool);
	assert.equal(findTool('another-tool-of-this-test', path), null);
	rmSync(folder, { recursive: true });
});
