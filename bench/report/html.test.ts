import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import vm from 'node:vm';
import { gridReport, heatCharts } from '../../test/support/grid-report.ts';
import type { Verdict } from '../model/finding.ts';
import type { ChartData } from '../model/series.ts';
import { chartConfig } from './charts.ts';
import { clean } from './clean.ts';
import { decidingEvidence, evidenceFigure } from './evidence.ts';
import { seriesCharts as charts, fixture, hostile } from './fixture.ts';
import { pageScript } from './html/bundle.ts';
import { packCharts, unpackCharts } from './html/packed.ts';
import { htmlReport } from './html.ts';
import { paletteOf } from './palette.ts';

let text = '';
/** The page without what stands in script and style elements. */
let markup = '';

before(async () => {
	text = await htmlReport(clean(fixture));
	markup = text.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '$1</$2>');
});

/** The text of markup, with plain spaces. */
function plain(of: string): string {
	return of
		.replace(/<[^>]+>/g, '')
		.replace(/\s+/g, ' ')
		.trim();
}

/** The row of a finding. */
function claimOf(id: string): string {
	return markup.split('<tr role="row" ').find((row) => row.startsWith(`id="finding-${id}"`)) ?? '';
}

test('the page needs nothing but itself, and its policy allows nothing else', () => {
	assert.ok(text.length < 1_000_000);
	assert.ok(!/<[^>]*\s(src|srcset|action|poster)=/.test(markup));
	for (const [, link] of markup.matchAll(/\bhref="([^"]*)"/g)) assert.match(link ?? '', /^(#|charts\/|data:,)/);
	assert.ok(!/sourceMappingURL|@import|url\(/.test(text));
	assert.ok(markup.includes("default-src 'none'"));
	const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code ?? '');
	assert.equal(scripts.length, 2);
	for (const code of scripts) {
		assert.ok(markup.includes(createHash('sha256').update(code).digest('base64')));
	}
});

test('what a target wrote is text', () => {
	assert.ok(!text.includes('<img'));
	assert.ok(markup.includes('&lt;/script>&lt;img src=x onerror=alert(1)>red'));
	assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});

test('hostile names in a chart cannot leave the data', async () => {
	const [section] = fixture.sections;
	const [data] = charts;
	assert.ok(section && data);
	const lines = data.lines.map((line) => ({ ...line, label: hostile }));
	const page = await htmlReport({
		...fixture,
		sections: [{ ...section, charts: [{ ...data, title: hostile, lines }] }],
	});
	assert.ok(!page.includes('<img'));
	assert.equal((page.match(/<\/script>/g) ?? []).length, 3);
});

test('claims and scenarios have the ids that the documentation calls them by', () => {
	for (const { id } of [...fixture.run.findings, ...fixture.sections])
		assert.ok(markup.includes(`<code class="id">${id}</code>`), id);
});

test('every chart has a heading, a sentence, a canvas that both describe, and offers its table and its file', () => {
	for (const data of charts) {
		const figure =
			markup
				.split('<figure')
				.find((part) => part.includes(`id="canvas-${data.id}"`))
				?.split('</figure>')[0] ?? '';
		assert.ok(figure.includes(`id="chart-${data.id}">${data.title}</h3>`), data.id);
		assert.ok(figure.includes(`<figcaption id="about-${data.id}">${data.sentence}`), data.id);
		const described = `role="img" aria-labelledby="chart-${data.id}" aria-describedby="about-${data.id}"`;
		assert.ok(figure.includes(described), data.id);
		assert.ok(figure.includes(`data-table="${data.id}"`) && figure.includes(`data-csv="${data.id}"`), data.id);
	}
});

test('the deciding figure stands in a column of its own, with its interval and what it is a figure of', () => {
	const { findings } = fixture.run;
	const cells = [...markup.matchAll(/<td role="cell" class="decides">([\s\S]*?)<td/g)].map(([, cell = '']) =>
		plain(cell),
	);
	assert.equal(cells.length, findings.length);
	assert.equal(cells[0], '1.00 [1.00, 1.00] fd descriptors per client, sse');
	assert.equal(cells[1], '21.4 [20.9, 22.0] KB PSS per client, sse');
	assert.equal(cells[3], 'none');
	for (const { id } of findings) assert.match(claimOf(id), /href="#(chart|scenario)-/, `${id} has a link`);
});

test('of a verdict that depends the least and the most of its deciding figure are shown, of a lower bound no interval', () => {
	const line = { measure: 'callsNotOkShare', unit: '%', target: 'sse' } as const;
	const evidence = [
		{ ...line, value: 40, ci: [30, 50], case: 'kill' },
		{ ...line, value: 2, ci: [1, 3], case: 'drain' },
		{ ...line, value: 60, ci: [0, 190], case: 'both', atLeast: true },
		{ ...line, measure: 'callsOk', unit: '', value: 900 },
	] as const;
	const finding = { id: 'x', claim: 'x', scenario: 'x', because: 'x', evidence } as const;
	const said = (verdict: Verdict) =>
		decidingEvidence({ ...finding, verdict }).map((each) => plain(evidenceFigure(each)));
	assert.deepEqual(said('depends'), ['2.00 [1.00, 3.00] %', '≥ 60.0 %']);
	assert.deepEqual(said('confirmed'), ['40.0 [30.0, 50.0] %']);
	assert.deepEqual(decidingEvidence({ ...finding, evidence: [], verdict: 'depends' }), []);
	assert.deepEqual(decidingEvidence({ ...finding, verdict: 'inconclusive', unmeasured: true }), []);
});

test('where a rule named the figures that decide, these are shown and no others, a comparison with its ratio', () => {
	const line = { measure: 'pushP50Us', unit: 'µs', target: 'stateful' } as const;
	const against = { target: 'sse', ratio: 1.02, ci: [0.98, 1.07] } as const;
	const evidence = [
		{ ...line, target: 'sse', value: 500 },
		{ ...line, value: 510, decides: true, against },
		{
			...line,
			target: 'modern-listen',
			value: 900,
			decides: true,
			against: { target: 'sse', ratio: 1.8 },
			atLeast: true,
		},
	] as const;
	const finding = { id: 'x', claim: 'x', scenario: 'x', because: 'x', evidence } as const;
	for (const verdict of ['confirmed', 'depends'] as const)
		assert.deepEqual(
			decidingEvidence({ ...finding, verdict }).map((each) => plain(evidenceFigure(each))),
			['510 µs, 1.02× [0.98, 1.07] of sse', '≥ 900 µs, ≥ 1.80× of sse'],
		);
});

test('every section has the same order: question, answer, chart, table, method, warnings', () => {
	const [, section = ''] = /(id="scenario-steady-calls"[\s\S]*?)<\/section>/.exec(markup) ?? [];
	const marks = [
		'class="question"',
		'class="answer"',
		'<canvas',
		'class="figures"',
		'>How this was measured<',
		'>Warnings<',
	];
	const places = marks.map((mark) => section.indexOf(mark));
	assert.ok(
		places.every((place) => place > 0),
		String(places),
	);
	assert.deepEqual(
		places,
		places.toSorted((a, b) => a - b),
	);
});

test('headings are in order, ids are unique, links inside the page lead somewhere', () => {
	const levels = [...markup.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
	assert.equal(levels[0], 1);
	levels.reduce((above, level) => {
		assert.ok(level <= above + 1);
		return level;
	});
	const ids = [...markup.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
	assert.equal(new Set(ids).size, ids.length);
	for (const [, anchor] of markup.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(anchor ?? ''), anchor ?? '');
});

test('findings stand before the scenarios, trouble after them', () => {
	const places = [
		'id="findings"',
		'id="scenario-idle-clients"',
		'id="scenario-restart"',
		'id="trials"',
		'EADDRINUSE',
		'id="environment"',
		'id="again"',
	].map((part) => markup.indexOf(part));
	assert.ok(places.every((place) => place > 0));
	assert.deepEqual(
		places,
		[...places].sort((a, b) => a - b),
	);
});

test('the script in the page describes every chart exactly as the pictures are described', async () => {
	const palette = paletteOf(fixture.run.targets);
	const packed = packCharts([...charts, ...heatCharts(gridReport({ rows: 5, columns: 2, targets: 3 }))]);
	const shown = unpackCharts(packed);
	const drawn: string[] = [];
	class HTMLCanvasElement {
		parentElement = { style: { setProperty() {} } };
		closest = () => null;
	}
	const listen = { matches: true, addEventListener() {} };
	vm.runInNewContext(await pageScript(), {
		HTMLCanvasElement,
		document: {
			body: {},
			getElementById: (id: string) =>
				id === 'chart-data' ? { textContent: JSON.stringify({ packed, palette }) } : new HTMLCanvasElement(),
			querySelectorAll: () => [],
		},
		matchMedia: () => listen,
		getComputedStyle: () => ({ fontFamily: 'x' }),
		addEventListener() {},
		Chart: class {
			constructor(_canvas: unknown, config: unknown) {
				drawn.push(JSON.stringify(config));
			}
		},
	});
	const expected = shown.map((data: ChartData) =>
		JSON.stringify(chartConfig(data, { scheme: 'dark', palette, font: 'x', narrow: true })),
	);
	assert.deepEqual(drawn, expected);
});

test('a grid of cases: its long tables are closed and say how long they are, and their rows share the name of their case', async () => {
	const page = await htmlReport(clean(gridReport({ rows: 27, columns: 2, targets: 4 })));
	assert.match(page, /<details class="long"><summary>Figures of every case and target: 216.rows<\/summary>/);
	assert.match(page, /<details class="long"><summary>Comparisons in every case: \d+.rows<\/summary>/);
	assert.ok(!markup.includes('class="long"'), 'a short table is not folded');
	// A case is said once, for the rows of its four targets.
	const [figures = ''] = page.match(/<table class="figures by-case">[\s\S]*?<\/table>/) ?? [];
	assert.equal((figures.match(/<th scope="rowgroup" class="case" rowspan="4">/g) ?? []).length, 54);
	assert.equal((figures.match(/<th scope="row">/g) ?? []).length, 216);
});

test('one reason that kept many trials from running is told once, and repeats of a grid share a row', async () => {
	const input = gridReport({ rows: 27, columns: 2, targets: 4 });
	const page = await htmlReport(clean(input));
	assert.equal((page.match(/class="trouble /g) ?? []).length, 1);
	const trials = page.slice(page.indexOf('id="trials"'), page.indexOf('id="generator"'));
	assert.equal((trials.match(/<tr>/g) ?? []).length, 1 + 216);
	assert.match(trials, /3 repeats<td>3 completed/);
	// A small run still has every trial in a row of its own.
	const small = markup.slice(markup.indexOf('id="trials"'), markup.indexOf('id="generator"'));
	assert.equal((small.match(/<tr>/g) ?? []).length, fixture.run.scenarios.length + fixture.run.trials.length);
});

test('220 cases of four targets with three repeats each make a page of less than 1.5 MB', async () => {
	const input = gridReport({ rows: 55, columns: 4, targets: 4 });
	assert.equal(input.run.trials.length, 220 * 4 * 3);
	assert.ok(Buffer.byteLength(await htmlReport(clean(input))) < 1_000_000);
});
