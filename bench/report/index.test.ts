import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from './fixture.ts';
import { reporters, writeReports } from './index.ts';
import type { Reporter } from './reporter.ts';

/** A run with one chart, because pictures take time. */
const [section] = fixture.sections;
const small = {
	...fixture,
	sections: section === undefined ? [] : [{ ...section, charts: section.charts.slice(0, 1) }],
};

test('every report is written and named', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'report-'));
	t.after(() => rm(folder, { recursive: true }));
	const { paths, failures } = await writeReports(small, folder);
	assert.deepEqual(failures, []);
	assert.equal(paths[0], join(folder, 'report.html'));
	for (const path of paths) assert.ok((await stat(path)).size > 500, path);
	assert.deepEqual((await readdir(folder)).sort(), ['charts', 'junit.xml', 'report.html', 'report.md']);
	assert.equal((await readdir(join(folder, 'charts'))).length, 2);
});

test('a reporter that fails is named and does not stop the others', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'report-'));
	t.after(() => rm(folder, { recursive: true }));
	const broken: Reporter = { id: 'broken', write: () => Promise.reject(new Error('no disk')) };
	const { junit } = reporters;
	assert.ok(junit);
	const { paths, failures } = await writeReports(small, folder, [broken, junit]);
	assert.deepEqual(
		failures.map(({ reporter, error }) => `${reporter}: ${error.message}`),
		['broken: no disk'],
	);
	assert.match(await readFile(paths[0] ?? '', 'utf8'), /^<\?xml/);
});

test('a run that was interrupted before its first trial can be reported', async (t) => {
	const folder = await mkdtemp(join(tmpdir(), 'report-'));
	t.after(() => rm(folder, { recursive: true }));
	const { finishedAt: _, ...run } = fixture.run;
	const empty = { ...run, state: 'interrupted' as const, trials: [], comparisons: [], findings: [] };
	const { failures } = await writeReports({ run: empty, sections: [] }, folder);
	assert.deepEqual(failures, []);
	assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /54 not run\. The run was interrupted/);
});
