import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { headlines } from './headlines.ts';
import { entryOf, machineLetter, machinesOf, noHistory, type PublishedRun, withEntry } from './history.ts';
import { trendChart, trendSection } from './trend.ts';

const entry = entryOf(fixture);

/** A published run of another day, with figures so many times as high. */
function another(id: string, times: number, machine: Partial<PublishedRun['machine']> = {}): PublishedRun {
	return {
		...entry,
		id,
		machine: { ...entry.machine, ...machine },
		figures: entry.figures.map((figure) => ({
			...figure,
			value: figure.value * times,
			...(figure.ci && { ci: [figure.ci[0] * times, figure.ci[1] * times] as const }),
		})),
	};
}

const three = [another('a', 1), another('b', 2, { cpus: 8 }), another('c', 3, { memoryMb: 7930 })].reduce(
	withEntry,
	noHistory,
);

test('an entry has the headline figures of its run, with their intervals', () => {
	const found = entry.figures.map(({ scenario, measure, target }) => `${scenario} ${measure} ${target}`);
	assert.ok(found.includes('idle-clients pssKbPerClient sse') && found.includes('steady-calls cpuUsPerCall modern'));
	const { table } = fixture.sections[0] ?? assert.fail();
	const column = table.measures.indexOf('pssKbPerClient');
	const cell = table.rows.find(({ target }) => target === 'stateful')?.cells[column];
	const figure = entry.figures.find((each) => each.target === 'stateful' && each.measure === 'pssKbPerClient');
	assert.ok(cell?.ci && figure);
	assert.deepEqual([figure.value, figure.ci, figure.repeats], [cell.value, cell.ci, 3]);
	assert.equal(entry.commit?.endsWith('+'), fixture.run.environment.git?.dirty);
});

test('runs are appended; one that is published again takes its own place and changes no other', () => {
	assert.deepEqual(
		three.runs.map(({ id }) => id),
		['a', 'b', 'c'],
	);
	const again = withEntry(three, another('b', 7, { cpus: 8 }));
	assert.deepEqual(
		again.runs.map(({ id }) => id),
		['a', 'b', 'c'],
	);
	assert.deepEqual([again.runs[0], again.runs[2]], [three.runs[0], three.runs[2]]);
	assert.notDeepEqual(again.runs[1], three.runs[1]);
});

test('machines are told apart by what decides figures, and not by a little memory of the kernel’s', () => {
	assert.equal(machinesOf(three).length, 2);
	assert.deepEqual(
		three.runs.map(({ machine }) => machineLetter(three, machine)),
		['A', 'B', 'A'],
	);
	const many = Array.from({ length: 28 }, (_, n) => another(`${n}`, 1, { cpus: n + 1 })).reduce(withEntry, noHistory);
	assert.deepEqual(
		many.runs.slice(-3).map(({ machine }) => machineLetter(many, machine)),
		['Z', 'AA', 'AB'],
	);
});

test('the trend has a point with its interval for each run, in a line of its machine and transport', () => {
	const [headline] = headlines;
	const chart = (headline && trendChart(three, headline)) ?? assert.fail('there is a trend');
	const lines = chart.lines.filter(({ target }) => target === 'stateful');
	assert.deepEqual(
		lines.map(({ label, points }) => [label, points.map(({ x }) => x)]),
		[
			['stateful, machine A', [1, 3]],
			['stateful, machine B', [2]],
		],
	);
	const first = lines[0]?.points[0];
	assert.ok(first?.low !== undefined && first.high !== undefined && first.low < first.y && first.y < first.high);
	const third = lines[0]?.points[1];
	assert.ok(third && Math.abs(third.y / first.y - 3) < 1e-9);
	assert.equal(chart.x.labels?.length, 3);
	assert.match(chart.x.labels?.[1] ?? '', /^\d{4}-\d\d-\d\d, B$/);
});

test('the section of all published runs says how many there are, and warns where machines differ', () => {
	assert.match(
		trendSection(three).answer,
		/^3.published runs on 2.machines\. Points of different machines are no trend\.$/,
	);
	assert.doesNotMatch(trendSection(withEntry(noHistory, entry)).answer, /no trend/);
	assert.equal(trendSection(three).tables?.[0]?.rows.length, 3);
});
