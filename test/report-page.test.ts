import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ReportInput } from '../bench/model/report.ts';
import { chartCsv, csvName } from '../bench/report/chart-csv.ts';
import { clean } from '../bench/report/clean.ts';
import { fixture, hostile } from '../bench/report/fixture.ts';
import { packCharts, unpackCharts } from '../bench/report/html/packed.ts';
import { htmlReport } from '../bench/report/html.ts';
import { chartTable } from '../bench/report/tables.ts';
import { Page, skipWithoutChromium } from './support/chromium.ts';
import { patienceMs } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { gridReport } from './support/grid-report.ts';
import { canvases, complaints } from './support/page-look.ts';
import { standardReport } from './support/standard-report.ts';

const looks = [
	{ scheme: 'light', width: 1440 },
	{ scheme: 'dark', width: 1440 },
	{ scheme: 'light', width: 390 },
	{ scheme: 'dark', width: 390 },
] as const;
type Look = (typeof looks)[number];

/** A name that a server could give itself: markup, quotes, a formula, a turned direction, and a word without an end. */
const hostileName = `=HYPERLINK("x")"'><script>alert(1)</script>\u202e${'W'.repeat(400)}`;

/** The made-up run and a grid, in which everything that comes from servers and users is hostile. */
function hostileReport(): ReportInput {
	const [named] = fixture.run.targets;
	const grid = gridReport({ rows: 5, columns: 2, targets: 3 });
	const rename = (id: string) => (id === named?.id ? hostileName : id);
	return clean({
		run: {
			...fixture.run,
			targets: fixture.run.targets.map((target) => ({ ...target, id: rename(target.id), base: rename(target.base) })),
			trials: fixture.run.trials.map((trial) =>
				'because' in trial ? { ...trial, because: hostileName, stderr: [hostile, hostileName] } : trial,
			),
			findings: fixture.run.findings.map((finding) => ({
				...finding,
				because: `The tool ${hostileName} answered: ${hostile}`,
				evidence: finding.evidence.map((line) => ({ ...line, target: rename(line.target) })),
			})),
		},
		sections: [...fixture.sections, ...grid.sections].map((section) => ({
			...section,
			warnings: [hostileName, hostile],
			table: { ...section.table, rows: section.table.rows.map((row) => ({ ...row, target: rename(row.target) })) },
			charts: section.charts.map((chart) =>
				chart.kind === 'heat'
					? { ...chart, title: hostile }
					: {
							...chart,
							sentence: hostile,
							lines: chart.lines.map((line) => ({ ...line, target: rename(line.target), label: rename(line.label) })),
						},
			),
		})),
	});
}

async function written(input: ReportInput): Promise<string> {
	const file = join(temporaryFolder('page'), 'report.html');
	writeFileSync(file, await htmlReport(input));
	return pathToFileURL(file).href;
}

async function show(page: Page, url: string, { scheme, width }: Look): Promise<void> {
	const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 };
	await page.ask('Emulation.setDeviceMetricsOverride', metrics);
	await page.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
	await page.visit(url);
}

const openAll = `document.querySelectorAll('details').forEach((details) => { details.open = true; })`;
const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

const axeSource = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
	readonly id: string;
	readonly impact: string;
	readonly nodes: readonly string[];
}

/** What axe-core finds in the page as it is, with everything open. */
async function violations(page: Page): Promise<Violation[]> {
	await page.evaluate(`${axeSource()}; true`);
	// Thousands of cells take it a while, and nothing else is answered meanwhile.
	const run = `axe.run({ resultTypes: ['violations'] }).then((result) => { globalThis.found = result; return true; })`;
	await page.evaluate(run, 8 * patienceMs);
	assert.ok(Number(await page.evaluate('found.passes.length')) > 15, 'it did look');
	return (await page.evaluate(
		`found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)) }))`,
	)) as Violation[];
}

function serious(all: readonly Violation[]): Violation[] {
	return all.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

function requestsOf(page: Page, url: string): string[] {
	return page.events
		.filter(({ method }) => method === 'Network.requestWillBeSent')
		.map(({ params }) => (params.request as { url: string }).url)
		.filter((each) => each !== url && !each.startsWith('data:'));
}

const input = hostileReport();
const charts = unpackCharts(packCharts(input.sections.flatMap((section) => section.charts)));

test('a page of hostile text is drawn, accessible and no wider than the screen in every look, runs nothing and asks nobody', {
	skip: skipWithoutChromium,
}, async () => {
	const url = await written(input);
	await using page = await Page.open();
	for (const look of looks) {
		const name = `${look.scheme} ${look.width}`;
		await show(page, url, look);
		await page.evaluate(openAll);
		await page.drawn();
		assert.deepEqual(complaints(page.events), [], name);
		assert.deepEqual(requestsOf(page, url), [], name);
		assert.equal(page.events.filter(({ method }) => method === 'Page.javascriptDialogOpening').length, 0);
		const found = (await page.evaluate(canvases)) as { all: string[]; blank: string[] };
		assert.deepEqual(found, { all: charts.map(({ id }) => `canvas-${id}`), blank: [] }, name);
		assert.equal(await page.evaluate(overflow), 0, `${name}: nothing stands out of the page`);
		assert.deepEqual(serious(await violations(page)), [], name);
		const strange = `document.querySelectorAll('img, iframe, main script, [onerror]').length`;
		assert.equal(await page.evaluate(strange), 0, name);
	}
});

/** Chromium lets a page begin so many downloads in a second (`kBurstDownloadLimit`), whoever asks for them. */
const mostFilesASecond = 10;

/** A click in the middle of an element, once the page stands still. */
async function click(page: Page, selector: string): Promise<void> {
	const element = `document.querySelector(${JSON.stringify(selector)})`;
	await page.evaluate(`${element}.scrollIntoView({ block: 'center', behavior: 'instant' })`);
	await page.drawn();
	const place = (await page.evaluate(
		`(() => { const { x, y, width, height } = ${element}.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()`,
	)) as object;
	for (const type of ['mousePressed', 'mouseReleased'])
		await page.ask('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 });
}

test('in a page of hostile text links lead somewhere, tables hold what the charts show, and files hold their data', {
	skip: skipWithoutChromium,
}, async () => {
	const url = await written(input);
	const folder = temporaryFolder('downloads');
	mkdirSync(folder, { recursive: true });
	await using page = await Page.open();
	await page.ask('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
	await show(page, url, looks[0]);
	const lost = `[...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href')).filter((href) => !document.getElementById(href.slice(1)))`;
	assert.deepEqual(await page.evaluate(lost), []);
	assert.ok(Number(await page.evaluate(`document.querySelectorAll('a[href^="#"]').length`)) > 15);
	await page.evaluate(openAll);
	await page.drawn();
	for (const [nth, data] of charts.entries()) {
		const rows = await page.evaluate(
			`[...document.querySelectorAll('details[data-table=${JSON.stringify(data.id)}] tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))`,
		);
		assert.deepEqual(rows, chartTable(data).rows, data.id);
		const expected = chartCsv(data);
		// Faster than any reader: the browser would drop the next file without a word.
		if (nth > 0 && nth % mostFilesASecond === 0) await sleep(1100);
		// A click of the reader's own: pages may not save many files unasked.
		await click(page, `button[data-csv=${JSON.stringify(data.id)}]`);
		assert.equal(await contentOf(join(folder, csvName(data)), expected.length), expected, data.id);
	}
	assert.deepEqual(
		requestsOf(page, url).filter((each) => !each.startsWith('blob:')),
		[],
	);
});

test('a page of hostile text is used with the keyboard alone: past the contents, and through a table that is too wide', {
	skip: skipWithoutChromium,
}, async () => {
	const url = await written(input);
	await using page = await Page.open();
	await show(page, url, looks[2]);
	const press = async (key: string, code: number) => {
		for (const type of ['keyDown', 'keyUp']) {
			const text = key === 'Enter' && type === 'keyDown' ? { text: '\r' } : {};
			await page.ask('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code, ...text });
		}
		await page.drawn();
	};
	await press('Tab', 9);
	const focused = `({ text: document.activeElement.textContent, left: document.activeElement.getBoundingClientRect().left, outline: getComputedStyle(document.activeElement).outlineStyle })`;
	const first = (await page.evaluate(focused)) as { text: string; left: number; outline: string };
	assert.match(first.text, /^Skip to/);
	assert.ok(first.left >= 0 && first.outline !== 'none', JSON.stringify(first));
	await press('Enter', 13);
	await press('Tab', 9);
	assert.equal(await page.evaluate(`document.querySelector('main').contains(document.activeElement)`), true);
	const wide = `[...document.querySelectorAll('.scroll')].find((box) => box.checkVisibility() && box.querySelector('table') && box.scrollWidth > box.clientWidth + 50)`;
	await page.evaluate(`${wide}.focus()`);
	for (let n = 0; n < 4; n++) await press('ArrowRight', 39);
	await sleep(400);
	const scrolled = (await page.evaluate(
		`(() => { const box = ${wide}; const name = box.querySelector('tbody th'); return { by: box.scrollLeft, name: name.getBoundingClientRect().left - box.getBoundingClientRect().left }; })()`,
	)) as { by: number; name: number };
	assert.ok(scrolled.by > 0, 'the box scrolled');
	assert.ok(Math.abs(scrolled.name) < 2, 'the name of the row stayed');
});

test('a page of hostile text is printed whole: nothing beyond the paper, and what is closed is said', {
	skip: skipWithoutChromium,
}, async () => {
	const url = await written(input);
	await using page = await Page.open();
	await show(page, url, looks[0]);
	// A4 without its margins, at 96 pixels an inch.
	await page.ask('Emulation.setDeviceMetricsOverride', {
		width: 718,
		height: 1000,
		deviceScaleFactor: 1,
		mobile: false,
	});
	await page.evaluate(openAll);
	await page.ask('Emulation.setEmulatedMedia', { media: 'print' });
	await page.drawn();
	const beyond = `[...document.querySelectorAll('body *')].filter((each) => each.checkVisibility() && !each.closest('.unseen, .claims > thead') && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((each) => each.outerHTML.slice(0, 120)).slice(0, 5)`;
	assert.deepEqual(await page.evaluate(beyond), []);
	assert.equal(await page.evaluate(overflow), 0);
	await page.evaluate(openAll.replace('true', 'false'));
	const said = `[...document.querySelectorAll('details > summary')].filter((each) => each.checkVisibility()).map((each) => getComputedStyle(each, '::after').content)`;
	const notes = (await page.evaluate(said)) as string[];
	assert.ok(notes.length > 5 && notes.every((note) => note.includes('closed')), notes.join());
	const { data } = await page.ask('Page.printToPDF', { printBackground: true });
	assert.equal(Buffer.from(String(data), 'base64').subarray(0, 5).toString(), '%PDF-');
});

test('a page of standard size is small, drawn and accessible', { skip: skipWithoutChromium }, async () => {
	const input = clean(standardReport());
	const charts = input.sections.flatMap((section) => section.charts);
	assert.ok(input.run.trials.length > 800 && charts.length > 25 && input.run.findings.length > 30);
	const url = await written(input);
	await using page = await Page.open();
	await show(page, url, looks[3]);
	assert.deepEqual(complaints(page.events), []);
	const found = (await page.evaluate(canvases)) as { all: string[]; blank: string[] };
	assert.deepEqual(found, { all: charts.map(({ id }) => `canvas-${id}`), blank: [] });
	assert.equal(await page.evaluate(overflow), 0);
	assert.deepEqual(serious(await violations(page)), []);
});

test('in a window of 1440 pixels no table of figures must be scrolled sideways', {
	skip: skipWithoutChromium,
}, async () => {
	const url = await written(clean(standardReport()));
	await using page = await Page.open();
	await show(page, url, looks[0]);
	await page.evaluate(openAll);
	await page.drawn();
	const boxes = `[...document.querySelectorAll('.scroll')].filter((box) => /^Figures /.test(box.getAttribute('aria-label')))`;
	assert.ok(Number(await page.evaluate(`${boxes}.length`)) > 40);
	const tooWide = `${boxes}.filter((box) => box.scrollWidth > box.clientWidth).map((box) => [box.getAttribute('aria-label'), box.scrollWidth, box.clientWidth])`;
	assert.deepEqual(await page.evaluate(tooWide), []);
	assert.equal(await page.evaluate(overflow), 0);
});

test('a page of standard size has at most 1.5 MB', async () => {
	const text = await htmlReport(clean(standardReport()));
	assert.ok(Buffer.byteLength(text) < 1_500_000, `${Buffer.byteLength(text)} bytes`);
});

/** What is in a file, once it is there and whole. */
async function contentOf(path: string, chars: number): Promise<string> {
	const giveUp = performance.now() + patienceMs;
	let text = '';
	while (text.length < chars && performance.now() < giveUp) {
		await sleep(20);
		try {
			text = readFileSync(path, 'utf8');
		} catch {
			// Not there yet.
		}
	}
	return text;
}
