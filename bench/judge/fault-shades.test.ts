import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../model/fault.ts';
import type { HistoryEvent } from '../model/history.ts';
import type { TrialResult } from '../model/trial.ts';
import type { ChartSource } from './charts.ts';
import { readFacts } from './facts.ts';
import { faultShades } from './fault-shades.ts';

const crash: Fault = { kind: 'crash', restartAfterMs: 700 };
const latency: Fault = { kind: 'latency', latencyMs: 200, forMs: 1000 };

/** A trial whose load is measured from one second on, and begins its faults so much later than planned. */
async function trial(lateUs: number, healed = true): Promise<ChartSource['trials'][number]> {
	const second = 1_000_000;
	const events: HistoryEvent[] = [
		{ is: 'phase', at: second, phase: 'measure' },
		{ is: 'fault', at: 3 * second + lateUs, fault: crash, change: 'applied' },
		{ is: 'fault', at: 4 * second + lateUs, fault: crash, change: 'healed' },
		{ is: 'fault', at: 6 * second + lateUs, fault: latency, change: 'applied' },
		...(healed ? [{ is: 'fault', at: 7 * second + lateUs, fault: latency, change: 'healed' } as const] : []),
		{ is: 'phase', at: 9 * second, phase: 'drain' },
	];
	async function* history() {
		yield* events;
	}
	return { result: {} as TrialResult, facts: await readFacts(history()) };
}

test('every fault has a shade of its own with its name, for as long as it acted in every trial', async () => {
	const trials = [await trial(0), await trial(250_000)];
	assert.deepEqual(faultShades({ trials }), [
		{ fromX: 2.25, toX: 3, label: 'server down' },
		{ fromX: 5.25, toX: 6, label: 'fault: latency' },
	]);
	const apart = faultShades({ trials: [await trial(0), await trial(1_500_000)] });
	assert.deepEqual(apart[0], { fromX: 3.5, toX: 3.5, label: 'server down' }, 'never from later to sooner');
	assert.deepEqual(faultShades({ trials: [] }), []);
});

test('a fault that was not healed lasts to the end of the load', async () => {
	assert.deepEqual(faultShades({ trials: [await trial(0, false)] }).at(-1), {
		fromX: 5,
		toX: 8,
		label: 'fault: latency',
	});
});
