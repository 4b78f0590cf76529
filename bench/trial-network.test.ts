import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../test/support/folders.ts';
import { killMarked, marked, markVariable } from '../test/support/processes.ts';
import { recordedEvents } from '../test/support/recorded.ts';
import { runTool } from './fleet/tools.ts';
import { measuresOf, readFacts } from './judge/facts.ts';
import { machineLimits } from './machine-bounds.ts';
import type { Size } from './model/scenario.ts';
import { namespaceSupport } from './path/namespace-support.ts';
import { withOptions } from './target-options.ts';
import { knownTargets } from './targets.ts';
import { runTrial, type TrialSpec } from './trial.ts';

const support = await namespaceSupport(runTool);
const skip = support.allowed || process.env.REQUIRE_REAL === '1' ? false : support.because;

const sessions = 20;

/** A trial in a network of its own, whose path falls silent for so long, and whose clients call once in so many milliseconds. */
function specOf(target: string, forMs: number, everyMs = 200): TrialSpec {
	const size: Size = {
		load: { kind: 'periodic', sessions, everyMs, forMs: forMs + 2000 },
		faults: [{ atMs: 1000, fault: { kind: 'half_open', forMs } }],
		warmMs: 200,
		repeats: 1,
		path: { kind: 'namespace' },
	};
	return {
		plan: { id: 'silence', scenario: 'silence', target, repeat: 1, seed: 1 },
		target: withOptions(target, knownTargets),
		size,
		headers: [],
		limits: machineLimits(),
		placement: { pinned: false, target: [], swarm: [], note: '' },
		partsFolder: temporaryFolder('silence'),
		sharesMachine: true,
		signal: new AbortController().signal,
		onPhase() {},
	};
}

/** What such a trial measures. */
async function valuesOf(target: string, forMs: number, everyMs?: number): Promise<Record<string, number>> {
	const spec = specOf(target, forMs, everyMs);
	const end = await runTrial(spec);
	assert.equal(end.end, 'ran', JSON.stringify(end));
	const events = await recordedEvents(spec.partsFolder);
	const changes = events.flatMap((event) => (event.is === 'fault' ? [event.change] : []));
	assert.deepEqual(changes, ['applied', 'healed']);
	const facts = await readFacts(
		(async function* () {
			yield* events;
		})(),
	);
	return Object.fromEntries(Object.entries(measuresOf(facts)).map(([name, { value }]) => [name, value]));
}

describe('a path that falls silent', { skip, concurrency: true }, () => {
	test('a path that was silent for a while: calls wait, nobody is told, and TCP goes on where it was', async () => {
		const values = await valuesOf('stateful?instances=2', 2000);
		assert.equal(values.callsStuck, sessions, 'every client had its call');
		assert.equal(values.callsStuckAnswered, sessions);
		assert.deepEqual([values.callsFailed, values.callsUnknown, values.sessionsLost], [0, 0, 0]);
		assert.equal(values.noticedShare, 0);
		assert.equal(values.serverNoticedShare, 0);
		assert.deepEqual([values.ghostStreams, values.ghostSessions, values.ghostSessionsLeft], [sessions, sessions, 0]);
	});

	test('a server that probes gives its clients up, who believe on', async () => {
		// Calls are rare: where an answer is on its way when the silence begins, TCP sends it again for minutes instead of probing.
		const values = await valuesOf('sse?tcpKeepAliveMs=1000', 16_000, 60_000);
		assert.equal(values.noticedShare, 0);
		assert.equal(values.serverNoticedShare, 100);
		assert.equal(values.ghostStreams, 0);
		assert.ok((values.serverNoticedMs ?? 0) > 0);
	});
});

test('a trial that is stopped while its path is silent leaves no process behind', { skip }, async () => {
	const mark = `silence-${process.pid}`;
	// The reaper stays with this process, which may have started it for this trial.
	const own = () => marked(mark).filter(({ command }) => !command.includes('reaper.ts'));
	const stop = new AbortController();
	const measuring = Promise.withResolvers<void>();
	process.env[markVariable] = mark;
	const ended = runTrial({
		...specOf('sse?commentMs=100', 60_000),
		signal: stop.signal,
		onPhase: (phase) => phase === 'measure' && measuring.resolve(),
	});
	try {
		await Promise.race([measuring.promise, ended]);
		await sleep(2000);
		assert.ok(own().length >= 3, 'the holder of the network, a server and a worker');
		stop.abort();
		assert.equal((await ended).end, 'aborted');
		assert.deepEqual(own(), []);
	} finally {
		stop.abort();
		delete process.env[markVariable];
		killMarked(mark);
	}
});
