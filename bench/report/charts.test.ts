import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeriesChart } from '../model/series.ts';
import { chartSize, plotConfig } from './charts.ts';
import { seriesCharts as charts, fixture } from './fixture.ts';
import { type Look, themeOf } from './look.ts';
import { paletteOf } from './palette.ts';

const page: Look = { scheme: 'light', palette: paletteOf(fixture.run.targets), font: 'sans-serif', narrow: false };

function chart(id: string): SeriesChart {
	const found = charts.find((data) => data.id === id);
	assert.ok(found);
	return found;
}

// biome-ignore lint/suspicious/noExplicitAny: chart.js's types of options depend on the kind of chart.
const scalesOf = (data: SeriesChart, look = page): any => plotConfig(data, look).options?.scales;

test('every axis has a title, every axis of quantities its unit', () => {
	for (const data of charts) {
		const { x, y } = scalesOf(data);
		assert.ok(x.title.display && y.title.display, data.id);
		if (data.kind !== 'bars') assert.match(x.title.text, /\(.+\)/, data.id);
		if (data.y.unit !== '') assert.match(y.title.text, /\(.+\)/, data.id);
	}
});

test('a bar that reaches the end of a logarithmic axis has room above for its number', () => {
	const bars = charts.find(({ kind }) => kind === 'bars') ?? assert.fail();
	const log = { ...bars, shades: [], y: { ...bars.y, scale: 'log' } } as const;
	const padding = plotConfig(log, page).options?.layout?.padding as { top: number };
	assert.ok(padding.top >= themeOf(page).fontPx + 3, String(padding.top));
});

test('a target has the same colour in every chart', () => {
	const colours = new Map<string, Set<unknown>>();
	for (const data of charts) {
		for (const [nth, dataset] of plotConfig(data, page).data.datasets.entries()) {
			const target = data.lines[nth]?.target ?? '';
			colours.set(target, (colours.get(target) ?? new Set()).add(dataset.borderColor));
		}
	}
	assert.equal(colours.size, fixture.run.targets.length);
	for (const [target, seen] of colours) assert.equal(seen.size, 1, target);
});

test('an axis divides its values by the unit it names', () => {
	const data = chart('idle-clients-pssKb');
	assert.equal(scalesOf(data).y.title.text, 'PSS (MB)');
	const first = plotConfig(data, page).data.datasets[0]?.data[0] as { y: number };
	assert.equal(first.y, (data.lines[0]?.points[0]?.y ?? 0) / 1024);
});

test('the marks of a ladder are its rungs, those of percentiles are nines', () => {
	const marks = (data: SeriesChart) => {
		const scale = { ticks: [] as { value: number }[] };
		scalesOf(data).x.afterBuildTicks(scale);
		return scale.ticks.map((each) => each.value);
	};
	assert.deepEqual(marks(chart('idle-clients-pssKb')), [0, 250, 500, 1000, 2000]);
	assert.deepEqual(marks(chart('steady-calls-percentiles')), [2, 10, 100, 1000, 10_000]);
});

test('the knee marks its levels, and its objective stands within the axis', () => {
	const data = chart('steady-calls-knee');
	const { x, y } = scalesOf(data);
	assert.equal(x.type, 'logarithmic');
	assert.ok(y.min < 50 && y.max > 50);
	const low = { ...data, lines: data.lines.map((line) => ({ ...line, points: [{ x: 500, y: 1 }] })) };
	assert.ok(scalesOf(low).y.max >= 50, 'even where every level was far below it');
	assert.ok(plotConfig(data, page).plugins?.some(({ id }) => id === 'marks'));
	const dataset = plotConfig(data, page).data.datasets[0] as { showLine?: boolean; pointRadius?: number };
	assert.ok(dataset.showLine === true && (dataset.pointRadius ?? 0) > 0);
});

test('a fit has no entry in the legend; a chart whose bars are named needs none', () => {
	const legend = (data: SeriesChart) => plotConfig(data, page).options?.plugins?.legend;
	const data = chart('idle-clients-pssKb');
	const drawn = { isDatasetVisible: () => true, data: plotConfig(data, page).data };
	const items = legend(data)?.labels?.generateLabels?.(drawn as never) ?? [];
	assert.deepEqual(
		items.map((item) => item.text),
		fixture.run.targets.map((target) => target.id),
	);
	assert.equal(legend(chart('steady-calls-cpu'))?.display, false);
});

test('bars lie down on a phone and get the height they need', () => {
	const data = chart('restart-calls');
	assert.equal(plotConfig(data, page).options?.indexAxis, 'x');
	assert.equal(plotConfig(data, { ...page, narrow: true }).options?.indexAxis, 'y');
	assert.ok(chartSize(data, { ...page, narrow: true }).height > 23 * 20);
});

test('a chart without any point is still a chart', () => {
	for (const data of charts) {
		const empty = { ...data, lines: data.lines.map((line) => ({ ...line, points: [] })) };
		assert.ok(plotConfig(empty, page).data.datasets.length > 0);
		assert.ok(plotConfig({ ...data, lines: [] }, page));
	}
});
