import assert from 'node:assert/strict';
import { test } from 'node:test';
import { article } from '../../scenarios/article.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { ArticlePart } from '../model/article.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import { inArticle } from './article.ts';

function found(id: string, verdict: Verdict): Finding {
	const evidence = [1, 2, 3].map((value) => ({ target: id, measure: 'p50Us' as const, value, unit: 'µs' }));
	return { id, claim: `${id} is claimed`, scenario: `s-${id}`, verdict, because: `${id} was seen.`, evidence };
}

/** The verdict on one statement that rests on findings with these verdicts. */
function verdictOn(restsOn: readonly Verdict[], against: readonly Verdict[] = []): Finding | undefined {
	const name = (kind: string) => (_: Verdict, n: number) => `${kind}${n}`;
	const statement = {
		...{ id: 'stated', text: 'So it is said.' },
		restsOn: restsOn.map(name('for')),
		against: against.map(name('against')),
	};
	const findings = [
		...restsOn.map((verdict, n) => found(`for${n}`, verdict)),
		...against.map((verdict, n) => found(`against${n}`, verdict)),
	];
	return inArticle(findings, [{ title: 'part', says: [statement] }]).find(({ id }) => id === 'stated');
}

test('a statement stands or falls with all that it rests on', () => {
	assert.equal(verdictOn(['confirmed', 'confirmed'])?.verdict, 'confirmed');
	assert.equal(verdictOn(['refuted', 'refuted'])?.verdict, 'refuted');
	assert.equal(verdictOn(['confirmed', 'refuted'])?.verdict, 'depends');
	assert.equal(verdictOn(['confirmed', 'depends'])?.verdict, 'depends');
	assert.equal(verdictOn(['confirmed', 'inconclusive'])?.verdict, 'inconclusive');
	assert.equal(verdictOn(['confirmed', 'refuted', 'inconclusive'])?.verdict, 'depends');
});

test('what speaks against a statement is counted the other way round', () => {
	assert.equal(verdictOn([], ['confirmed'])?.verdict, 'refuted');
	assert.equal(verdictOn(['confirmed'], ['refuted'])?.verdict, 'confirmed');
	assert.equal(verdictOn(['confirmed'], ['confirmed'])?.verdict, 'depends');
});

test('a statement names what it rests on, what decides it and the first figures of each', () => {
	const stated = verdictOn(['confirmed', 'refuted']);
	assert.deepEqual(stated?.restsOn, ['for0', 'for1']);
	assert.match(stated?.because ?? '', /^for1 was seen\. It rests on 2\sfindings; for it: for0; against it: for1\.$/);
	assert.deepEqual(
		stated?.evidence.map(({ target, value }) => `${target} ${value}`),
		['for0 1', 'for0 2', 'for1 1', 'for1 2'],
	);
	assert.equal(stated?.scenario, 's-for0');
});

test('what decides a statement decides a finding that it rests on: of both sides where it depends, and of no other', () => {
	const marked = (id: string, verdict: Verdict): Finding => {
		const finding = found(id, verdict);
		const evidence = finding.evidence.map((line, nth) => (nth === 2 ? { ...line, decides: true as const } : line));
		return { ...finding, evidence };
	};
	const decided = (...verdicts: readonly Verdict[]) => {
		const restsOn = verdicts.map((_, n) => `for${n}`);
		const findings = verdicts.map((verdict, n) => marked(`for${n}`, verdict));
		const [stated] = inArticle(findings, [{ title: 'part', says: [{ id: 'stated', text: 'So.', restsOn }] }]);
		return stated?.evidence.flatMap(({ target, value, decides }) => (decides ? [`${target} ${value}`] : []));
	};
	assert.deepEqual(decided('confirmed', 'confirmed'), ['for0 3']);
	assert.deepEqual(decided('confirmed', 'refuted'), ['for0 3', 'for1 3']);
	assert.deepEqual(decided('confirmed', 'depends'), ['for1 3']);
	assert.deepEqual(decided('confirmed', 'inconclusive'), ['for1 3']);
});

const parts: readonly ArticlePart[] = [
	{ title: 'one', says: ['b', { id: 'both', text: 'Both.', restsOn: ['a', 'b'] }] },
	{ title: 'two', says: ['a', { id: 'open', text: 'No figure says.', restsOn: ['a'], unmeasured: 'Nobody can.' }] },
];

test('findings come in the order of the article, and what it does not say comes last', () => {
	const all = inArticle([found('a', 'confirmed'), found('x', 'refuted'), found('b', 'confirmed')], parts);
	assert.deepEqual(
		all.map(({ id, part }) => `${id}: ${part ?? 'beyond'}`),
		['b: one', 'both: one', 'a: two', 'open: two', 'x: beyond'],
	);
});

test('what was not asked leaves a statement open, and is named; a statement about nothing that was asked is left out', () => {
	const [b, both, ...others] = inArticle([found('b', 'confirmed')], parts);
	assert.deepEqual([b?.id, both?.id, others], ['b', 'both', []]);
	assert.equal(both?.verdict, 'inconclusive');
	assert.match(both?.because ?? '', /not asked in this run: a\.$/);
});

test('what no figure can decide says why and has no verdict', () => {
	const open = inArticle([found('a', 'confirmed')], parts).find(({ id }) => id === 'open');
	assert.equal(open?.unmeasured, true);
	assert.equal(open?.because, 'Nobody can.');
});

test('the article names claims that scenarios have, each once, and every statement has an id of its own', () => {
	const claims = new Set(scenarios.flatMap((scenario) => scenario.claims.map(({ id }) => id)));
	const entries = article.flatMap(({ says }) => says);
	const statements = entries.flatMap((entry) => (typeof entry === 'string' ? [] : entry));
	const named = [
		...entries.flatMap((entry) => (typeof entry === 'string' ? entry : [])),
		...statements.flatMap(({ restsOn, against = [] }) => [...restsOn, ...against]),
	];
	assert.deepEqual(
		named.filter((id) => !claims.has(id)),
		[],
	);
	const ids = entries.map((entry) => (typeof entry === 'string' ? entry : entry.id));
	assert.equal(new Set(ids).size, ids.length);
	assert.deepEqual(
		statements.filter(({ id }) => claims.has(id)),
		[],
	);
});
