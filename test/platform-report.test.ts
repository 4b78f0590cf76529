import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { HeatChart } from '../bench/model/series.ts';
import { chartConfig } from '../bench/report/charts.ts';
import { clean } from '../bench/report/clean.ts';
import { cellsOf } from '../bench/report/columns.ts';
import type { HeatConfig } from '../bench/report/heat.ts';
import { htmlReport } from '../bench/report/html.ts';
import { chartSvg, imageLook } from '../bench/report/images.ts';
import { readingHint } from '../bench/report/legends.ts';
import { markdownReport } from '../bench/report/markdown.ts';
import { chartTable, summaryText } from '../bench/report/tables.ts';
import { summary } from '../bench/report/terminal.ts';
import { gridLines } from '../bench/report/text-grid.ts';
import { heatCharts } from './support/grid-report.ts';
import { platformRun } from './support/platform-run.ts';
import { plain } from './support/spaces.ts';

/** `proxy-timeouts` in every report, where two platforms have a limit that the watch is too short for. */

const input = clean(platformRun());
const [section] = input.sections;
const [survival, longCalls, deaf] = heatCharts(input);
assert.ok(section && survival && longCalls && deaf);
const charts = { survival, longCalls, deaf };
const notMet = ['Squid, a corporate proxy', 'AWS API Gateway, REST API, STREAM, edge-optimized'];
const isNotMet = (name: string) => notMet.some((title) => name.startsWith(title));

/** The texts of a row, its name first. */
function rowOf(rows: readonly (readonly string[])[], start: string): string[] {
	return (rows.find(([name]) => name?.startsWith(start)) ?? []).map(plain);
}

describe('a limit that is not met while it is watched', () => {
	test('marks the cells of who lived, and no others', () => {
		for (const data of [survival, deaf]) {
			const marked = data.cells.filter(({ limitNotMetS }) => limitNotMetS !== undefined);
			assert.equal(marked.length, 2 * 3, data.title);
			for (const { row, column, colour } of marked) {
				assert.ok(isNotMet(data.rows.names[row] ?? ''), `row ${row}`);
				assert.equal(data.columns.names[column]?.name, 'heartbeat', 'silent they are cut by another limit');
				assert.equal(colour?.value, data === survival ? 100 : 0);
			}
		}
		assert.ok(
			longCalls.cells.every(({ limitNotMetS }) => limitNotMetS === undefined),
			'a call is no stream',
		);
		const limits = new Set(survival.cells.flatMap(({ limitNotMetS }) => limitNotMetS ?? []));
		assert.deepEqual(limits, new Set([86_400, 900]));
	});

	test('has no colour in the picture but an edge, a mark in its text, and a line that explains it', () => {
		const look = imageLook(survival, input);
		const config = chartConfig(survival, look) as HeatConfig;
		const [dataset] = config.data.datasets;
		const grounds = dataset?.backgroundColor as string[];
		const edges = dataset?.borderWidth as unknown as number[];
		for (const [nth, { limitNotMetS }] of survival.cells.entries()) {
			assert.equal(grounds[nth] === 'transparent', limitNotMetS !== undefined);
			assert.equal((edges[nth] ?? 0) > 0, limitNotMetS !== undefined);
		}
		assert.deepEqual(wordsOf(survival), ['≥ 133 s†', '≥ 2 850 s†']);
		assert.deepEqual(wordsOf(deaf), ['0 %†']);
		assert.deepEqual(wordsOf(longCalls), []);
		const svg = chartSvg(survival, look);
		assert.match(svg, /<desc>[^<]*a limit was not met, so that it proves nothing: squid \(86.400.s\)/);
	});

	test('is no survival in the table of the grid, nor in that of the figures', () => {
		const { head, rows } = chartTable(survival);
		const column = head.indexOf('sse · heartbeat');
		assert.equal(rowOf(rows, 'AWS API Gateway, REST API, STREAM, edge')[column], '≥ 133 s†');
		assert.equal(rowOf(rows, 'nginx, proxy_buffering off')[column], '100 % · ≥ 285 s');
		const text = summaryText(section.table);
		assert.match(text.note, /^† limit not met while watched: no proof/);
		const marked = text.rows.filter(({ cells }) => cells.some(({ value }) => value.endsWith('†')));
		assert.deepEqual(
			new Set(marked.map(({ caseId }) => caseId)),
			new Set(['squid-heartbeat', 'api-gateway-rest-streaming-edge-heartbeat']),
		);
		const survived = text.columns.findIndex(({ title }) => title === 'streams that survived');
		assert.equal(marked[0]?.cells[survived]?.value, '100†');
	});

	test('is marked and explained in the text grid of a terminal', () => {
		const lines = gridLines(survival, 100).map(({ text }) => text);
		assert.match(lines.find((line) => line.includes('edge ÷14')) ?? '', / 30 +≥133† +30 +≥133† +30 +≥133†$/);
		assert.match(summary(input, { columns: 100, colour: false }), /\n† limit not met while watched: no proof/);
	});
});

describe('what became of a stream has a colour of its own', () => {
	const look = imageLook(survival, input);
	const ground = (start: string, column: string) => {
		const grounds = (chartConfig(survival, look) as HeatConfig).data.datasets[0]?.backgroundColor as string[];
		const nth = survival.cells.findIndex(
			(cell) =>
				survival.rows.names[cell.row]?.startsWith(start) && survival.columns.names[cell.column]?.name === column,
		);
		return grounds[nth];
	};

	test('a life of an hour, a short one, one for as long as it was watched, and none are told apart', () => {
		const seen = [
			ground('nginx, proxy_buffering off', 'heartbeat'),
			ground('Google Cloud Run, longest', 'heartbeat'),
			ground('nginx, proxy_buffering off', 'silent'),
			ground('nginx, proxy_buffering on', 'silent'),
		];
		assert.ok(seen.every((colour) => colour?.startsWith('#')));
		assert.equal(new Set(seen).size, 4, seen.join(' '));
	});

	test('the key of the picture and the hint beside it name every class, and other grids keep their scale', () => {
		const { classes = [] } = survival;
		assert.equal(classes.length, 5);
		const drawn = textsOf(survival);
		for (const words of classes) {
			assert.ok(drawn.includes(words), words);
			assert.ok(readingHint(survival).includes(words), words);
		}
		assert.deepEqual([longCalls.classes, deaf.classes], [undefined, undefined]);
		assert.match(readingHint(deaf), /from blue, the best, to orange/);
	});
});

/** The texts in a picture that have a mark. */
function wordsOf(data: HeatChart): string[] {
	const marked = textsOf(data).filter((text) => text.includes('†'));
	if (marked.length > 0) assert.ok(marked.includes('† limit not met while watched'), 'the colour key explains it');
	return [...new Set(marked.filter((text) => text.endsWith('†')))].sort();
}

/** The texts of the cells and of the key in a picture. */
function textsOf(data: HeatChart): string[] {
	const drawn: string[] = [];
	const ctx = new Proxy(
		{ measureText: () => ({ width: 0 }), fillText: (text: string) => drawn.push(plain(text)) },
		{ get: (target, name) => Reflect.get(target, name) ?? (() => {}), set: () => true },
	);
	const scale = { getPixelForValue: () => 0, top: 0 };
	const chart = {
		ctx,
		canvas: {},
		chartArea: { left: 0, top: 0, width: 1, height: 1 },
		height: 1,
		scales: { x: scale, y: scale },
	};
	const { plugins = [] } = chartConfig(data, { ...imageLook(data, input) }) as HeatConfig;
	for (const { id, afterDraw, afterDatasetsDraw } of plugins) {
		if (id !== 'cellTexts' && id !== 'colourKey') continue;
		(afterDraw ?? afterDatasetsDraw)?.call({}, chart as never, {} as never, {} as never, false);
	}
	return drawn;
}

test('the sentence says which platforms a stream lives behind, silent or with heartbeats, and names each of them once', () => {
	const sentence = plain(survival.sentence);
	assert.match(
		sentence,
		/^A stream lives: direct, caddy, traefik\. A stream lives with heartbeat only: nginx, haproxy, /,
	);
	assert.match(
		sentence,
		/so that it proves nothing: squid \(86 400 s\), api-gateway-rest-streaming-edge \(900 s\)\. A/,
	);
	assert.match(sentence, /A stream does not live: nginx-buffering, envoy, tls-inspection, api-gateway-rest, /);
	for (const { group } of survival.rows.names.map((name, nth) => ({
		group: survival.rows.short?.[nth]?.split(' ')[0] ?? name,
	})))
		assert.equal(sentence.match(new RegExp(`[:,] ${group}(?=[,. ])`, 'g'))?.length, 1, group);
	assert.ok(sentence.length < 900, `${sentence.length}`);
});

for (const width of [80, 100]) {
	test(`at ${width} columns every platform is named so that it can be told from the others, with its factor`, () => {
		for (const data of Object.values(charts)) {
			const lines = gridLines(data, width);
			for (const { text } of lines) assert.ok(cellsOf(text) <= width, text);
			const rows = lines.filter(({ head }) => !head).map(({ text }) => text);
			assert.equal(rows.length, data.rows.names.length, 'one block');
			for (const row of rows) assert.match(row, /^[^…]*÷\d+\)? /, `${data.title}: ${row}`);
		}
	});
}

describe('the profiles that were used', () => {
	let page = '';
	before(async () => {
		page = await htmlReport(input);
	});
	const notes = /Payload resets it, HTTP\/2 PING does not/;

	test('stand in the page, folded away, and in the text, with their source and note', () => {
		const [folded = ''] =
			page.match(/<details class="long"><summary>The limits that were emulated[\s\S]*?<\/details>/) ?? [];
		assert.equal((folded.match(/<tr>/g) ?? []).length, 1 + 34);
		assert.match(folded, notes);
		const text = markdownReport(input);
		const row =
			text
				.split('\n')
				.find((line) => line.startsWith('| aws-alb '))
				?.split(' | ') ?? [];
		assert.deepEqual(
			row.slice(1, 5).map((cell) => cell.trim()),
			['AWS Application Load Balancer', 'head 60 s: 504, idle 60 s: fin', '30', 'head 2 s: 504, idle 2 s: fin'],
		);
		assert.match(row.slice(5).join(' '), /docs\.aws\.amazon\.com.*\d{4}-\d\d-\d\d.*Payload resets it/);
	});

	test('are left out of the terminal', () => {
		assert.doesNotMatch(summary(input, { columns: 100, colour: false }), notes);
	});

	test('are those that the run saved, whatever is known today', () => {
		const [scenario] = input.run.scenarios;
		assert.equal(scenario?.platforms?.length, 34);
		const named = scenario?.cases?.map(({ platform }) => platform);
		assert.deepEqual(new Set(named), new Set(scenario?.platforms?.map(({ id }) => id)));
	});
});

test('what is emulated is told from the real program', () => {
	assert.equal(survival.rows.title, 'emulated platform (÷ time)');
	for (const name of survival.rows.names) {
		if (/^(nginx|HAProxy|Caddy|Squid)/.test(name)) assert.match(name, /, emulated \([\w-]+, ÷\d+\)$/);
	}
});
