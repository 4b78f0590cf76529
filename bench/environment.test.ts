import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeEnvironment, missingFigures } from './environment.ts';
import { findTool } from './fleet/tools.ts';
import type { Placement } from './model/environment.ts';

const placement: Placement = { pinned: true, target: [0], swarm: [1], note: 'Pinned.' };
const allFeatures = { processes: true, smapsRollup: true, slabInfo: true };

test('the environment names this machine and its software', async () => {
	const here = await describeEnvironment(placement);
	assert.equal(here.node, process.versions.node);
	assert.equal(here.placement, placement);
	for (const name of ['undici', 'execa', '@modelcontextprotocol/sdk']) {
		assert.match(here.packages[name] ?? '', /^\d+\.\d+\.\d+/, name);
	}
	assert.ok(here.cpus >= 1 && here.memoryMb > 100 && here.fdLimit > 100 && here.ephemeralPorts > 100);
	assert.ok(here.os.length > 0 && here.cpuModel.length > 0);
	// It goes into JSON and must come back the same: nothing undefined, nothing infinite.
	assert.deepEqual(JSON.parse(JSON.stringify(here)), here);
});

test('the checkout is known by its head and by whether it was changed', {
	skip: findTool('git') ? false : 'git is missing',
}, async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
	const state = async () => (await describeEnvironment(placement, folder)).git;
	assert.equal(await state(), null);
	git('init', '--quiet');
	// No commit yet.
	assert.equal(await state(), null);
	writeFileSync(join(folder, 'a.txt'), 'a');
	git('add', 'a.txt');
	git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'first');
	assert.deepEqual(await state(), { head: git('rev-parse', 'HEAD'), dirty: false });
	writeFileSync(join(folder, 'a.txt'), 'b');
	assert.equal((await state())?.dirty, true);
});

test('packages that are missing or broken are left out', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'packages-'));
	t.after(() => rmSync(folder, { recursive: true }));
	for (const [name, text] of [
		['undici', '{"version":"1.2.3"}'],
		['execa', 'not JSON'],
	] as const) {
		mkdirSync(join(folder, 'node_modules', name), { recursive: true });
		writeFileSync(join(folder, 'node_modules', name, 'package.json'), text);
	}
	assert.deepEqual((await describeEnvironment(placement, folder)).packages, { undici: '1.2.3' });
});

test('what a machine lacks is said in sentences', () => {
	assert.deepEqual(missingFigures(allFeatures, true, {}), []);
	const all = missingFigures({ processes: true, smapsRollup: false, slabInfo: false }, false, {
		memoryMb: 512,
		cpus: 1,
	});
	assert.equal(all.length, 5);
	assert.ok(all.every((sentence) => /^[A-Z].*\.$/.test(sentence)));
	assert.equal(missingFigures({ processes: false, smapsRollup: false, slabInfo: false }, true, {}).length, 1);
});
