import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { publishedNames } from '../bench/published-data.ts';
import type { PublishedHistory } from '../bench/report/published/history.ts';
import { Page, skipWithoutChromium } from './support/chromium.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { soundPage } from './support/published-page.ts';
import { assertDescribed } from './support/run-schema.ts';
import { recordOf } from './support/runs.ts';
import { wholeRun } from './support/whole-run.ts';

const to = join(temporaryFolder('site'), 'published');

test('a measured run is published, twice to the same bytes, and its page is sound', {
	skip: skipWithoutChromium,
}, async () => {
	const { root, folder } = await wholeRun();
	const record = recordOf(folder);
	const { code, out, err } = await bench(['publish', '--out', root, '--to', to]);
	assert.equal(code, 0, err);
	assert.match(out, new RegExp(`The run ${record.id} is published`));
	const published = JSON.parse(readFileSync(join(to, 'run.json'), 'utf8')) as typeof record;
	assertDescribed(published, to);
	assert.deepEqual(published.trials, record.trials);
	const history = JSON.parse(readFileSync(join(to, 'history.json'), 'utf8')) as PublishedHistory;
	assert.deepEqual(
		history.runs.map(({ id }) => id),
		[record.id],
	);
	const contents = () => publishedNames(to).map((name) => [name, hash('sha256', readFileSync(join(to, name)))]);
	const first = contents();
	assert.equal((await bench(['publish', realpathSync(folder), '--to', to])).code, 0);
	assert.deepEqual(contents(), first);
	await using page = await Page.open();
	const ids = await soundPage(page, pathToFileURL(join(to, 'index.html')).href, to);
	for (const name of ['idle-clients-pssKbPerClient', 'steady-calls-cpuUsPerCall', 'restart-recovery95Ms'])
		assert.ok(ids.includes(`canvas-published-runs-${name}`), name);
});
