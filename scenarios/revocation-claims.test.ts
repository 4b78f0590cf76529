import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from '../bench/model/finding.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';

/** What came after the lapse: pushes (undefined where no stream is held) and answered calls. */
type After = readonly [pushes: number | undefined, calls: number];

const nothing: After = [0, 0];
const pushesOnly: After = [240, 0];
const all: After = [240, 80];

function after([pushes, calls]: After) {
	return {
		...(pushes !== undefined && {
			pushesAfterLapse: [pushes, 0] as const,
			pushesAfterLapseMs: [pushes * 10, 0] as const,
		}),
		callsAfterLapse: [calls, 0] as const,
		callsAfterLapseMs: [calls * 30, 0] as const,
	};
}

function lapsed(cases: Record<string, Record<string, After>>): Figures {
	const of = (values: Record<string, After>) =>
		figures(Object.fromEntries(Object.entries(values).map(([target, value]) => [target, after(value)])));
	return figures({}, 10, Object.fromEntries(Object.entries(cases).map(([id, values]) => [id, of(values)])));
}

const streamable = (value: After, stateless: After = [undefined, value[1]]) => ({
	stateful: value,
	'modern-listen': value,
	stateless,
});

test('Streamable: nothing more in every case, something in every case, or it depends', () => {
	assert.equal(verdictOf('auth-streamable', lapsed({ a: streamable(nothing), b: streamable(nothing) })), 'confirmed');
	assert.equal(verdictOf('auth-streamable', lapsed({ a: streamable(all), b: streamable(all) })), 'refuted');
	const mixed = rulingOf('auth-streamable', lapsed({ request: streamable(pushesOnly), recheck: streamable(nothing) }));
	assert.equal(mixed.verdict, 'depends');
	assert.match(
		mixed.because,
		/^Of 6 combinations of server and policy 0 still answered calls and 2 still pushed after .*: stateful: pushes for 2\.40\ss \(request\), nothing \(recheck\);/,
	);
	assert.match(mixed.because, /; stateless: nothing \(request, recheck\)\.$/);
	assert.doesNotMatch(mixed.because, /answers/, 'no call was answered in any case');
});

test('Streamable: a transport that was not measured leaves it open, and is named', () => {
	const { verdict, because } = rulingOf('auth-streamable', lapsed({ a: { stateful: nothing, stateless: nothing } }));
	assert.equal(verdict, 'inconclusive');
	assert.match(because, /modern-listen/);
});

test('SSE: works on whole in every case, not at all in any, or it depends', () => {
	assert.equal(verdictOf('auth-sse', lapsed({ a: { sse: all }, b: { sse: all } })), 'confirmed');
	assert.equal(verdictOf('auth-sse', lapsed({ a: { sse: nothing }, b: { sse: nothing } })), 'refuted');
	assert.equal(verdictOf('auth-sse', lapsed({ a: { sse: all }, b: { sse: nothing } })), 'depends');
	assert.equal(
		verdictOf('auth-sse', lapsed({ a: { sse: pushesOnly }, b: { sse: pushesOnly } })),
		'depends',
		'half of it',
	);
	assert.equal(verdictOf('auth-sse', lapsed({ a: { stateful: all } })), 'inconclusive');
});

test('a time that is a lower bound is said to be one', () => {
	const given = lapsed({ a: { sse: all } });
	const bounded: Figures = {
		...given,
		in: (id) => ({
			...given.in(id),
			estimate: (target, measure) => {
				const found = given.in(id).estimate(target, measure);
				return found && measure === 'pushesAfterLapseMs' ? { ...found, atLeast: true } : found;
			},
		}),
	};
	assert.match(rulingOf('auth-sse', bounded).because, /pushes for ≥\s2\.40\ss and answers for 2\.40\ss \(a\)\.$/);
});

test('repeats of which one saw something and another nothing decide nothing, and the cell is named', () => {
	const given = lapsed({ a: { sse: all } });
	const differing: Figures = {
		...given,
		in: (id) => ({ ...given.in(id), values: (_, measure) => (measure === 'callsAfterLapse' ? [0, 80] : [240, 240]) }),
	};
	const { verdict, because } = rulingOf('auth-sse', differing);
	assert.equal(verdict, 'inconclusive');
	assert.match(
		because,
		/^The repeats differ in whether anything came: sse \(a\)\. How many more would decide it cannot be told\. Of 1 combination/,
	);
});

test('where the repeats of one cell differ, the others decide what it could not change', () => {
	const cases = { request: streamable(pushesOnly), recheck: streamable(nothing), session: streamable(pushesOnly) };
	const given = lapsed(cases);
	const differing = (splitCase: string, of: Figures): Figures => ({
		...of,
		in: (id) => ({
			...of.in(id),
			values: (target, measure) =>
				id === splitCase && target === 'stateful' && measure === 'pushesAfterLapse'
					? [0, 240]
					: of.in(id).values(target, measure),
		}),
	});
	const { verdict, because } = rulingOf('auth-streamable', differing('session', given));
	assert.equal(verdict, 'depends');
	assert.match(because, /^The repeats differ in whether anything came: stateful \(session\)\. Of 9 combinations/);
	const onlyThat = lapsed({ request: streamable(nothing), session: { ...streamable(nothing), stateful: pushesOnly } });
	assert.equal(verdictOf('auth-streamable', differing('session', onlyThat)), 'inconclusive');
});
