import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { inArticle } from '../bench/judge/article.ts';
import { figuresOf, findings } from '../bench/judge/judge.ts';
import type { Finding } from '../bench/model/finding.ts';
import type { RunRecord } from '../bench/model/run.ts';
import { article } from './article.ts';
import { assertDecided, claimsThatFiguresDecide } from './fixture-deciding.ts';
import { scenarios } from './index.ts';

/** The run that is published, judged by the rules as they are now. */
function judgedAnew(): { readonly run: RunRecord; readonly found: readonly Finding[] } {
	const file = new URL('../results/published/run.json.gz', import.meta.url);
	const run = JSON.parse(gunzipSync(readFileSync(file)).toString()) as RunRecord;
	return {
		run,
		found: inArticle(
			scenarios.flatMap((scenario) => findings(run, scenario)),
			article,
		),
	};
}

const deciding = ({ evidence }: Finding) => evidence.filter(({ decides }) => decides);
const placeOf = ({ case: inCase = '', target, measure }: Finding['evidence'][number]) =>
	`${inCase} ${target} ${measure}`;

test('of every claim it is known what a figure says of it', () => {
	const claims = scenarios.flatMap((scenario) => scenario.claims.map(({ id }) => id));
	assert.deepEqual([...claimsThatFiguresDecide].sort(), [...claims].sort());
});

test('every claim of the article has the figures that decide it, and they carry its verdict', () => {
	const { run, found } = judgedAnew();
	const byId = new Map(found.map((finding) => [finding.id, finding]));
	const claims = article.flatMap(({ says }) => says.filter((entry) => typeof entry === 'string'));
	for (const id of claims) {
		const finding = byId.get(id);
		assert.ok(finding && !finding.because.startsWith('The rule'), `${id}: ${finding?.because}`);
		assert.ok(deciding(finding).length > 0, `${id} has a deciding figure`);
		assertDecided(id, finding, figuresOf(run, { id: finding.scenario }));
	}
});

test('a statement of the article is decided by figures that decide what it rests on; what is not measurable by none', () => {
	const { found } = judgedAnew();
	const byId = new Map(found.map((finding) => [finding.id, finding]));
	const statements = found.filter(({ restsOn }) => restsOn !== undefined);
	assert.ok(statements.length > 5);
	for (const statement of statements) {
		const own = deciding(statement).map(placeOf);
		const below = (statement.restsOn ?? []).flatMap((id) => deciding(byId.get(id) as Finding).map(placeOf));
		assert.equal(own.length > 0, !statement.unmeasured, statement.id);
		assert.deepEqual(
			own.filter((place) => !below.includes(place)),
			[],
			statement.id,
		);
		if (statement.verdict === 'depends') assert.ok(new Set(own).size > 1, `${statement.id} has both sides`);
	}
});
