import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartPath } from '../content.ts';
import { fixture } from '../fixture.ts';
import { hostile } from '../fixture-run.ts';
import { bestCharts } from './pictures.ts';
import { blockBegin, blockEnd, blockOf, darkPath, publishedBlock, withBlock } from './readme.ts';

const best = bestCharts(fixture);
const files = [
	'index.html',
	'run.json',
	'history.json',
	...best.flatMap((data) => [chartPath(data, 'svg'), darkPath(data)]),
];
const shown = { input: fixture, files, base: 'results/published' };

test('the block shows three charts for light and dark, and every claim with its figure and interval', () => {
	const block = publishedBlock(shown);
	assert.equal(best.length, 3);
	for (const data of best) {
		assert.ok(block.includes(`<img src="results/published/${chartPath(data, 'svg')}"`), data.id);
		assert.ok(block.includes(`srcset="results/published/${darkPath(data)}"`), data.id);
	}
	for (const { id, verdict } of fixture.run.findings) {
		const row = block.split('\n').find((line) => line.includes(`\`${id}\``));
		assert.match(row ?? '', new RegExp(verdict), id);
	}
	assert.match(block, /sse: 21\.4 \\\[20\.9, 22\.0\\\].KB/);
	assert.match(block, /\*\*4\sclaims:\*\* 1 confirmed, 1 refuted, 1 depends, 1 inconclusive\./);
});

test('statements that rest on others are counted apart, and a claim without a picture leads to the report', () => {
	const [first = assert.fail()] = fixture.run.findings;
	const resting = { ...first, id: 'resting', verdict: 'depends', restsOn: [first.id] } as const;
	const findings = [...fixture.run.findings, resting, { ...resting, id: 'open', unmeasured: true } as const];
	const input = { ...fixture, run: { ...fixture.run, findings } };
	const block = publishedBlock({ ...shown, input, files: ['index.html'] });
	assert.match(block, /4\sclaims:\*\* [^;]*; and 2\sstatements that rest on these: 1 depends, 1 not measurable\./);
	const row = block.split('\n').find((line) => line.includes(`\`${first.id}\``));
	assert.match(row ?? '', /\[idle-clients, in the report\]\(results\/published\/index\.html#scenario-idle-clients\)/);
});

test('only what is published is linked', () => {
	const links = (block: string) =>
		[...block.matchAll(/(?:\]\(|src="|srcset=")results\/published\/([^")#]+)/g)].map(([, name]) => name);
	const found = links(publishedBlock(shown));
	assert.ok(found.length > 6);
	assert.deepEqual(
		found.filter((name) => !files.includes(name ?? '')),
		[],
	);
	assert.deepEqual(links(publishedBlock({ ...shown, files: [] })), []);
});

test('text of a claim or a chart cannot become markup', () => {
	const [first, ...others] = fixture.run.findings;
	assert.ok(first);
	const findings = [{ ...first, claim: hostile }, ...others];
	const block = publishedBlock({ ...shown, input: { ...fixture, run: { ...fixture.run, findings } } });
	const row = block.split('\n').find((line) => line.includes(`\`${first.id}\``)) ?? '';
	assert.doesNotMatch(row.replaceAll(/\\./g, ''), /<|>/);
	assert.equal(row.replaceAll(/\\./g, '').split('|').length, 6, 'no column more');
});

test('the block is put between the marks, and found there; anything else is refused', () => {
	const text = `# T\n\n${blockBegin}\nold\n${blockEnd}\n\nrest\n`;
	const written = withBlock(text, 'new\nlines');
	assert.equal(written, `# T\n\n${blockBegin}\nnew\nlines\n${blockEnd}\n\nrest\n`);
	assert.equal(blockOf(written), 'new\nlines');
	assert.equal(withBlock(written, 'new\nlines'), written);
	for (const wrong of ['', text + text, `${blockEnd}${blockBegin}`, blockBegin, blockEnd]) {
		assert.throws(() => withBlock(wrong, 'x'), RangeError, wrong);
	}
});
