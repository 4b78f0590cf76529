import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureName } from '../model/measures.ts';
import type { CaseRecord } from '../model/run.ts';
import type { GridAnswer, Scenario } from '../model/scenario.ts';
import type { HeatCell, HeatChart } from '../model/series.ts';
import { gridRun, gridScenario } from '../report/fixture-grid.ts';
import { type Grid, gridOf, headsOf, targetGridOf } from './grid.ts';
import { gridSentence } from './grid-sentence.ts';
import { reportInput } from './sections.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

function caseAt(row: string, column: string): CaseRecord {
	return { id: `${row}-${column}`, title: `${row}-${column}`, sessions: 1, at: { row, column } };
}
const cases = [caseAt('nginx', 'on'), caseAt('nginx', 'off'), caseAt('caddy', 'off'), caseAt('caddy', 'on')];
const all = cases.map(({ id }) => id);

test('rows and columns come in the order of the cases, columns target by target', () => {
	const grid = gridOf(cases, [
		{ target: 'sse', cases: all },
		{ target: 'modern', cases: all },
	]);
	assert.deepEqual(
		grid?.rows.map(({ name }) => name),
		['nginx', 'caddy'],
	);
	assert.deepEqual(
		grid?.columns.map(({ target, name }) => `${target} ${name}`),
		['sse on', 'sse off', 'modern on', 'modern off'],
	);
	assert.deepEqual(grid?.places[2], { row: 1, column: 1, target: 'sse', caseId: 'caddy-off' });
	assert.equal(grid?.places.length, 8);
});

test('a target has only the columns that were planned for it; a single column needs no name beside its target', () => {
	const one = gridOf(cases, [
		{ target: 'sse', cases: all },
		{ target: 'modern', cases: ['nginx-on', 'caddy-on'] },
		{ target: 'elsewhere', cases: ['other'] },
	]);
	assert.deepEqual(
		one?.columns.map(({ target, name }) => `${target} ${name}`),
		['sse on', 'sse off', 'modern on'],
	);
	const same = [caseAt('nginx', 'on'), caseAt('caddy', 'on')];
	const names = (targets: readonly string[]) =>
		gridOf(
			same,
			targets.map((target) => ({ target, cases: same.map(({ id }) => id) })),
		)?.columns.map(({ name }) => name);
	assert.deepEqual(names(['sse', 'modern']), ['', '']);
	assert.deepEqual(names(['sse']), ['on']);
});

test('targets as rows: a column for each case, without those that have no figure', () => {
	const seen = new Set(['sse nginx-on', 'modern nginx-on', 'modern caddy-off']);
	const of = (targets: readonly string[]) => targetGridOf(cases, targets, (target, id) => seen.has(`${target} ${id}`));
	const grid = of(['sse', 'elsewhere', 'modern']);
	assert.deepEqual(
		grid?.rows.map(({ name }) => name),
		['sse', 'modern'],
	);
	assert.deepEqual(grid.columns, [
		{ target: '', head: '', name: 'nginx-on' },
		{ target: '', head: '', name: 'caddy-off' },
	]);
	assert.deepEqual(
		grid.places.map(({ row, column, target, caseId }) => [row, column, target, caseId]),
		[
			[0, 0, 'sse', 'nginx-on'],
			[1, 0, 'modern', 'nginx-on'],
			[1, 1, 'modern', 'caddy-off'],
		],
	);
	assert.equal(of(['elsewhere']), undefined);
});

test('cases without a place make no grid', () => {
	assert.equal(gridOf([{ id: 'a', title: 'a', sessions: 1 }], [{ target: 'sse', cases: ['a'] }]), undefined);
	assert.equal(gridOf([], []), undefined);
});

test('targets are called without the number of their processes where it is the same for all', () => {
	assert.deepEqual(headsOf(['sse/3-processes', 'stateful/3-processes']), ['sse', 'stateful']);
	const mixed = ['sse/3-processes', 'sse', 'stateful/full-jitter'];
	assert.deepEqual(headsOf(mixed), mixed);
	const placed = gridOf(cases, [{ target: 'sse/3-processes', cases: all }]);
	assert.deepEqual(placed?.columns[0], { target: 'sse/3-processes', head: 'sse', name: 'on' });
});

const grid: Grid = {
	rows: ['nginx', 'caddy', 'squid, old'].map((name) => ({ name, group: name })),
	columns: [
		{ target: 'sse', head: 'sse', name: 'on' },
		{ target: 'modern', head: 'modern', name: 'on' },
	],
	places: [0, 1, 2].flatMap((row) =>
		['sse', 'modern'].map((target, column) => ({ row, column, target, caseId: `${row}` })),
	),
};
type Row = readonly (number | undefined)[];
function cells(values: readonly Row[]): HeatCell[] {
	return values.flatMap((row, at) =>
		row.flatMap((value, column) => (value === undefined ? [] : [{ row: at, column, colour: { value } }])),
	);
}
const said = (name: MeasureName, values: readonly Row[]) => plain(gridSentence(name, grid, cells(values), undefined));

test('the sentence leads with where it is good, for whom alone it is, and where it is bad', () => {
	assert.equal(
		said('pushesNotReceivedShare', [
			[0, 0],
			[40, 0],
			[100, 100],
		]),
		'Pushes that did not arrive 0 %: nginx. Pushes that did not arrive 0 % with modern only (sse 40.0 %): caddy. ' +
			'Pushes that did not arrive 100 %: squid, old.',
	);
});

test('where more is better the best is the most; what lies between has its range; what has no figure is counted', () => {
	assert.equal(
		said('callsOk', [[7, 8], [9], [undefined, 2]]),
		'Calls answered 9: caddy. In between (sse 7, modern 8): nginx. Calls answered 2: squid, old. Not measured in 2 cells.',
	);
});

test('of times and prices only the ends are told, and where they are; names with commas are quoted', () => {
	const priced = {
		...grid,
		columns: [
			{ target: '', head: '', name: 'an hour, ÷240' },
			{ target: '', head: '', name: 'b' },
		],
	};
	const of = (values: readonly Row[]) =>
		plain(gridSentence('usdPer1000SessionHours', priced, cells(values), undefined));
	assert.equal(
		of([[0.26, 0.6], [45.7]]),
		'Price of 1000 session-hours: $0.260 (nginx, “an hour, ÷240”) to $45.7 (caddy, “an hour, ÷240”).',
	);
	assert.equal(of([[2], [2]]), 'Price of 1000 session-hours $2.00 everywhere.');
});

test('where all is in between the figures are told; who was not measured somewhere is not told there', () => {
	assert.equal(
		said('callsOkShare', [
			[40, 60],
			[50, 70],
			[30, 60],
		]),
		'Calls answered: sse 30.0–50.0 %, modern 60.0–70.0 %.',
	);
	assert.equal(
		said('callsOkShare', [[undefined, 100], [50, 100], [0]]),
		'Calls answered 100 %: nginx. Calls answered 100 % with modern only (sse 50.0 %): caddy. Calls answered 0 %: squid, old. ' +
			'Not measured in 2 cells.',
	);
	const partly = streamsGrid(['a', 'b']);
	const some = cells([
		[0, 100, 0, 100],
		[50, 100, 0, 100],
	]);
	const only = partly.columns.map((column, nth) => ({ ...column, name: nth % 2 ? 'x' : `y${nth}` }));
	const without = some.filter(({ row, column }) => row === 1 || column !== 0);
	assert.equal(
		plain(gridSentence('streamSurvivedShare', { ...partly, columns: only }, without, answer)),
		'A stream lives with x only: a. A stream lives with x only (y0 50.0 %, y2 0 %): b. Not measured in 1 cell.',
	);
});

test('a grid that is the same everywhere, or empty, says so', () => {
	const same = [
		[3, 3],
		[3, 3],
		[3, 3],
	];
	assert.equal(said('callsFailed', same), 'Calls failed 3 everywhere.');
	assert.equal(said('callsFailed', []), 'Calls failed: not measured.');
});

const answer: GridAnswer = {
	kinds: 'column',
	good: { from: 99.5, words: 'A stream lives' },
	bad: { from: 0.5, words: 'A stream does not live' },
};

/** Rows over two columns of two targets. */
function streamsGrid(groups: readonly string[]): Grid {
	const columns = ['sse', 'modern'].flatMap((target) =>
		['silent', 'heartbeat'].map((name) => ({ target, head: target, name })),
	);
	return {
		rows: groups.map((group, nth) => ({ name: `${group}, row ${nth}`, group })),
		columns,
		places: groups.flatMap((_, row) =>
			columns.map(({ target }, column) => ({ row, column, target, caseId: `${row}` })),
		),
	};
}

test('rows of one fate share a phrase, whatever the target; a limit that was not met is no life', () => {
	const grid = streamsGrid(['direct', 'nginx', 'fly', 'squid', 'cloud-run', 'cloud-run']);
	const values = [
		[100, 100, 100, 100],
		[0, 100, 0, 100],
		[0, 100, 0, 100],
		[0, 100, 0, 100],
		[0, 0, 0, 0],
		[0, 0, 0, 0],
	];
	const limited = cells(values).map((cell) =>
		cell.row === 3 && cell.colour?.value === 100 ? { ...cell, limitNotMetS: 86_400 } : cell,
	);
	assert.equal(
		plain(gridSentence('streamSurvivedShare', grid, limited, answer)),
		'A stream lives: direct. A stream lives with heartbeat only: nginx, fly. ' +
			'A stream lives with heartbeat while watched, but a limit was not met, so that it proves nothing: squid (86 400 s). ' +
			'A stream does not live: cloud-run.',
	);
});

test('rows of one name that differ are told as a range, and a single one that is not proved leaves all of them so', () => {
	const grid = streamsGrid(['nginx', 'nginx', 'squid']);
	const values = [
		[0, 100, 0, 100],
		[50, 100, 0, 100],
		[0, 100, 0, 100],
	];
	const open = cells(values).map((cell) =>
		cell.row === 2 && cell.column === 3 ? { ...cell, limitNotMetS: 900 } : cell,
	);
	assert.equal(
		plain(gridSentence('streamSurvivedShare', grid, open, answer)),
		'A stream lives with heartbeat only (silent 0–50.0 %): nginx. ' +
			'A stream lives with heartbeat while watched, but a limit was not met, so that it proves nothing: squid (900 s).',
	);
});

test('very many names are counted, and very many fates too', () => {
	const names = Array.from({ length: 60 }, (_, nth) => `platform-${nth}`);
	const wide = streamsGrid(names);
	const alive = cells(names.map(() => [100, 100, 100, 100]));
	const half = cells(names.map((_, nth) => [nth < 40 ? 100 : 0, 100, 100, 100]));
	assert.equal(gridSentence('streamSurvivedShare', wide, alive, answer), 'A stream lives everywhere.');
	const [first = '', second = ''] = gridSentence('streamSurvivedShare', wide, half, answer).split('. ');
	assert.match(first, /^A stream lives: platform-0, platform-1, .* and \d+ more$/);
	assert.match(second, /^A stream lives with heartbeat only \(silent 0–100.%\): platform-40, /);
	assert.ok(first.length < 460, `${first.length}`);
	const rows = Array.from({ length: 9 }, (_, nth) => ({ name: `row ${nth}`, group: `row ${nth}` }));
	const columns = ['a', 'b', 'c', 'd'].map((name) => ({ target: 'sse', head: 'sse', name }));
	const places = rows.flatMap((_, row) =>
		columns.map(({ target }, column) => ({ row, column, target, caseId: `${row}` })),
	);
	// Good in the columns whose bits are set: each row in others.
	const bits = cells(rows.map((_, nth) => columns.map((__, column) => (((nth + 1) >> column) & 1) * 100)));
	const many = gridSentence('streamSurvivedShare', { rows, columns, places }, bits, answer);
	assert.match(many, /^A stream lives with a only: row 0\. A stream lives with b only: row 1\. /);
	assert.match(many, / 4.others in other ways\.$/);
});

function sectionOf(scenario: Scenario) {
	const section = reportInput(gridRun({ rows: 9, columns: 2, targets: 2 }), [scenario], new Map()).sections[0];
	assert.ok(section);
	return section;
}

test('the chart of a saved run has colour and text of every measured cell, with lower bounds, and none of the skipped', () => {
	const section = sectionOf(gridScenario);
	const [survival, back] = section.charts as HeatChart[];
	assert.ok(survival?.kind === 'heat' && back?.kind === 'heat');
	assert.equal(survival.id, 'behind-platforms-heat-pushesNotReceivedShare');
	assert.deepEqual(survival.rows.title, 'platform');
	assert.equal(survival.columns.names.length, 4);
	const squid = survival.rows.names.indexOf('Squid, corporate proxy');
	assert.ok(squid >= 0 && survival.cells.every(({ row }) => row !== squid));
	assert.equal(survival.cells.length, 8 * 4);
	assert.deepEqual([survival.colour.unit, survival.label.unit, survival.colour.better], ['%', '%', 'lower']);
	assert.deepEqual([back.colour.unit, back.label.unit], ['%', 'ms']);
	assert.ok(back.cells.some(({ label }) => label?.atLeast === true));
	const lost = back.cells.find(({ colour }) => colour?.value === 100);
	assert.ok(lost && lost.label === undefined, 'nobody came back there');
});

test('only the targets that were asked for; without any there is no chart', () => {
	const only = (targets: string[]) =>
		sectionOf({ ...gridScenario, charts: gridScenario.charts.map((chart) => ({ ...chart, targets })) }).charts;
	const [chart] = only(['stateful']) as HeatChart[];
	assert.deepEqual(
		chart?.columns.names.map(({ target }) => target),
		['stateful', 'stateful'],
	);
	assert.deepEqual(only(['nobody']), []);
});

test('with targets as rows a chart needs no places; what is not measured anywhere leaves no row', () => {
	const measure = 'pushesNotReceivedShare';
	const charts = [{ kind: 'heat', measure, title: 'Arms', rows: 'targets', targets: ['sse', 'stateful'] }] as const;
	const [drawn] = sectionOf({ ...gridScenario, charts }).charts as HeatChart[];
	assert.deepEqual(drawn?.rows, { title: 'target', names: ['sse', 'stateful'] });
	assert.equal(drawn.columns.title, 'case');
	// Of nine rows one could not be measured.
	assert.equal(drawn.columns.names.length, 8 * 2);
	assert.equal(drawn.cells.length, 8 * 2 * 2);
	assert.ok(drawn.columns.names.every(({ target, name }) => target === '' && name !== ''));
});

test('the answer of a scenario with a grid has a bounded length, however many cases there are', () => {
	const long = (rows: number) =>
		reportInput(gridRun({ rows, columns: 6, targets: 4 }), [gridScenario], new Map()).sections[0]?.answer ?? '';
	assert.ok(long(27).length < 600 && long(27).length < long(3).length * 2);
	assert.match(plain(long(27)) ?? '', /^Pushes that did not arrive 0 %: nginx, defaults; .* and \d+ more\. Pushes/);
});
