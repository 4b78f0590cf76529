import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { constantRate } from '../bench/model/load.ts';
import type { Target } from '../bench/model/target.ts';
import { type PlayedTrial, playJudged } from './known-answer/play.ts';
import { known } from './support/trials.ts';

/** The ledger of the servers that are measured, joined with what their clients saw: real processes, a real crash. */

const clients = 20;

function figureOf({ measures }: PlayedTrial, name: keyof PlayedTrial['measures']): number {
	const measure = measures[name];
	assert.ok(measure, `${name} is measured`);
	return measure.value;
}

/** Every call of the measured phase is in exactly one class. */
function isSettled(played: PlayedTrial): void {
	const value = (name: keyof PlayedTrial['measures']) => figureOf(played, name);
	const classes = (['callsNotRun', 'callsNeverArrived', 'callsUnanswered', 'callsAnsweredWrong'] as const).map(value);
	const calls = played.events.filter((event) => event.is === 'call' && event.phase === 'measure');
	assert.equal(
		classes.reduce((sum, count) => sum + count, value('callsOk')),
		calls.length,
	);
	assert.equal(value('callsUnsettled'), 0);
	assert.equal(played.facts.ledger.unwritten, 0);
}

/**
 * The calls that the crash cut short: those that were under way when it was told, and those that were sent between that instant
 * and the kill, which comes a moment later.
 */
function cutShortBy({ events }: PlayedTrial) {
	const told = events.find((event) => event.is === 'fault' && event.change === 'applied')?.at;
	assert.ok(told !== undefined);
	const ran = events.filter((event) => event.is === 'ran');
	const finished = new Set(ran.flatMap(({ callId, stage }) => (stage === 'done' ? [callId] : [])));
	const begunBy = new Map(ran.flatMap(({ callId, stage, pid }) => (stage === 'begun' ? [[callId, pid] as const] : [])));
	const cut = events.flatMap((event) => {
		if (event.is !== 'call' || event.phase !== 'measure' || event.outcome.is === 'ok') return [];
		const pid = begunBy.get(event.callId);
		return pid === undefined || finished.has(event.callId) ? [] : [{ sentUs: event.sentUs, pid }];
	});
	return {
		early: cut.filter(({ sentUs }) => sentUs <= told),
		late: cut.filter(({ sentUs }) => sentUs > told),
		killedPid: ran.find(({ at }) => at < told)?.pid,
	};
}

const modernListening = known('modern-listen');
const sdkModern = known('sdk2-modern');
const pushed: readonly Target[] = [
	...['sse', 'stateful', 'sdk1-sse', 'sdk1-stateful', 'sdk2-sse', 'sdk2-stateful'].map((id) => known(id)),
	modernListening,
	{ ...sdkModern, client: modernListening.client },
];

// They mostly wait, and nothing of them is measured.
describe('of real trials', { concurrency: 2 }, () => {
	for (const target of pushed) {
		test(`${target.id}: where nothing happens, every push reaches every client once and in order`, async (t) => {
			const load = { kind: 'open', sessions: clients, rate: constantRate(50, 2000), arrivals: 'constant' } as const;
			const size = { load, warmMs: 0, faults: [], repeats: 1, ledger: true, pushEveryMs: 50 } as const;
			const played = await playJudged(target, size, { sharesMachine: true });
			isSettled(played);
			const received = figureOf(played, 'pushesReceived');
			t.diagnostic(`${received} pushes`);
			// How many is the machine's to say; two have an order.
			assert.ok(received >= 2 * clients && received % clients === 0, `${received} of ${clients} clients`);
			const rest = (['pushesLost', 'pushesMissed', 'pushesDoubled', 'pushesOutOfOrder'] as const).map((name) =>
				figureOf(played, name),
			);
			assert.deepEqual(rest, [0, 0, 0, 0]);
		});
	}

	for (const id of ['sse', 'stateful', 'stateless', 'sdk2-stateful']) {
		test(`${id}: after a crash amid slow calls nothing stays unknown`, async (t) => {
			const load = { kind: 'open', sessions: clients, rate: constantRate(200, 8000), arrivals: 'constant' } as const;
			const faults = [{ atMs: 1000, fault: { kind: 'crash', restartAfterMs: 500 } }] as const;
			const more = { ledger: true, pushEveryMs: 50, slowCalls: { every: 10, ms: 300 } } as const;
			const played = await playJudged(
				known(id),
				{ load, warmMs: 0, faults, repeats: 1, ...more },
				{ sharesMachine: true },
			);
			for (const [name, measure] of Object.entries(played.measures)) {
				if (/^(calls|pushes|answers)/.test(name)) t.diagnostic(`${name.padEnd(20)} ${measure?.value}`);
			}
			isSettled(played);
			const cutShort = figureOf(played, 'callsCutShort');
			assert.ok(cutShort > 0, 'some slow calls had begun when the server died');
			assert.ok(figureOf(played, 'callsUnanswered') >= cutShort);
			const { early, late, killedPid } = cutShortBy(played);
			t.diagnostic(`${early.length} cut short of before the crash, ${late.length} of the moment before the kill`);
			assert.equal(early.length + late.length, cutShort);
			assert.ok(early.length > 0 && figureOf(played, 'callsInFlightLost') >= early.length);
			assert.deepEqual(
				late.filter(({ pid }) => pid !== killedPid),
				[],
				'only the process that was killed cut calls short',
			);
			assert.ok(figureOf(played, 'callsNotRun') > 0, 'while the server was down');
			const pids = new Set(played.events.flatMap((event) => (event.is === 'ran' ? [event.pid] : [])));
			assert.equal(pids.size, 2, 'both lives of the server wrote their ledger');
			if (id === 'stateless') assert.equal(played.measures.pushesMissed, undefined);
			else {
				assert.ok(figureOf(played, 'pushesReceived') > 0);
				assert.ok(figureOf(played, 'pushesMissed') > 0, 'those that came before the clients had come back');
			}
		});
	}
});
