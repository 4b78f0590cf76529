import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import vm from 'node:vm';
import type { ChartData } from '../model/series.ts';
import { chartConfig } from './charts.ts';
import { clean } from './clean.ts';
import { fixture, hostile } from './fixture.ts';
import { pageScript } from './html/bundle.ts';
import { htmlReport } from './html.ts';
import { paletteOf } from './palette.ts';

const charts = fixture.sections.flatMap((section) => section.charts);
let text = '';
/** The page without what stands in script and style elements. */
let markup = '';

before(async () => {
	text = await htmlReport(clean(fixture));
	markup = text.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '$1</$2>');
});

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
	const [data] = section?.charts ?? [];
	assert.ok(section && data);
	const lines = data.lines.map((line) => ({ ...line, label: hostile }));
	const page = await htmlReport({
		...fixture,
		sections: [{ ...section, charts: [{ ...data, title: hostile, lines }] }],
	});
	assert.ok(!page.includes('<img'));
	assert.equal((page.match(/<\/script>/g) ?? []).length, 3);
});

test('every chart has a heading, a sentence, a labelled canvas and its table', () => {
	for (const data of charts) {
		const figure =
			markup
				.split('<figure')
				.find((part) => part.includes(`id="canvas-${data.id}"`))
				?.split('</figure>')[0] ?? '';
		assert.ok(figure.includes(`>${data.title}</h3>`), data.id);
		assert.ok(figure.includes(`<figcaption>${data.sentence}`), data.id);
		assert.match(figure, /<canvas [^>]*role="img" aria-label="[^"]+"/);
		const rows = figure.match(/<tr>/g) ?? [];
		const places = new Set(data.lines.flatMap((line) => line.points.map((point) => point.x)));
		assert.equal(rows.length, 1 + places.size, data.id);
	}
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
	const drawn: string[] = [];
	class HTMLCanvasElement {
		parentElement = { style: { height: '' } };
	}
	const listen = { matches: true, addEventListener() {} };
	vm.runInNewContext(await pageScript(), {
		HTMLCanvasElement,
		document: {
			body: {},
			getElementById: (id: string) =>
				id === 'chart-data' ? { textContent: JSON.stringify({ charts, palette }) } : new HTMLCanvasElement(),
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
	const expected = charts.map((data: ChartData) =>
		JSON.stringify(chartConfig(data, { scheme: 'dark', palette, font: 'x', narrow: true })),
	);
	assert.deepEqual(drawn, expected);
});
