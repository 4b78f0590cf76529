import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { plainTrial } from './fixture-trial.ts';
import { mergeHistory, readHistory } from './history-file.ts';
import { readFacts, type TrialFacts } from './judge/facts.ts';
import { libraryWords } from './judge/library-words.ts';
import type { LibraryId } from './model/observed.ts';
import { balancer } from './model/path.ts';
import type { Size } from './model/scenario.ts';
import { runTrial, type TrialEnd } from './trial.ts';

/** One trial with a real server, a real crash and the real library, from its start to its facts. */
async function observed(
	client: LibraryId,
	id: string,
	more: Partial<Size> = {},
): Promise<{ end: TrialEnd; facts: TrialFacts }> {
	const folder = await mkdtemp(join(tmpdir(), 'libraries-'));
	const partsFolder = join(folder, 'parts');
	try {
		await mkdir(partsFolder);
		const end = await runTrial({
			...plainTrial('client-libraries', id, partsFolder),
			size: {
				load: { kind: 'libraries', client, forMs: 5500 },
				warmMs: 0,
				faults: [{ atMs: 500, fault: { kind: 'crash', restartAfterMs: 600 } }],
				repeats: 1,
				...more,
			},
		});
		await mergeHistory(partsFolder, join(folder, 'history'));
		return { end, facts: await readFacts(readHistory(join(folder, 'history'))) };
	} finally {
		await rm(folder, { recursive: true });
	}
}

describe('an application on an official client, whose server is killed and started again', {
	concurrency: true,
}, () => {
	test('v1 with sessions: every call is 404 until the client connects anew, the call in flight hangs in silence', async () => {
		const { end, facts } = await observed('v1', 'sdk1-stateful?reply=sse');
		assert.equal(end.end, 'ran');
		const { libraries } = facts;
		assert.equal(libraries.library?.package, '@modelcontextprotocol/sdk');
		const words = libraryWords(libraries);
		assert.match(words.afterHeal, /^fail to the end: .*\b404\b/);
		assert.match(words.inFlight, /^hangs/);
		assert.match(words.heard, /^onerror .*; no onclose$/);
		assert.deepEqual(
			libraries.remedies.map(({ remedy, ended }) => [remedy, ended]),
			[
				['call', 'failed'],
				['reconnect', 'ok'],
			],
		);
	});

	test('v2 without sessions: the next call succeeds', async () => {
		const { end, facts } = await observed('v2', 'sdk2-stateless?reply=sse');
		assert.equal(end.end, 'ran');
		const words = libraryWords(facts.libraries);
		assert.equal(facts.libraries.library?.package, '@modelcontextprotocol/client');
		assert.equal(words.afterHeal, 'succeed');
		assert.match(words.whileDown, /^fail/);
		assert.equal(words.byHand, 'not needed');
	});

	test('v2 of 2026-07-28: the call in flight fails at once, and the subscription says that it ended', async () => {
		const { end, facts } = await observed('v2', 'sdk2-modern');
		assert.equal(end.end, 'ran');
		const words = libraryWords(facts.libraries);
		assert.equal(words.afterHeal, 'succeed');
		assert.match(words.inFlight, /^fails/);
		assert.match(words.heard, /subscription closed: remote$/);
	});

	test('v2 of SSE: a 502 on its way back and it never tries again', async () => {
		// The only attempt comes 3 s after the crash, while nobody is there.
		const { end, facts } = await observed('v2', 'sdk1-sse', {
			load: { kind: 'libraries', client: 'v2', forMs: 8500 },
			faults: [{ atMs: 500, fault: { kind: 'crash', restartAfterMs: 3500 } }],
			path: balancer,
		});
		assert.equal(end.end, 'ran');
		assert.equal(facts.libraries.library?.behind, true);
		const words = libraryWords(facts.libraries);
		assert.match(words.whileDown, /^fail: .*\b502\b/);
		assert.match(words.afterHeal, /^fail to the end: .*\b404\b/);
		assert.match(words.heard, /^onerror .*Non-200 status code \(502\).*; no onclose$/);
		assert.match(words.byHand, /^client\.close\(\), client\.connect/);
	});

	test('a client that does not know the server’s revision is the trial’s end, with a sentence', async () => {
		const { end } = await observed('v1', 'sdk2-modern');
		assert.equal(end.end, 'aborted');
		assert.ok(end.end === 'aborted');
		assert.match(end.because, /^the application on the SDK’s clients failed: ./);
	});
});
