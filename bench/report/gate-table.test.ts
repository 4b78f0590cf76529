import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runGates, skipped } from '../judge/gates.ts';
import { type GateResult, parseGate } from '../model/gate.ts';
import { clean } from './clean.ts';
import { fixture, hostile } from './fixture.ts';
import { gateText } from './gate-table.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';

const words = ['idle-clients.fdsPerClient@sse > 1.5', 'idle-clients.fdsPerClient@sse > 0.5', 'idle-clients.p99Us > 1s'];
const results: readonly GateResult[] = [
	...runGates(fixture.run, words.map(parseGate)),
	skipped(parseGate('restart.callsOk < 5'), 'restart is no part of this run'),
];
const gated = { ...fixture, gates: { results, strict: false } };
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('each limit has a row: what it is, what was measured with its interval, and whether it holds, the worst first', () => {
	const { sentence, table } = gateText(gated) ?? assert.fail();
	assert.match(
		plain(sentence),
		/^4 limits were set for this run, at 4 places: 1 broken, 1 checks nothing, 1 held, 1 not checked\. .* 95 % interval of at least 3 repeats/,
	);
	assert.deepEqual(
		table.rows.map(([verdict, gate, where, measured]) => [verdict, gate, where, plain(measured ?? '')]),
		[
			['✗ broken', words[1], 'sse', '1.00 [1.00, 1.00] fd in 3 repeats'],
			['✗ checks nothing', words[2], '—', '—'],
			['✓ held', words[0], 'sse', '1.00 [1.00, 1.00] fd in 3 repeats'],
			['– not checked', 'restart.callsOk < 5', '—', '—'],
		],
	);
	assert.match(gateText({ gates: { results, strict: true } })?.sentence ?? '', /which fails, too \(--strict\)/);
});

test('the page and the Markdown show the limits behind the findings, and nothing where none was set', async () => {
	const [page, markdown] = [await htmlReport(clean(gated)), markdownReport(clean(gated))];
	assert.ok(page.includes('href="#gates"') && page.includes('<h2 id="gates">Gates</h2>'));
	assert.ok(page.indexOf('id="findings"') < page.indexOf('id="gates"'));
	assert.ok(page.indexOf('id="gates"') < page.indexOf('id="scenario-idle-clients"'));
	assert.match(markdown, /\n## Gates\n[\s\S]*\n## Idle clients\n/);
	assert.match(
		plain(markdown),
		/\| ✗ broken \| idle-clients\.fdsPerClient&#64;sse &gt; 0\.5 \| sse \| 1\.00 \[1\.00, 1\.00\] fd in 3 repeats \|/,
	);
	for (const bare of [fixture, { ...fixture, gates: { results: [], strict: false } }]) {
		assert.doesNotMatch(await htmlReport(bare), /id="gates"|#gates/);
		assert.doesNotMatch(markdownReport(bare), /## Gates/);
	}
});

test('what users and targets wrote in a limit is shown as text', async () => {
	const evil = results.map((each) => ({ ...each, gate: hostile, target: hostile, sentence: hostile }));
	const input = clean({ ...fixture, gates: { results: evil, strict: false } });
	const page = await htmlReport(input);
	assert.ok(!page.includes('<img'));
	const section = markdownReport(input).split('## Gates')[1]?.split('\n## ')[0] ?? '';
	assert.doesNotMatch(section, /<\/?\w/);
	for (const text of [page, section]) assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});

test('limits at very many places are folded away, with how many there are', async () => {
	const [first] = results;
	assert.ok(first);
	const many = { ...fixture, gates: { results: Array.from({ length: 60 }, () => first), strict: false } };
	assert.match(plain(await htmlReport(many)), /<summary>Limits at every place: 60 rows<\/summary>/);
	assert.match(plain(markdownReport(many)), /<summary>Limits at every place: 60 rows<\/summary>/);
});
