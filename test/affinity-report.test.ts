import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Case } from '../bench/model/scenario.ts';
import { chartConfig } from '../bench/report/charts.ts';
import { clean } from '../bench/report/clean.ts';
import { cellsOf } from '../bench/report/columns.ts';
import { heatColumnTitle } from '../bench/report/heat.ts';
import { htmlReport } from '../bench/report/html.ts';
import { imageLook } from '../bench/report/images.ts';
import { markdownReport } from '../bench/report/markdown.ts';
import { chartTable } from '../bench/report/tables.ts';
import { summary } from '../bench/report/terminal.ts';
import { gridLines } from '../bench/report/text-grid.ts';
import { loadBalancing } from '../scenarios/load-balancing.ts';
import { heatCharts } from './support/grid-report.ts';
import { type Imagined, scenarioReport } from './support/scenario-report.ts';
import { plain } from './support/spaces.ts';

/** The table of `load-balancing` that a chooser reads, and the grids beside it, in every report. */

const keepsNothing = (target: string) => /^(stateless|modern)/.test(target);

/** Even spreading serves who keeps nothing; what looks for a session serves everybody, and loses a third when a server dies. */
function imagine(target: string, { id, at }: Case, repeat: number): Imagined {
	const byProxy = ['embedded proxy', 'real nginx', 'real HAProxy'].indexOf(at?.column ?? '');
	const isEven = /^(round-robin|random|least-connections|cookie-(?!jar)|session-hash)/.test(id);
	const isServed = keepsNothing(target) || !isEven;
	const imbalance = id.startsWith('source-address') ? 3 : 1 + byProxy / 10;
	if (!isServed) return { values: { firstTryShare: byProxy * 10, okBeforeShare: 10, imbalance, failover99Ms: 9000 } };
	const lost = keepsNothing(target) || id.startsWith('shared-store') ? 0 : 100 / 3;
	// Once, behind one proxy, clients of sse are never all served again.
	const isStuck = target.startsWith('sse') && id.startsWith('stick-table-haproxy') && repeat === 2;
	return {
		values: {
			...{ firstTryShare: 100, okBeforeShare: 100, imbalance, lostAfterShare: lost, okAfterShare: 100 - lost / 2 },
			...{ servedAfterShare: 100, callsNotOkAfter: 2, callsCutAfter: 1 },
			...(isStuck ? {} : { failover99Ms: 900 + byProxy * 350 }),
		},
	};
}

const input = clean(scenarioReport(loadBalancing, 'standard', imagine));
const [section] = input.sections;
const [table] = section?.tables ?? [];
const grids = heatCharts(input);
assert.ok(section && table);
const servers = ['sse', 'stateful', 'stateless', 'modern-listen'];

/** The five figures of a way for a server. */
function cellsAt(way: string, server: string): string[] {
	const row = table?.rows.find(([name]) => name === way) ?? [];
	const from = 1 + servers.indexOf(server) * 5;
	return row.slice(from, from + 5);
}

test('a row for each way, five figures for each kind of server, as ranges over proxies and arrivals', () => {
	assert.deepEqual(
		table.groups?.map(({ title, columns }) => [title, columns]),
		servers.map((server) => [server, 5]),
	);
	assert.equal(table.rows.length, 10);
	assert.ok(table.rows.every((row) => row.length === 1 + 4 * 5 && row.length === table.head.length));
	assert.deepEqual(cellsAt('round robin', 'stateless'), ['100', '1.0–1.2', '0', '100', '0.9–1.6']);
	assert.deepEqual(cellsAt('round robin', 'sse'), ['0–20', '1.0–1.2', '—', '—', '—']);
	assert.deepEqual(cellsAt('source address', 'stateful'), ['100', '3', '33', '83', '0.9–1.6']);
	assert.deepEqual(cellsAt('round robin, Redis store', 'stateful').slice(2, 4), ['0', '100']);
	assert.deepEqual(cellsAt('round robin, Redis store', 'sse'), ['—', '—', '—', '—', '—']);
	assert.equal(cellsAt('stick table', 'sse')[4], '0.90–never', 'in one repeat some were never served again');
	assert.equal(cellsAt('stick table', 'stateful')[4], '0.9–1.6');
});

test('beside the figures stands whose balancer offers a way, and what a way does to clients of one address', () => {
	assert.match(table.note ?? '', /takes all of them or none.*AWS Application Load Balancer.*drop the cookie/);
	assert.equal((table.note ?? '').match(/takes all of them or none/g)?.length, 1, 'once, for all cases of the way');
});

for (const width of [80, 100]) {
	test(`in a terminal of ${width} columns each server has its part, with all figures of a way in one line`, () => {
		const lines = summary(input, { columns: width, colour: false }).split('\n');
		for (const line of lines) assert.ok(cellsOf(line) <= width, `${cellsOf(line)}: ${line}`);
		const from = lines.indexOf(table.title);
		const heads = lines.flatMap((line, nth) =>
			servers.includes(line.split(' ')[0] ?? '') && nth > from ? [line] : [],
		);
		assert.deepEqual(
			heads.slice(0, 4).map((line) => line.split(' ')[0]),
			servers,
		);
		const part = lines.slice(lines.indexOf(heads[3] ?? '', from) + 1);
		assert.match(part[0] ?? '', /^round robin +100 +1\.0–1\.2 +0 +100 +0\.9–1\.6$/);
		assert.match(part[4] ?? '', /^Ranges over embedded proxy, real nginx, real HAProxy/, 'four ways and no line more');
		assert.match(lines.slice(from).join('\n'), /\nround robin, Redis store +100 /);
	});
}

let page = '';
before(async () => {
	page = await htmlReport(input);
});

test('in the page it is one table with a head for each server', () => {
	const [own = ''] = page.match(/<div class="grid groups">[\s\S]*?<\/table>/) ?? [];
	const groups = [...own.matchAll(/<th scope="colgroup" colspan="(\d)" class="group">([^<]*)/g)];
	assert.deepEqual(
		groups.map(([, span, name]) => [name, span]),
		servers.map((server) => [server, '5']),
	);
	assert.equal((own.match(/<th scope="row"/g) ?? []).length, 10);
});

test('in Markdown each server has a table', () => {
	const text = markdownReport(input);
	for (const server of servers) assert.match(text, new RegExp(`\\*\\*${server}\\*\\*\\n\\n\\| spread by +\\|`));
	const [, part = ''] = text.split('**modern-listen**\n\n');
	assert.equal(part.slice(0, part.indexOf('\n\n')).split('\n').length, 2 + 4);
});

test('grids name servers without the number of their processes, and say which proxy is the real program', () => {
	assert.equal(grids.length, 4);
	for (const data of grids) {
		const titles = data.columns.names.map((column) => heatColumnTitle(column, data));
		assert.deepEqual(titles.slice(0, 3), ['sse · embedded proxy', 'sse · real nginx', 'sse · real HAProxy']);
		assert.doesNotMatch(
			gridLines(data, 80)
				.map(({ text }) => text)
				.join('\n'),
			/processes/,
		);
		assert.ok(chartTable(data).head.every((head) => !head.includes('processes')));
		assert.doesNotMatch(JSON.stringify(chartConfig(data, imageLook(data, input)).options), /processes/);
	}
	assert.match(gridLines(grids[0] as (typeof grids)[0], 80).map(({ text }) => text)[0] ?? '', /b = real nginx/);
});

test('the sentences of the grids say which ways serve which servers', () => {
	const [served, even, , lost] = grids.map(({ sentence }) => plain(sentence));
	assert.equal(
		served,
		'All clients are served at first try: source address; cookie, clients keep it; stick table; instance in the id; ' +
			'round robin, Redis store. All clients are served at first try with stateless and modern-listen only (sse and stateful 0–20.0 %): ' +
			'round robin, random, least connections. In between (0–20.0 %): hash of the session’s id; cookie, clients drop it.',
	);
	assert.match(even ?? '', /Nearly all calls go to one server: source address\.$/);
	assert.match(
		lost ?? '',
		/^Nobody loses a session or stream: round robin; random; least connections; round robin, Redis store\. /,
	);
});
