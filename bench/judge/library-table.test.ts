import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HistoryEvent } from '../model/history.ts';
import type { LibraryCallEvent, LibraryHeardEvent, LibraryUser, ObservedEvent } from '../model/observed.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialPlan } from '../model/trial.ts';
import { run as sampleRun } from '../report/fixture-run.ts';
import { measuresOf, readFacts, type TrialFacts } from './facts.ts';
import { libraryTable } from './library-table.ts';
import { libraryWords } from './library-words.ts';

const sUs = 1e6;
const fault = { kind: 'crash', restartAfterMs: 4000 } as const;
const crashed: HistoryEvent[] = [
	{ is: 'fault', at: 10 * sUs, fault, change: 'applied' },
	{ is: 'fault', at: 14 * sUs, fault, change: 'healed' },
];
const library: ObservedEvent = {
	is: 'observed',
	what: 'library',
	at: sUs,
	library: 'v1',
	package: '@modelcontextprotocol/sdk',
	version: '1.2.3',
	callTimeoutMs: 60_000,
	behind: false,
};
const unknown = { error: 'StreamableHTTPError 404: no session', httpStatus: 404 };
const refused = { error: 'TypeError ECONNREFUSED: fetch failed' };

function call(sentS: number, ended: LibraryCallEvent['ended'], more: Partial<LibraryCallEvent> = {}): LibraryCallEvent {
	const sentUs = sentS * sUs;
	return { is: 'observed', what: 'call', at: sentUs + 1000, client: 'caller', sentUs, ended, ...more };
}

function heard(atS: number, client: LibraryUser, api: LibraryHeardEvent['api'], error?: string): LibraryHeardEvent {
	return { is: 'observed', what: 'heard', at: atS * sUs, client, api, ...(error === undefined ? {} : { error }) };
}

function factsOf(events: readonly HistoryEvent[]): Promise<TrialFacts> {
	const all = [library, ...crashed, ...events].sort((a, b) => a.at - b.at);
	return readFacts(
		(async function* () {
			yield* all;
		})(),
	);
}

async function valuesOf(events: readonly HistoryEvent[]): Promise<Record<string, number>> {
	const all = Object.entries(measuresOf(await factsOf(events)));
	return Object.fromEntries(all.flatMap(([name, { value }]) => (name.startsWith('library') ? [[name, value]] : [])));
}

const inFlight = (at: number, ended: LibraryCallEvent['ended'], error?: string) =>
	call(9, ended, { client: 'waiter', at: at * sUs, ...(error === undefined ? {} : { error }) });

/** A client that is lost for good: everything fails until it gets a new transport; its call in flight hangs. */
const lost: readonly HistoryEvent[] = [
	call(9.5, 'ok'),
	call(11, 'failed', refused),
	call(15, 'failed', unknown),
	call(16, 'failed', unknown),
	inFlight(20, 'hangs'),
	heard(9, 'waiter', 'client.onerror', 'before it all'),
	heard(10.1, 'waiter', 'client.onerror', 'stream disconnected'),
	heard(12, 'waiter', 'client.onerror', 'given up'),
	heard(12, 'caller', 'client.onerror', 'of its own call'),
	{ is: 'observed', what: 'remedy', at: 20.1 * sUs, remedy: 'call', beganUs: 20 * sUs, ended: 'failed', ...unknown },
	{ is: 'observed', what: 'remedy', at: 20.3 * sUs, remedy: 'reconnect', beganUs: 20.1 * sUs, ended: 'ok' },
];

/** One that comes back by itself after a failure, and whose call in flight fails at once. */
const back: readonly HistoryEvent[] = [
	call(9.5, 'ok'),
	call(11, 'failed', refused),
	call(14.5, 'failed', unknown),
	call(15, 'ok'),
	call(15.5, 'ok'),
	inFlight(10.2, 'failed', 'TypeError: terminated'),
	heard(10.2, 'waiter', 'subscription.closed', 'remote'),
];

describe('the account of a library', () => {
	test('a client that is lost', async () => {
		assert.deepEqual(await valuesOf(lost), {
			libraryRecovered: 0,
			libraryCallsFailed: 2,
			libraryInFlightMs: 10_000,
			libraryErrorsHeard: 2,
			libraryClosesHeard: 0,
			libraryRemedyMs: 200,
		});
		assert.equal(measuresOf(await factsOf(lost)).libraryInFlightMs?.atLeast, true, 'it hung still');
	});

	test('a client that comes back', async () => {
		assert.deepEqual(await valuesOf(back), {
			libraryRecovered: 1,
			libraryRecoveredMs: 1001,
			libraryCallsFailed: 1,
			libraryInFlightMs: 200,
			libraryErrorsHeard: 0,
			libraryClosesHeard: 1,
		});
		assert.equal(measuresOf(await factsOf(back)).libraryInFlightMs?.atLeast, undefined);
	});

	test('a call that hangs to the end counts as failed, and is no recovery', async () => {
		const values = await valuesOf([call(9.5, 'ok'), call(14.5, 'hangs', { at: 20 * sUs })]);
		assert.deepEqual([values.libraryRecovered, values.libraryCallsFailed], [0, 1]);
	});

	test('a call under way since the outage that is answered after it counts as the first success', async () => {
		const values = await valuesOf([call(13.9, 'ok', { at: 14.2 * sUs }), call(15, 'ok')]);
		assert.deepEqual([values.libraryRecoveredMs, values.libraryCallsFailed], [200, 0]);
	});

	test('an answer before the ready line was read tells that the server is back, a refusal and a 502 that it is not', async () => {
		const gateway = { error: 'bad gateway', httpStatus: 502 };
		const facts = await factsOf([
			call(11, 'failed', refused),
			call(12, 'failed', gateway),
			call(13.5, 'failed', unknown),
			call(15, 'ok'),
		]);
		const { whileDown, afterHeal } = facts.libraries;
		assert.deepEqual([whileDown.failed, afterHeal.failed, afterHeal.ok], [2, 1, 1]);
	});

	test('a trial without a library has none of its measures', async () => {
		const facts = await readFacts(
			(async function* () {
				yield* crashed;
			})(),
		);
		assert.deepEqual(
			Object.keys(measuresOf(facts)).filter((name) => name.startsWith('library')),
			[],
		);
	});
});

test('words say what happened, without figures that differ from repeat to repeat', async () => {
	const words = libraryWords((await factsOf(lost)).libraries);
	assert.deepEqual(words, {
		whileDown: `fail: ${refused.error}`,
		afterHeal: `fail to the end: ${unknown.error}`,
		inFlight: 'hangs to the end, with neither answer nor error; the library’s own limit is 1\u202fmin 0\u202fs',
		heard: 'onerror 2 times (given up; stream disconnected); no onclose',
		byItself: 'no',
		byHand: 'client.close(), client.connect(new transport); not by: call again',
	});
	const good = libraryWords((await factsOf(back)).libraries);
	assert.equal(good.afterHeal, `fail at first (${unknown.error}), then succeed`);
	assert.equal(good.inFlight, 'fails at once: TypeError: terminated');
	assert.equal(good.heard, 'no onerror; subscription closed: remote');
	assert.equal(good.byHand, 'not needed');
});

describe('the table', () => {
	const cases = [
		{ id: 'v1-direct', title: 'v1, direct', sessions: 2 },
		{ id: 'v1-behind-502', title: 'v1, 502 meanwhile', sessions: 2 },
	];
	const record: RunRecord = {
		...sampleRun,
		startedAt: '2026-11-21T04:00:00.000Z',
		environment: { ...sampleRun.environment, packages: { undici: '1.0.0', '@modelcontextprotocol/server': '2.0.0' } },
		scenarios: [{ id: 'libs', title: 't', question: '?', repeats: 2, sessions: 2, cases }],
	};

	function trial(inCase: string, target: string, repeat: number, facts: TrialFacts) {
		const plan: TrialPlan = { id: '', scenario: 'libs', case: inCase, target, repeat, seed: 1 };
		const result = { ...plan, state: 'completed', startedAt: '', durationMs: 1, measures: {}, warnings: [] } as const;
		return { result, facts };
	}

	test('one row per case and target, dated, each with the command that runs it alone', async () => {
		const [bad, good] = await Promise.all([factsOf(lost), factsOf(back)]);
		const trials = [
			trial('v1-behind-502', 'stateful', 1, bad),
			trial('v1-direct', 'sse?reply=sse', 1, good),
			trial('v1-direct', 'stateful', 1, bad),
			trial('v1-direct', 'stateful', 2, good),
		];
		const table = libraryTable(record, 'libs', trials);
		assert.ok(table);
		assert.match(
			table.note,
			/^Ran on 2026-11-21: client v1 is @modelcontextprotocol\/sdk 1\.2\.3; .*server 2\.0\.0\.$/,
		);
		const column = (head: string) => table.rows.map((row) => row[table.head.indexOf(head)]);
		assert.ok(table.rows.every((row) => row.length === table.head.length));
		assert.deepEqual(column('client'), ['v1, direct', 'v1, direct', 'v1, 502 meanwhile']);
		assert.deepEqual(
			column('server'),
			['stateful', 'sse?reply=sse', 'stateful'].sort((a, b) => order(a) - order(b)),
		);
		const at = column('server').indexOf('stateful');
		assert.equal(column('recovers by itself')[at], '1 of 2: no. 1 of 2: yes', 'repeats that differ are told apart');
		assert.match(String(column('first success')[at]), /^after 1\.0\u202fs, in 1 of 2 repeats$/);
		assert.equal(column('first success').at(-1), 'never');
		assert.ok(
			column('run it alone').includes(
				`npm run bench -- --profile ${record.profile} --scenario libs --target 'sse?reply=sse' --case v1-direct --repeats 1`,
			),
		);
	});

	/** The order of the run's targets; one that it does not name comes first. */
	function order(target: string | undefined): number {
		return record.targets.findIndex(({ id }) => id === target);
	}

	test('there is none where no library was observed', () => {
		assert.equal(libraryTable(record, 'libs', []), undefined);
	});
});
