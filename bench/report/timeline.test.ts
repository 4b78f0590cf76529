import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markLine, peakOf, sparkline, Timeline } from './timeline.ts';

/** Looks four times a second, on a clock of its own. */
function watched(timeline: Timeline, fromMs: number, toMs: number, at: (ms: number) => { perS: number; open: number }) {
	for (let ms = fromMs; ms < toMs; ms += 250) timeline.look(ms, at(ms));
}

test('a column is the mean rate of the looks in it, and the last number of open sessions', () => {
	const timeline = new Timeline(10, 500);
	watched(timeline, 1000, 3000, (ms) => ({ perS: ms % 500 === 0 ? 10 : 30, open: ms / 250 }));
	assert.deepEqual(
		timeline.last(10),
		[5, 7, 9, 11].map((open) => ({ perS: 20, open, mark: 'none' })),
	);
});

test('a ramp is drawn as a ramp, from nothing to the full height', () => {
	const timeline = new Timeline(8, 1000);
	for (let n = 0; n < 8; n++) timeline.look(n * 1000, { perS: n, open: 7 - n });
	const columns = timeline.last(8);
	assert.equal(sparkline(columns.map(({ perS }) => perS)), '▁▂▃▄▅▆▇█');
	assert.equal(sparkline(columns.map(({ open }) => open)), '█▇▆▅▄▃▂▁');
	assert.equal(peakOf(columns.map(({ perS }) => perS)), 7);
});

test('it keeps so many columns and no more, however long it goes on', () => {
	const timeline = new Timeline(60, 500);
	watched(timeline, 0, 3_600_000, (ms) => ({ perS: ms, open: 1 }));
	const columns = timeline.last(Number.POSITIVE_INFINITY);
	assert.equal(columns.length, 60);
	assert.equal(columns.at(-1)?.perS, 3_600_000 - 250 - 125);
	assert.equal(columns[0]?.perS, 3_600_000 - 60 * 500 + 125, 'the oldest is half a minute old');
	assert.equal(timeline.last(17).length, 17);
	assert.deepEqual(timeline.last(17), columns.slice(-17));
	assert.deepEqual(timeline.last(0), []);
	assert.deepEqual(timeline.last(-3), []);
});

test('a fault is marked where it struck, for as long as it acted, and where it healed', () => {
	const timeline = new Timeline(20, 500);
	const steady = () => ({ perS: 5, open: 3 });
	watched(timeline, 0, 2000, steady);
	timeline.strike(2100);
	watched(timeline, 2250, 4000, steady);
	timeline.heal(4100);
	watched(timeline, 4250, 5000, steady);
	assert.equal(markLine(timeline.last(20)), '────×━━━✓─');
	// Of two that overlap the timeline says so until the last has healed.
	timeline.strike(5000);
	timeline.strike(6000);
	timeline.heal(7000);
	timeline.look(8000, steady());
	timeline.heal(8500);
	timeline.look(9000, steady());
	assert.equal(markLine(timeline.last(9)), '×━×━✓━━✓─');
	// One that is over within a column is seen, too.
	timeline.strike(9600);
	timeline.heal(9700);
	timeline.look(10_000, steady());
	assert.equal(markLine(timeline.last(3)), '─×─');
});

test('what nobody looked at is unknown, not zero; after a long sleep nothing old is shown', () => {
	const timeline = new Timeline(6, 500);
	timeline.look(0, { perS: 4, open: 4 });
	timeline.look(1500, { perS: 0, open: 4 });
	const columns = timeline.last(6);
	assert.equal(sparkline(columns.map(({ perS }) => perS)), '█  ▁');
	timeline.look(86_400_000, { perS: 2, open: 2 });
	assert.equal(sparkline(timeline.last(6).map(({ open }) => open)), '     █');
	timeline.clear();
	assert.deepEqual(timeline.last(6), []);
	timeline.look(86_401_000, { perS: 2, open: 2 });
	assert.equal(timeline.last(6).length, 1, 'it begins anew');
});

test('nothing at all, or very little of much, still has a height', () => {
	assert.equal(sparkline([]), '');
	assert.equal(sparkline([0, 0]), '▁▁');
	assert.equal(sparkline([1, 1_000_000]), '▂█');
	assert.equal(peakOf([undefined]), 0);
});
