import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean } from './clean.ts';
import { fixture } from './fixture.ts';
import { htmlReport } from './html.ts';
import { comparisonNote, intervalWords } from './interval-words.ts';
import { markdownReport } from './markdown.ts';

const untilDecided = { budgetMs: 60_000, spentMs: 0, ended: 'decided', asked: [] } as const;
const looked = { ...fixture, run: { ...fixture.run, untilDecided } };
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('an interval is called what it is: of a run that looks more than once at least as wide as is said', () => {
	assert.equal(plain(intervalWords(fixture.run)), 'the 95 % interval');
	assert.equal(plain(intervalWords(looked.run)), 'an interval of at least 95 %');
	assert.match(
		plain(comparisonNote(fixture.run)),
		/^In brackets the 95 % interval of the ratio\. The correction .* leaves the interval/,
	);
	assert.match(
		plain(comparisonNote(looked.run)),
		/of at least 97\.5 %: .* with 97\.5 %, at the second with 98\.75 %, and so on\./,
	);
});

test('every report says so, and none calls a widened interval one of 95 %', async () => {
	for (const report of [markdownReport, htmlReport]) {
		const [once, again] = [plain(await report(clean(fixture))), plain(await report(clean(looked)))];
		assert.match(once, /In brackets the 95 % interval over the repeats/);
		assert.match(once, /In brackets the 95 % interval of the ratio/);
		assert.match(again, /In brackets an interval of at least 95 % over the repeats/);
		assert.match(again, /In brackets an interval of the ratio of at least 97\.5 %/);
		assert.doesNotMatch(again, /In brackets the 95 % interval (of the ratio|over)/);
	}
});
