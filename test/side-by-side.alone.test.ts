import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { machinePlacement } from '../bench/fleet/placement.ts';
import { measuresOf, readPlaces } from '../bench/judge/facts.ts';
import { machineLimits } from '../bench/machine-bounds.ts';
import type { HistoryEvent } from '../bench/model/history.ts';
import { sideBySide, type WatchLoad } from '../bench/model/load.ts';
import type { PathLimits } from '../bench/model/path.ts';
import type { Size } from '../bench/model/scenario.ts';
import { runTrial } from '../bench/trial.ts';
import { temporaryFolder } from './support/folders.ts';
import { recordedEvents } from './support/recorded.ts';
import { known } from './support/trials.ts';

const load: WatchLoad = { kind: 'watch', sessions: 3, callers: 1, callAtMs: 4600, pushAtMs: 4000, forMs: 5500 };

/** A place behind these limits, where a second stands for ten. */
function place(limits: PathLimits, more: Partial<Size> = {}): Size {
	const path = { kind: 'proxy', by: 'embedded', limits } as const;
	const common = { load, warmMs: 0, faults: [], repeats: 1, factor: 10, ledger: true, mayStayClosed: true } as const;
	return { ...common, path, slowCalls: { ms: 1500 }, ...more };
}

const heartbeats = { serverFlags: ['--sse-comment-ms', '500'] };
const places: readonly Size[] = [
	place({}),
	place({ idleMs: 2000, onIdle: 'fin' }),
	place({ idleMs: 2000, onIdle: 'fin' }, heartbeats),
	place({ maxDurationMs: 2500, onMax: 'rst' }, heartbeats),
	place({ buffering: 'full', firstByteMs: 1000, onFirstByte: 524 }),
];

/** What a trial of these places says of each, and all its events. */
async function performed(target: string) {
	const partsFolder = join(temporaryFolder('beside'), 'parts');
	mkdirSync(partsFolder);
	const end = await runTrial({
		plan: { id: 'beside', scenario: 'beside', target, repeat: 1, seed: -7 },
		target: known(target),
		size: { ...place({}), load: sideBySide(load, places.length) },
		places,
		headers: [],
		limits: machineLimits(),
		placement: { ...machinePlacement(), pinned: false, target: [], swarm: [] },
		sharesMachine: true,
		partsFolder,
		signal: new AbortController().signal,
		onPhase() {},
	});
	assert.equal(end.end, 'ran', JSON.stringify(end));
	const events = await recordedEvents(partsFolder);
	async function* history(): AsyncGenerator<HistoryEvent> {
		yield* events;
	}
	const facts = await readPlaces(history(), places.length);
	const values = facts.map((each) =>
		Object.fromEntries(Object.entries(measuresOf(each)).map(([name, { value }]) => [name, value])),
	);
	return { events, values };
}

for (const target of ['sse', 'stateful']) {
	test(`cases side by side on ${target}: each is found to have the limits that it was given, and no other's`, async () => {
		const { events, values } = await performed(target);
		const [free, idle, beating, whole, buffered] = values;
		const within = (value: number | undefined, limitS: number) =>
			assert.ok(Math.abs((value ?? 0) - limitS) <= 3, `lived ${value} s, the limit was ${limitS} s`);

		assert.equal(free?.streamSurvivedShare, 100);
		assert.equal(free?.pushesNotReceivedShare, 0);
		assert.equal(free?.longCallOkShare, 100);
		assert.equal(idle?.streamsFin, 2);
		within(idle?.streamLifeS, 20);
		assert.equal(beating?.streamSurvivedShare, 100, 'the heartbeats of its own processes keep it alive');
		assert.equal(whole?.streamsReset, 2, 'and do not help against a limit on the whole');
		within(whole?.streamLifeS, 25);
		assert.equal(buffered?.streamsRefused, 2);
		if (target === 'stateful') {
			assert.equal(buffered?.longCallStatus, 524, 'a call of 1.5 s against a limit of 1 s');
			assert.equal(buffered?.longCallsRefused, 1);
		}

		const served = events.flatMap((event) => (event.is === 'process' && event.places ? [event.places] : []));
		assert.deepEqual(new Set(served.map(String)), new Set(['0,1,4', '2,3']), 'a process for each set of flags');
		const proxies = events.filter(
			(event) => event.is === 'process' && event.role === 'path' && event.change === 'ready',
		);
		assert.equal(proxies.length, 1, 'one proxy with a listener for each place');
	});
}
