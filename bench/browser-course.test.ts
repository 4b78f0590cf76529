import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { plainTrial } from './fixture-trial.ts';
import { findTool } from './fleet/tools.ts';
import { mergeHistory, readHistory } from './history-file.ts';
import { measuresOf, readFacts, type TrialFacts } from './judge/facts.ts';
import type { Measures } from './model/measures.ts';
import { runTrial, type TrialEnd } from './trial.ts';

const fixture = fileURLToPath(new URL('./browser-course.harness.fixture.ts', import.meta.url));
/** A whole machine that stands still may need as long; a test that needs it has failed. */
const patienceMs = 60_000;

const lacking = findTool('chromium') === null ? 'Chromium is not installed' : false;
const skip = process.env.REQUIRE_REAL === '1' ? false : lacking;

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'browser-'));
	return use(folder).finally(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
}

/** One trial with a real browser, a real server and the proxies that there are, from its start to its facts. */
function played(id: string): Promise<{ end: TrialEnd; facts: TrialFacts; measures: Measures }> {
	return inFolder(async (folder) => {
		const partsFolder = join(folder, 'parts');
		await mkdir(partsFolder);
		const end = await runTrial({
			...plainTrial('auth', id, partsFolder),
			size: { load: { kind: 'browser', forMs: 9000 }, warmMs: 0, faults: [], repeats: 1 },
		});
		await mergeHistory(partsFolder, join(folder, 'history'));
		const facts = await readFacts(readHistory(join(folder, 'history')));
		return { end, facts, measures: measuresOf(facts) };
	});
}

/** Processes whose command line names this folder. */
function processesOf(folder: string): string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
		.filter((pid) => {
			try {
				return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder);
			} catch {
				return false;
			}
		});
}

describe('a page in Chromium', { skip, concurrency: true }, () => {
	test('asks an SSE server: no header by EventSource, tokens of URLs in logs, six streams at once', async () => {
		const { end, facts, measures } = await played('sse');
		assert.deepEqual(end, { end: 'ran', warnings: [] });
		const value = (name: keyof Measures) => measures[name]?.value;
		assert.deepEqual([value('headersTriedByEventSource'), value('headersByEventSource')], [4, 0]);
		assert.deepEqual([value('headersByFetch'), value('headersByNode'), value('cookiesByNode')], [1, 1, 1]);
		// The stream, the call, and the question whether the call may be made: each has the token in its URL.
		assert.equal(value('urlTokensInServerLog'), 3);
		assert.deepEqual([value('headerTokensSeen'), value('cookieTokensSeen'), value('ticketTokensSeen')], [0, 0, 0]);
		assert.deepEqual([value('urlTokensInHistory'), value('pageTokensInHistory')], [0, 1]);
		assert.deepEqual([value('pageTokensInReferer'), value('pageTokensInForeignReferer')], [1, 0]);
		assert.equal(value('ticketReplays'), 0);
		assert.deepEqual([value('streamsOpenAtOnce'), value('fetchStreamsOpenAtOnce')], [6, 6]);
		assert.deepEqual([value('requestsHeldUp'), value('requestsReleased')], [2, 2]);
		assert.deepEqual([value('eventSourceReconnects'), value('lastEventIds')], [1, 1]);
		assert.deepEqual([value('statusesByEventSource'), value('statusesByFetch')], [0, 1]);
		const { crowds, pictures } = facts.browser;
		assert.deepEqual(
			crowds.map(({ afterOne, afterTwo }) => [afterOne.arrived, afterTwo.otherAnswered]),
			[
				[7, true],
				[7, true],
			],
		);
		const [picture] = pictures;
		const bytes = Buffer.from(picture?.base64 ?? '', 'base64');
		assert.ok(picture && bytes.length < 60_000);
		assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
	});

	test('kill -9 of the harness: no process of the browser or of a proxy is left, whatever session it is in, and no folder of theirs', () =>
		inFolder(async (folder) => {
			const temporary = join(folder, 'temporary');
			await mkdir(temporary);
			const env = { ...process.env, TMPDIR: temporary };
			const harness = spawn(process.execPath, [fixture, folder], { env, stdio: ['ignore', 'pipe', 'inherit'] });
			const ended = once(harness, 'exit').then(([code]) => assert.fail(`the harness ended by itself: ${code}`));
			await Promise.race([once(createInterface(harness.stdout), 'line'), ended]);
			const before = processesOf(folder);
			// The browser, its helpers, and the two that wait for crashes in sessions of their own.
			assert.ok(before.length > 5, `${before.length} processes`);
			ended.catch(() => {});
			harness.kill('SIGKILL');
			const giveUp = performance.now() + patienceMs;
			while (processesOf(folder).length > 0 && performance.now() < giveUp) await wait(50);
			assert.deepEqual(processesOf(folder), []);
			assert.deepEqual(readdirSync(temporary), []);
		}));
});

test('without Chromium the trial is skipped with the package that brings it, and nothing is started', async (t) => {
	const { PATH } = process.env;
	process.env.PATH = '/nowhere';
	t.after(() => {
		process.env.PATH = PATH;
	});
	const { end } = await played('sse');
	assert.equal(end.end, 'unavailable');
	assert.match(end.end === 'unavailable' ? end.because : '', /^Chromium is not installed: `apt-get install chromium`/);
});
