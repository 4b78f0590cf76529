import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Size } from '../../bench/model/scenario.ts';
import { type Target, withPolling } from '../../bench/model/target.ts';
import { copiesOf, sins } from '../fixtures/push-sinner.ts';
import { known } from '../support/trials.ts';
import { type PlayedTrial, playJudged } from './play.ts';

/** A server that drops, doubles and delays pushes as told: the measures of the harness say exactly so. */

const clients = 20;
const size: Size = {
	load: { kind: 'listen', sessions: clients, idleMs: 200, settleMs: 100, forMs: 3300 },
	warmMs: 0,
	faults: [],
	repeats: 1,
	pushEveryMs: 25,
	ledger: true,
};

function sinner(id: 'sse' | 'stateless'): Target {
	return { ...known(id), server: { kind: 'node', file: 'test/fixtures/push-sinner.ts', args: [id] } };
}

function valuesOf({ measures }: PlayedTrial): Record<string, number | undefined> {
	return Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, measure?.value]));
}

describe('of pushes that go wrong as told', { concurrency: 2 }, () => {
	for (const target of [sinner('sse'), withPolling(sinner('stateless'), 300)]) {
		test(`${target.id}: dropped and doubled are counted to the push, and each is as late as it was`, async (t) => {
			const played = await playJudged(target, size, { sharesMachine: true });
			const values = valuesOf(played);
			// Which of the last pushes are judged is the clock's choice; all clients have the same ones, from the first on.
			const judged = ((values.pushesReceived ?? 0) + (values.pushesLost ?? 0)) / clients;
			t.diagnostic(`${judged} pushes to ${clients} clients`);
			assert.ok(judged >= sins.doubleEvery, `${judged} pushes`);
			const copies = Array.from({ length: judged }, (_, n) => copiesOf(n + 1));
			const times = (count: number) => clients * copies.filter((copy) => copy === count).length;
			const { pushesLost, pushesDoubled, pushesOutOfOrder } = values;
			assert.deepEqual(
				{ pushesLost, pushesDoubled, pushesOutOfOrder },
				{ pushesLost: times(0), pushesDoubled: times(2), pushesOutOfOrder: 0 },
			);
			// Node's timers are early by a few milliseconds at most.
			const least = played.facts.deliveries.curve()[0]?.us ?? 0;
			assert.ok(least >= (sins.lateMs - 10) * 1000, `the first came after ${least} µs`);
			assert.ok(
				(values.pushP50Us ?? 1e9) < (sins.lateMs + 300 + 1000) * 1000,
				`half came after ${values.pushP50Us} µs`,
			);
		});
	}
});
