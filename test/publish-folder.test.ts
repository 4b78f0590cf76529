import assert from 'node:assert/strict';
import {
	cpSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { privateWords } from '../bench/private-words.ts';
import { publish } from '../bench/publish.ts';
import { lockOf } from '../bench/publish-lock.ts';
import type { PublishedHistory } from '../bench/report/published/history.ts';
import { blockBegin, blockEnd } from '../bench/report/published/readme.ts';
import { ownerLine } from '../bench/run-owner.ts';
import { RunFolder } from '../bench/store.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { elsewhere, fixtureRun as fixture, published } from './support/publication.ts';
import { refused } from './support/refusal.ts';

/** More than any system gives. */
const deadPid = 2_000_000_000;
const words = privateWords();
const otherId = '20260301T080000Z-standard';

const idsIn = (folder: string) =>
	(JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8')) as PublishedHistory).runs.map(({ id }) => id);
const textsIn = (folder: string) =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'latin1')]);

let source = '';
before(async () => {
	({ folder: source } = await published([fixture, elsewhere(otherId, 8)]));
});

/** A copy of the publication of two runs, alone in a new folder. */
function copied(name: string): string {
	const folder = join(temporaryFolder(name), 'published');
	cpSync(source, folder, { recursive: true });
	return folder;
}

describe('a folder that holds anything but a publication is left as it is', { concurrency: 2 }, () => {
	for (const [what, files, named] of [
		[
			'charts of another kind',
			{ 'charts/precious.txt': 'hi', 'README.md': 'mine' },
			/holds charts\/precious\.txt, .*lost/,
		],
		['a page of somebody’s own', { 'index.html': 'mine' }, /is no publication, .* would be lost: index\.html\./],
		['charts alone', { 'charts/a.svg': 'mine' }, /is no publication, .* would be lost: charts/],
		['a hidden file', { '.nojekyll': '' }, /holds \.nojekyll, .*lost/],
	] as const) {
		test(what, async () => {
			const to = join(temporaryFolder('foreign'), 'd');
			for (const [name, text] of Object.entries(files)) {
				mkdirSync(dirname(join(to, name)), { recursive: true });
				writeFileSync(join(to, name), text);
			}
			const there = textsIn(to);
			refused(await bench(['publish', source, '--to', to]), 2, named);
			assert.deepEqual(textsIn(to), there);
			assert.deepEqual(readdirSync(dirname(to)), ['d'], 'nothing is left beside it');
		});
	}

	test('a publication with a file of somebody’s own among its charts', async () => {
		const to = copied('among');
		mkdirSync(join(to, 'charts', 'mine'));
		writeFileSync(join(to, 'charts', 'mine', 'a.svg'), 'mine');
		const there = textsIn(to);
		refused(await bench(['publish', source, '--to', to]), 2, /holds charts\/mine, charts\/mine\/a\.svg, .*lost/);
		assert.deepEqual(textsIn(to), there);
	});

	test('an empty one is none of these', async () => {
		const to = temporaryFolder('empty');
		assert.equal((await bench(['publish', source, '--to', to])).code, 0);
		assert.deepEqual(idsIn(to), [otherId]);
	});
});

describe('after a kill in the middle of the exchange', { concurrency: 2 }, () => {
	/** The publication aside, and what was to take its place. */
	function killed(): string {
		const to = copied('killed');
		renameSync(to, `${to}.${deadPid}.old.tmp`);
		cpSync(source, `${to}.${deadPid}.new.tmp`, { recursive: true });
		writeFileSync(lockOf(to), `${JSON.stringify({ pid: deadPid, startTicks: '1' })}\n`);
		return to;
	}

	test('the next run finds the history and is added to it', async () => {
		const to = killed();
		const third = elsewhere('20260401T080000Z-standard', 8);
		assert.equal((await publish(third, { to, words })).runs, 3);
		assert.deepEqual(idsIn(to), [fixture.run.id, otherId, third.run.id]);
		assert.deepEqual(readdirSync(dirname(to)), ['published']);
	});

	test('the same run takes its own place', async () => {
		const to = killed();
		const { code, err } = await bench(['publish', source, '--to', to]);
		assert.equal(code, 0, err);
		assert.deepEqual(idsIn(to), [fixture.run.id, otherId]);
		assert.deepEqual(readdirSync(dirname(to)), ['published']);
	});

	test('the publication can be made again from itself', async () => {
		const to = killed();
		const { code, err } = await bench(['publish', to, '--to', to]);
		assert.equal(code, 0, err);
		assert.deepEqual(idsIn(to), [fixture.run.id, otherId]);
		assert.deepEqual(readdirSync(dirname(to)), ['published']);
	});
});

describe('two at once', () => {
	test('the second is refused, and both runs are published one after the other', async () => {
		const to = join(temporaryFolder('twice'), 'published');
		const inputs = [fixture, elsewhere(otherId, 8)];
		const ends = await Promise.allSettled(inputs.map((input) => publish(input, { to, words })));
		assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
		for (const [n, { status }] of ends.entries()) {
			const input = inputs[n];
			if (status === 'rejected' && input) await publish(input, { to, words });
		}
		assert.deepEqual(idsIn(to).sort(), inputs.map(({ run }) => run.id).sort());
		assert.deepEqual(readdirSync(dirname(to)), ['published']);
	});

	test('it is told whose process is in the way and what to do, and leaves the lock', async () => {
		const to = copied('locked');
		const there = textsIn(to);
		for (const [line, pid] of [
			[ownerLine(), String(process.pid)],
			['', 'unknown'],
		] as const) {
			writeFileSync(lockOf(to), line);
			const said = new RegExp(`Another publish, pid ${pid}, writes into .*published\\. Wait .* remove .*\\.lock\\.tmp`);
			refused(await bench(['publish', source, '--to', to]), 2, said);
			assert.equal(readFileSync(lockOf(to), 'utf8'), line);
		}
		assert.deepEqual(textsIn(to), there);
	});
});

test('a link is followed, to a publication or to where one is to be', async () => {
	const to = copied('linked');
	const link = join(temporaryFolder('link'), 'site');
	symlinkSync(to, link);
	assert.equal((await publish(elsewhere('20260401T080000Z-standard', 8), { to: link, words })).runs, 3);
	assert.equal(idsIn(to).length, 3);
	rmSync(to, { recursive: true });
	assert.equal((await publish(fixture, { to: link, words })).runs, 1);
	assert.ok(lstatSync(link).isSymbolicLink());
	assert.deepEqual(idsIn(to), [fixture.run.id]);
	assert.deepEqual([readdirSync(dirname(to)), readdirSync(dirname(link))], [['published'], ['site']]);
});

describe('what could not be written is named', { concurrency: 2 }, () => {
	test('a README: the publication stands', async () => {
		const to = copied('readme');
		// A name that leaves no room for what is written aside; permissions mean nothing to root.
		const readme = join(dirname(to), `${'r'.repeat(247)}.md`);
		const text = `${blockBegin}\n${blockEnd}\n`;
		writeFileSync(readme, text);
		const ended = await bench(['publish', source, '--to', to, '--readme', readme]);
		refused(
			ended,
			2,
			/The publication stands in .*published, but its figures could not be written into .*r\.md: ENAMETOOLONG/,
		);
		assert.equal(readFileSync(readme, 'utf8'), text);
		assert.deepEqual(idsIn(to), [fixture.run.id, otherId]);
	});

	test('a run, which is saved as it is judged', async () => {
		const root = temporaryFolder('run');
		const path = join(root, otherId);
		mkdirSync(join(path, 'trials'), { recursive: true });
		const trials = fixture.run.trials.filter(({ state }) => state === 'completed').slice(0, 1);
		const planned = fixture.run.planned.filter(({ id }) => id === trials[0]?.id);
		const folder = new RunFolder(path);
		await folder.save({ ...fixture.run, id: otherId, state: 'completed', trials, planned });
		writeFileSync(folder.historyPath(trials[0]?.id ?? ''), gzipSync(''));
		const to = join(root, 'published');
		// No file may be larger than 8 KB.
		const ended = await bench(['publish', path, '--to', to], {
			prefix: ['bash', '-c', 'ulimit -f 8; exec "$@"', 'bash'],
		});
		refused(ended, 2, /Cannot judge the run .* and save it in .*: EFBIG/);
		assert.ok(!readdirSync(root).includes('published'));
	});
});
