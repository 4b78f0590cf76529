import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleMeter } from './idle-meter.ts';

/** A waiter whose turns take as long as the test says. */
function scripted(turnsMs: number[]) {
	let nowMs = 0;
	const turn = (run: () => void) => {
		nowMs += turnsMs.shift() ?? 0;
		run();
	};
	const meter = new IdleMeter({ soon: turn, after: (_ms, run) => turn(run) }, () => nowMs);
	return {
		meter,
		work: (ms: number) => {
			nowMs += ms;
		},
	};
}

test('turns that did nothing are idle, turns that took in answers are busy', () => {
	const { meter } = scripted([0.01, 0.02, 0.09, 0.01]);
	for (let n = 0; n < 4; n++) meter.soon(() => {});
	assert.ok(Math.abs(meter.busyShare() - 0.09 / 0.13) < 1e-9);
});

test('a timer is idle, what a call takes to start is busy', () => {
	const { meter, work } = scripted([9]);
	meter.after(9, () => work(1));
	assert.ok(Math.abs(meter.busyShare() - 0.1) < 1e-9);
});

test('a schedule that never waits is wholly busy, and a reset forgets it', () => {
	const { meter, work } = scripted([0.02]);
	work(5);
	assert.equal(meter.busyShare(), 1);
	meter.reset();
	meter.soon(() => {});
	assert.equal(meter.busyShare(), 0);
});
