import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { HistoryEvent } from '../bench/model/history.ts';
import { whyNoEvent } from '../bench/model/history-shape.ts';
import { type RunRecord, runSchema } from '../bench/model/run.ts';
import type { TrialPlan } from '../bench/model/trial.ts';
import { createRunFolder, type RunFolder, StoreError } from '../bench/store.ts';
import { bench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { refused } from './support/refusal.ts';

/** Histories that gzip and JSON can read, and nobody can count with. */

const trial: TrialPlan = { id: 'restart.sse.r1', scenario: 'restart', target: 'sse', repeat: 1, seed: 1 };

/** A run of which one trial is completed. */
async function savedRun(root: string): Promise<RunFolder> {
	const startedAt = '2026-01-02T03:04:05.678Z';
	const begun: Omit<RunRecord, 'id'> = {
		...{ schema: runSchema, command: 'npm run bench', profile: 'smoke', seed: 1, state: 'completed', startedAt },
		environment: { placement: { note: '' } } as RunRecord['environment'],
		...{ targets: [], scenarios: [], planned: [trial], comparisons: [], findings: [] },
		trials: [{ ...trial, state: 'completed', startedAt, durationMs: 1, measures: {}, warnings: [] }],
	};
	return (await createRunFolder(root, begun)).folder;
}

const whole: readonly HistoryEvent[] = [
	{ is: 'phase', at: 0, phase: 'measure' },
	{ is: 'fault', at: 5, fault: { kind: 'crash', restartAfterMs: 1 }, change: 'applied' },
	{
		...{ is: 'call', at: 9, callId: '0-1', session: 1, phase: 'measure', dueUs: 6, sentUs: 7 },
		...{ outcome: { is: 'ok' }, bytesIn: 1, bytesOut: 2 },
	},
	{ is: 'process', at: 9, role: 'target', pid: 7, change: 'ready', cpus: '0', places: [0, 1] },
	{ is: 'guest', what: 'ended', at: 9 },
	{ is: 'phase', at: 10, phase: 'drain' },
];
const lines = whole.map((event) => JSON.stringify(event));

/** What is put in the place of the third line, and what is said of it. */
const odd: readonly (readonly [line: string, said: RegExp])[] = [
	['{"is":"phase","at":-1e999,"phase":"drain"}', /line 3 has no usable "at"/],
	['{"is":"phase","at":1e15,"phase":"drain"}', /line 3 has no usable "at"/],
	['{"is":"phase","at":"soon","phase":"drain"}', /line 3 has no usable "at"/],
	['{"is":"phase","phase":"drain"}', /line 3 has no usable "at"/],
	['null', /line 3 is no event/],
	['[7]', /line 3 is no event/],
	['{"at":1}', /line 3 is no event/],
	['{"is":"fault","at":1,"change":"applied"}', /line 3 has no usable "fault"/],
	['{"is":"fault","at":1,"change":"applied","fault":null}', /line 3 has no usable "fault"/],
	['{"is":"gauge","at":1,"role":"target","pid":1,"values":{"rssKb":"much"}}', /line 3 has no usable "values"/],
	['{"is":"histogram","at":1,"worker":0,"of":"length","data":""}', /line 3 has no usable "of"/],
	['{"is":"histogram","at":1,"worker":0,"of":"lagUs","data":"AAAA"}', /line 3 has no usable "data"/],
	['{"is":"process","at":1,"role":"target","pid":1,"change":"ready","places":3}', /line 3 has no usable "places"/],
	['{"is":"guest","at":1,"what":"asked","guest":1,"bytes":1e999}', /line 3 has no usable "bytes"/],
	[(lines[2] ?? '').replace('{"is":"ok"}', '"ok"'), /line 3 has no usable "outcome"/],
	[(lines[2] ?? '').replace('"dueUs":6', '"dueUs":-1e300'), /line 3 has no usable "dueUs"/],
];

describe('a history with an odd line', () => {
	let folder: RunFolder;
	const root = temporaryFolder('odd');
	const keep = (text: readonly string[]) => writeFileSync(folder.historyPath(trial.id), gzipSync(text.join('\n')));
	before(async () => {
		folder = await savedRun(root);
	});

	test('without one it is read to its end', async () => {
		keep(lines);
		assert.deepEqual(await Array.fromAsync(folder.history(trial.id)), whole);
	});

	test('is damaged, which is said with the line; nobody gets to count with it', async () => {
		for (const [line, said] of odd) {
			keep(lines.with(2, line));
			await assert.rejects(
				Array.fromAsync(folder.history(trial.id)),
				(error) => error instanceof StoreError && said.test(error.message) && /is damaged/.test(error.message),
				line,
			);
		}
	});

	test('`report` says so in one sentence, exit code 2', async () => {
		keep([...lines.slice(0, 2), '{"is":"phase","at":-1e999,"phase":"measure"}', ...lines.slice(2)]);
		const wanted = /The history of trial restart\.sse\.r1 is damaged: line 3 has no usable "at" in .*\. Run it again\./;
		refused(await bench(['report', '--out', root]), 2, wanted);
	});
});

test('a history that cannot be read at all is told like one that is damaged', async () => {
	const root = temporaryFolder('unread');
	const folder = await savedRun(root);
	mkdirSync(folder.historyPath(trial.id), { recursive: true });
	refused(await bench(['report', '--out', root]), 2, /The history of trial restart\.sse\.r1 .*EISDIR/);
});

test('events of a kind that this version does not know are let through, and figures that were not known, too', () => {
	assert.equal(whyNoEvent({ is: 'of-tomorrow', at: 1, how: {} }), undefined);
	assert.equal(whyNoEvent({ is: 'browser', what: 'of-tomorrow', at: 1 }), undefined);
	assert.equal(whyNoEvent({ is: 'gauge', at: 1, role: 'target', pid: 1, values: { rssKb: null } }), undefined);
});
