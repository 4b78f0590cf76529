import assert from 'node:assert/strict';
import { createReadStream, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { gaugeNames, type HistoryEvent } from '../../bench/model/history.ts';
import { type MeasureName, measures } from '../../bench/model/measures.ts';
import type { RunRecord } from '../../bench/model/run.ts';
import { missingReports, recordOf } from '../support/runs.ts';
import { restartSessions, wholeScenarios as scenarios, wholeRun } from '../support/whole-run.ts';

/** Those of the profile that the run has. */

/** The figure of the one trial of a scenario on a target. */
function figure(record: RunRecord, scenario: string, target: string, measure: MeasureName): number {
	const trial = record.trials.find((each) => each.scenario === scenario && each.target === target);
	assert.ok(trial?.state === 'completed', `${scenario} on ${target} was completed`);
	const value = trial.measures[measure]?.value;
	assert.ok(value !== undefined, `${scenario} on ${target} has ${measure}`);
	return value;
}

function near(value: number, wanted: number): void {
	assert.ok(Math.abs(value - wanted) <= 0.05, `${value} is not about ${wanted}`);
}

async function historyOf(path: string): Promise<HistoryEvent[]> {
	const events: HistoryEvent[] = [];
	for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
		events.push(JSON.parse(line) as HistoryEvent);
	}
	return events;
}

test('a whole run ends well and leaves every report', async () => {
	const { ended, root, folder } = await wholeRun();
	assert.equal(ended.code, 0, ended.out + ended.err);
	assert.equal(ended.err, '');
	assert.deepEqual(missingReports(folder), []);
	assert.equal(readlinkSync(join(root, 'latest')), basename(recordOf(folder).id));
});

test('the record says what ran, where, and how to run it again', async () => {
	const record = recordOf((await wholeRun()).folder);
	assert.equal(record.schema, 1);
	assert.equal(record.state, 'completed');
	assert.equal(record.profile, 'smoke');
	assert.equal(record.seed, 7);
	assert.match(record.id, /^\d{8}T\d{6}Z-smoke$/);
	assert.equal(
		record.command,
		'npm run bench -- --profile smoke --scenario idle-clients,steady-calls,restart --target sse,stateless --repeats 1 --seed 7',
	);
	assert.ok(Date.parse(record.finishedAt ?? '') > Date.parse(record.startedAt));
	assert.deepEqual(
		record.targets.map(({ id }) => id),
		['sse', 'stateless', 'sse=again'],
	);
	assert.deepEqual(
		record.scenarios.map(({ id }) => id),
		scenarios.map(({ id }) => id),
	);
	const { environment } = record;
	for (const key of ['node', 'v8', 'os', 'kernel', 'arch', 'cpuModel'] as const) {
		assert.ok(environment[key].length > 0, key);
	}
	for (const key of ['cpus', 'memoryMb', 'fdLimit', 'ephemeralPorts'] as const) assert.ok(environment[key] > 0, key);
	assert.ok(environment.placement.note.length > 0);
	assert.ok(Object.values(environment.packages).every((version) => /^\d+\.\d+/.test(version)));
	if (environment.git) assert.match(environment.git.head, /^[0-9a-f]{7,40}$/);
});

test('every planned trial ran, in the planned order, and its measures are known ones with their units', async () => {
	const record = recordOf((await wholeRun()).folder);
	// In one of the scenarios the first of the two runs once more, under another name.
	assert.equal(record.planned.length, scenarios.length * 2 + 1);
	assert.equal(record.targets.length, 3);
	assert.deepEqual(
		record.trials.map(({ id }) => id),
		record.planned.map(({ id }) => id),
	);
	for (const trial of record.trials) {
		assert.ok(trial.state === 'completed', `${trial.id} is ${trial.state}`);
		const entries = Object.entries(trial.measures);
		assert.ok(entries.length > 0, trial.id);
		for (const [name, { value, unit }] of entries) {
			assert.ok(Object.hasOwn(measures, name), `${name} is a measure`);
			assert.equal(unit, measures[name as MeasureName].unit, name);
			assert.ok(Number.isFinite(value), `${name} of ${trial.id} is ${value}`);
		}
		const { shows } = scenarios.find(({ id }) => id === trial.scenario) ?? { shows: [] };
		assert.deepEqual(
			// A small run has fewer than the thousand calls of which p99.9 would be the rarest.
			shows.filter((name) => trial.measures[name] === undefined && name !== 'p999Us'),
			[],
			`${trial.id} lacks what its scenario shows`,
		);
	}
});

test('every claim has a finding, and targets are compared', async () => {
	const record = recordOf((await wholeRun()).folder);
	const claims = scenarios.flatMap((scenario) => scenario.claims.map(({ id }) => id));
	const [stated, found] = [true, false].map((isStatement) =>
		record.findings.filter(({ restsOn }) => (restsOn !== undefined) === isStatement),
	);
	assert.deepEqual(found?.map(({ id }) => id).sort(), claims.sort());
	// What the article says of several things at once rests on what was found of them.
	assert.ok(stated && stated.length > 0);
	for (const { id, restsOn = [] } of stated)
		assert.ok(restsOn.length > 0 && restsOn.every((each) => claims.includes(each)), id);
	for (const { id, because, evidence } of record.findings) {
		assert.ok(because.length > 0, id);
		// A claim about targets that were left out has nothing to go by, and says so.
		assert.ok(evidence.length > 0 || /not (every case )?(was )?measured/i.test(because), `${id} has evidence`);
	}
	assert.ok(record.comparisons.length > 0);
	for (const { a, b, ratio, measure } of record.comparisons) {
		assert.ok(ratio > 0, `${measure} of ${b} against ${a} is ${ratio}`);
	}
});

test('an idle sse client holds one descriptor, a stateless one none', async () => {
	const record = recordOf((await wholeRun()).folder);
	near(figure(record, 'idle-clients', 'sse', 'fdsPerClient'), 1);
	near(figure(record, 'idle-clients', 'stateless', 'fdsPerClient'), 0);
	near(figure(record, 'idle-clients', 'stateless', 'fdsPerClientKeptAlive'), 1);
});

test('the same calls are offered to every target, and all are answered', async () => {
	const record = recordOf((await wholeRun()).folder);
	const calls = (target: string) => figure(record, 'steady-calls', target, 'callsOk');
	assert.ok(calls('sse') > 0);
	assert.equal(calls('sse'), calls('stateless'));
	for (const target of ['sse', 'stateless']) {
		for (const measure of ['callsFailed', 'callsUnknown', 'callsDropped'] as const) {
			assert.equal(figure(record, 'steady-calls', target, measure), 0, `${measure} of ${target}`);
		}
	}
});

test('a restart takes every session of sse, and none of stateless', async () => {
	const record = recordOf((await wholeRun()).folder);
	assert.equal(record.scenarios.find(({ id }) => id === 'restart')?.sessions, restartSessions);
	for (const measure of ['sessionsLost', 'sessionsReopened', 'initializesRepeated'] as const) {
		assert.equal(figure(record, 'restart', 'sse', measure), restartSessions, `${measure} of sse`);
		assert.equal(figure(record, 'restart', 'stateless', measure), 0, `${measure} of stateless`);
	}
	assert.ok(figure(record, 'restart', 'stateless', 'callsFailed') > 0, 'calls made while it was down failed');
});

test('every history can be read, is ordered by time, and holds what it must', async () => {
	const { folder } = await wholeRun();
	for (const trial of recordOf(folder).trials) {
		const path = join(folder, 'trials', `${trial.id}.ndjson.gz`);
		assert.ok(statSync(path).size > 0);
		const events = await historyOf(path);
		let last = 0;
		for (const event of events) {
			assert.ok(Number.isInteger(event.at) && event.at >= last, `${trial.id}: ${event.at} after ${last} µs`);
			last = event.at;
			if (event.is !== 'gauge') continue;
			assert.deepEqual(
				Object.keys(event.values).filter((name) => !(gaugeNames as readonly string[]).includes(name)),
				[],
			);
		}
		const kinds = new Set<string>(events.map(({ is }) => is));
		const wanted = { 'idle-clients': ['reading'], 'steady-calls': ['call', 'histogram'], restart: ['call', 'fault'] };
		const own = wanted[trial.scenario as keyof typeof wanted];
		const lacking = ['phase', 'process', 'gauge', 'session', 'connect', ...own].filter((kind) => !kinds.has(kind));
		assert.deepEqual(lacking, [], trial.id);
	}
});
