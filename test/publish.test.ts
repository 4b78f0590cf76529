import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { privateWords } from '../bench/private-words.ts';
import { blockFor, mostPictureBytes, publish } from '../bench/publish.ts';
import { mostDataBytes, publishedNames } from '../bench/published-data.ts';
import { headlines } from '../bench/report/published/headlines.ts';
import type { PublishedHistory } from '../bench/report/published/history.ts';
import { blockBegin, blockEnd, blockOf, nothingPublished } from '../bench/report/published/readme.ts';
import { RunFolder } from '../bench/store.ts';
import { Page, skipWithoutChromium } from './support/chromium.ts';
import { bench } from './support/command.ts';
import { projectFolder, temporaryFolder } from './support/folders.ts';
import { listening } from './support/loopback.ts';
import { linuxOnly } from './support/processes.ts';
import { elsewhere, fixtureRun as fixture, published } from './support/publication.ts';
import { soundPage } from './support/published-page.ts';
import { refused } from './support/refusal.ts';
import { recordOf } from './support/runs.ts';

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const historyOf = (folder: string) => readJson(join(folder, 'history.json')) as PublishedHistory;
const bytesOf = (folder: string) =>
	Object.fromEntries(publishedNames(folder).map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]));

/** Two runs of two machines, published once for all tests: drawing takes most of their time. */
let both: ReturnType<typeof published> | undefined;
function twoPublished(): ReturnType<typeof published> {
	both ??= published([fixture, elsewhere('20260301T080000Z-standard', 8)]);
	return both;
}

describe('a publication', () => {
	let folder = '';
	before(async () => {
		({ folder } = await twoPublished());
	});

	test('is a page, data that their schema describes, pictures and a history, within its bounds', () => {
		const names = publishedNames(folder);
		for (const name of ['index.html', 'README.md', 'run.json', 'run.schema.json', 'sections.json.gz', 'history.json'])
			assert.ok(names.includes(name), name);
		const size = (part: readonly string[]) =>
			part.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
		const charts = names.filter((name) => name.startsWith('charts/'));
		assert.ok(charts.some((name) => name.endsWith('.png')) && charts.some((name) => name.endsWith('-dark.svg')));
		assert.ok(size(charts) <= mostPictureBytes && size(charts) > 0);
		assert.ok(size(names.filter((name) => /^(run|sections)\./.test(name))) <= mostDataBytes);
		assert.equal(size(names), size(charts) + size(names.filter((name) => !name.startsWith('charts/'))));
	});

	test('opens from disk and from a server below any path, draws every chart, and asks nobody for anything', {
		skip: skipWithoutChromium,
	}, async () => {
		await using page = await Page.open();
		const ids = await soundPage(page, pathToFileURL(join(folder, 'index.html')).href, folder);
		const trends = headlines.slice(0, 3).map(({ scenario, measure }) => `canvas-published-runs-${scenario}-${measure}`);
		assert.deepEqual(
			trends.filter((id) => !ids.includes(id)),
			[],
			'a trend for each headline that was measured',
		);
		const server = createServer((request, response) => {
			const name = (request.url ?? '').replace(/^\/some\/where\//, '');
			if (!existsSync(join(folder, name))) return void response.writeHead(404).end();
			response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(readFileSync(join(folder, name)));
		});
		try {
			const url = `http://127.0.0.1:${await listening(server)}/some/where/index.html`;
			assert.deepEqual(await soundPage(page, url, folder), ids);
		} finally {
			server.close();
			server.closeAllConnections();
		}
	});

	test('says what it is, when, where, of which commit, and how one gets what is not there', () => {
		const { run } = elsewhere('20260301T080000Z-standard', 8);
		const page = readFileSync(join(folder, 'index.html'), 'utf8');
		const head = page.slice(page.indexOf('<body'), page.indexOf('</header>'));
		for (const said of [run.id, '2026-03-01 08:00', run.environment.cpuModel, run.environment.node, run.command])
			assert.ok(head.includes(said), said);
		assert.ok(head.includes(run.environment.git?.head.slice(0, 10) ?? '?'));
		assert.match(head, /histories of the\s+trials/);
	});
});

describe('a second publication', () => {
	let folder = '';
	before(async () => {
		({ folder } = await twoPublished());
	});

	test('is made again from its own data alone, the same to the byte, in another folder', async () => {
		const to = join(temporaryFolder('again'), 'site');
		cpSync(folder, to, { recursive: true });
		const { code, out, err } = await bench(['publish', folder, '--to', to]);
		assert.equal(code, 0, err);
		assert.match(out, /20260301T080000Z-standard is published/);
		assert.deepEqual(bytesOf(to), bytesOf(folder));
	});

	test('keeps what was published before, and a run that is published again takes its own place', async () => {
		const two = historyOf(folder);
		assert.deepEqual(
			two.runs.map(({ id }) => id),
			[fixture.run.id, '20260301T080000Z-standard'],
		);
		const again = join(temporaryFolder('third'), 'published');
		cpSync(folder, again, { recursive: true });
		await publish(fixture, { to: again, words: privateWords() });
		assert.deepEqual(historyOf(again), two);
		assert.equal(recordLike(again).id, fixture.run.id);
	});

	test('writes its figures between the marks of a README, and nothing else', async () => {
		const root = temporaryFolder('readme');
		const readme = join(root, 'README.md');
		writeFileSync(readme, `# Mine\n\n${blockBegin}\n${blockEnd}\n\nEnd\n`);
		const to = join(root, 'docs', 'published');
		const { code, err } = await bench(['publish', folder, '--to', to, '--readme', readme]);
		assert.equal(code, 0, err);
		const text = readFileSync(readme, 'utf8');
		assert.ok(text.startsWith('# Mine\n') && text.endsWith('\n\nEnd\n'));
		assert.equal(blockOf(text), blockFor(readme, to));
		const linked = [...text.matchAll(/(?:\]\(|src="|srcset=")([^")]+)/g)].map(([, name = '']) => name);
		assert.ok(linked.length > 6);
		assert.deepEqual(
			linked.filter((link) => !leads(root, link)),
			[],
		);
	});
});

/** Whether there is such a file, and in it such a place. */
function leads(root: string, link: string): boolean {
	const [name = '', anchor] = link.split('#');
	const path = join(root, name);
	return existsSync(path) && (anchor === undefined || readFileSync(path, 'utf8').includes(`id="${anchor}"`));
}

function recordLike(folder: string): { id: string } {
	return readJson(join(folder, 'run.json')) as { id: string };
}

test('tells nothing of the machine that only the machine knows', async () => {
	const [trial, ...others] = fixture.run.trials;
	assert.ok(trial);
	const secret = 'correct-horse-battery';
	process.env.BENCH_TEST_TOKEN = secret;
	const because = `cannot read ${join(homedir(), 'x')} nor ${join(projectFolder, 'servers')} on box-77.lan with ${secret}`;
	const { id, scenario, target, repeat, seed, warnings } = trial;
	const told = { id, scenario, target, repeat, seed, warnings, state: 'skipped' as const, because };
	const words = { ...privateWords(), hosts: ['box-77.lan', hostname()] };
	const folder = join(temporaryFolder('private'), 'published');
	try {
		await publish({ ...fixture, run: { ...fixture.run, trials: [told, ...others] } }, { to: folder, words });
	} finally {
		delete process.env.BENCH_TEST_TOKEN;
	}
	const [spoken] = (readJson(join(folder, 'run.json')) as typeof fixture.run).trials;
	assert.equal(
		spoken && 'because' in spoken ? spoken.because : '',
		'cannot read …/x nor …/servers on this-machine with …',
	);
	const project = projectFolder.replace(/\/$/, '');
	for (const name of publishedNames(folder)) {
		const bytes = readFileSync(join(folder, name));
		const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
		for (const word of [project, `${homedir()}/`, 'box-77', secret])
			assert.ok(!text.includes(word), `${name}: ${word}`);
		if (/[^a-z]/.test(hostname())) assert.ok(!text.includes(hostname()), `${name}: host`);
	}
});

test('what is larger than a publication may be is refused, and the older one stays', async () => {
	const { folder } = await published();
	const before = bytesOf(folder);
	// Text that no packing makes small.
	let seed = 7;
	const noise = Array.from({ length: 1_300_000 }, () => {
		seed = (seed * 48271) % 2147483647;
		return String.fromCharCode(0x4e00 + (seed % 0x5000));
	});
	const answers = noise.join('').match(/.{1,1900}/gsu) ?? [];
	const [section] = fixture.sections;
	assert.ok(section);
	const large = { ...fixture, sections: [{ ...section, points: answers }] };
	await assert.rejects(
		publish(large, { to: folder, words: privateWords() }),
		/take \d+ bytes, where .* room for 2000000/,
	);
	assert.deepEqual(bytesOf(folder), before);
});

describe('what cannot be published', { concurrency: 2 }, () => {
	let source = '';
	const root = temporaryFolder('refused');
	before(async () => {
		({ folder: source } = await twoPublished());
	});

	test('an unknown run', async () => {
		refused(await bench(['publish', 'nonsense', '--out', root]), 2, /No run "nonsense"/);
	});

	test('a run that goes on', async () => {
		const path = join(root, '20260131T120500Z-standard');
		mkdirSync(path);
		await new RunFolder(path).save({ ...fixture.run, state: 'running' });
		assert.equal(recordOf(path).state, 'running');
		const to = join(root, 'never');
		refused(await bench(['publish', path, '--to', to]), 2, /20260131T120500Z-standard is not finished, or was killed/);
		assert.ok(!existsSync(to));
		await new RunFolder(path).save({ ...fixture.run, state: 'failed' });
		refused(await bench(['publish', path, '--to', to]), 2, /has failures: .*\(aborted: the target died/);
	});

	test('into a folder that cannot be written', { skip: linuxOnly }, async () => {
		refused(await bench(['publish', source, '--to', '/proc/nowhere/x']), 2, /Cannot write the publication.* --to\./);
		const file = join(root, 'file');
		writeFileSync(file, '');
		refused(await bench(['publish', source, '--to', file]), 2, /is a file/);
		refused(await bench(['publish', source, '--to', join(file, 'below')]), 2, /Cannot write the publication.* --to\./);
	});

	test('into a folder that is somebody’s own: nothing in it is touched', async () => {
		const own = join(root, 'own');
		mkdirSync(own);
		writeFileSync(join(own, 'thesis.txt'), 'mine');
		refused(await bench(['publish', source, '--to', own]), 2, /holds thesis\.txt, which no publication has/);
		assert.deepEqual(readdirSync(own), ['thesis.txt']);
	});

	test('over a history that cannot be read', async () => {
		const spoilt = join(root, 'spoilt');
		for (const text of ['{', '{"schema": 9, "runs": []}', '{"schema": 1, "runs": [{"id": "x"}]}']) {
			mkdirSync(spoilt, { recursive: true });
			writeFileSync(join(spoilt, 'history.json'), text);
			refused(await bench(['publish', source, '--to', spoilt]), 2, /Cannot read the history of published runs/);
			assert.equal(readFileSync(join(spoilt, 'history.json'), 'utf8'), text);
		}
	});

	test('into a README without the marks: nothing is published', async () => {
		const readme = join(root, 'README.md');
		writeFileSync(readme, '# Mine\n');
		const to = join(root, 'markless');
		refused(await bench(['publish', source, '--to', to, '--readme', readme]), 2, /published:begin.* --readme\./);
		assert.ok(!existsSync(to));
		refused(await bench(['publish', source, '--to', to, '--readme', join(root, 'none.md')]), 2, /none\.md: ENOENT/);
	});

	test('with flags of a run', async () => {
		refused(await bench(['publish', source, '--profile', 'smoke']), 2, /--profile does not belong to publish/);
	});
});

test('the figures in the README of this project are those that are published, and nobody typed one', () => {
	const readme = join(projectFolder, 'README.md');
	const block = blockOf(readFileSync(readme, 'utf8'));
	const expected = blockFor(readme, join(projectFolder, 'results', 'published'));
	assert.equal(block, expected, 'make it again with `npm run bench -- publish results/published`');
	if (!existsSync(join(projectFolder, 'results', 'published'))) assert.equal(block, nothingPublished);
});

test('schema prints the schema of run.json, and of the config unless told', async () => {
	const { code, out, err } = await bench(['schema', 'run']);
	assert.equal(code, 0, err);
	assert.match((JSON.parse(out) as { title: string }).title, /^run\.json/);
	const [bare, config] = [await bench(['schema']), await bench(['schema', 'config'])];
	assert.equal(bare.out, config.out);
	assert.match(bare.out, /"targets"/);
	refused(await bench(['schema', 'nonsense']), 2, /config.*run/);
});
