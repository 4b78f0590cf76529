import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureName } from '../bench/model/measures.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';

/** Cells of load-balancing: every case of these ways, for these targets. */
function balanced(
	of: Readonly<Record<string, Readonly<Record<string, readonly [first: number, notOk: number, lost: number]>>>>,
) {
	const cells = Object.entries(of).flatMap(([way, targets]) =>
		['embedded', 'nginx', 'haproxy'].flatMap((by) =>
			['in-turn', 'at-once'].map((arrival) => {
				const values = Object.entries(targets).map(([base, [first, notOk, lost]]) => [
					`${base}/3-processes`,
					{
						firstTryShare: [first, 0],
						okBeforeShare: [first, 0],
						callsNotOkAfter: [notOk, 0],
						callsCutAfter: [1, 0],
						lostAfterShare: [lost, 0],
						imbalance: [way === 'source-address' ? 3 : 1, 0],
					} as const,
				]);
				return [`${way}-${by}-${arrival}`, figures(Object.fromEntries(values), 12)] as const;
			}),
		),
	);
	return figures({}, 12, Object.fromEntries(cells));
}

test('load balancing: SSE needs affinity where nothing else serves it', () => {
	const of = (even: number, sticky: number) =>
		balanced({
			'round-robin': { sse: [even, 1, 0] },
			'stick-table': { sse: [sticky, 5, 33] },
			cookie: { sse: [0, 5, 33] },
		});
	assert.equal(verdictOf('sse-sticky-sessions', of(33, 100)), 'confirmed');
	assert.equal(verdictOf('sse-sticky-sessions', of(100, 100)), 'refuted');
	assert.equal(verdictOf('sse-sticky-sessions', of(33, 40)), 'inconclusive', 'nothing serves it');
	assert.equal(verdictOf('sse-sticky-sessions', balanced({ 'round-robin': { sse: [0, 0, 0] } })), 'inconclusive');
	const both = balanced({ random: { sse: [30, 1, 0] }, 'source-address': { sse: [100, 1, 0] } });
	assert.match(
		rulingOf('sse-sticky-sessions', both).because,
		/source address put all clients, which share an address, on one server/,
	);
});

test('load balancing: whether any server can handle any request depends on where sessions are kept', () => {
	const of = (free: number, memory: number, redis: number) =>
		balanced({
			'round-robin': { stateless: [free, 1, 0], 'modern-listen': [free, 1, 0], stateful: [memory, 1, 0] },
			'shared-store': { stateful: [redis, 1, 0] },
		});
	assert.equal(verdictOf('streamable-any-server', of(100, 10, 100)), 'depends');
	assert.equal(verdictOf('streamable-any-server', of(100, 100, 100)), 'confirmed');
	assert.equal(verdictOf('streamable-any-server', of(20, 10, 30)), 'refuted');
	assert.equal(verdictOf('streamable-any-server', of(95, 95, 95)), 'inconclusive');
	const stateless = balanced({ 'round-robin': { stateless: [100, 1, 0] } });
	assert.equal(verdictOf('streamable-any-server', stateless), 'inconclusive', 'no server with sessions was tried');
});

test('load balancing: after a death the next request is served elsewhere, unless its session died', () => {
	const of = (free: number, kept: number) =>
		balanced({
			'round-robin': { stateless: [100, free, 0] },
			'stick-table': { sse: [100, kept, 33], stateful: [100, kept, 33] },
			'shared-store': { stateful: [100, free, 33] },
		});
	assert.equal(verdictOf('death-goes-elsewhere', of(1, 6)), 'depends');
	assert.equal(verdictOf('death-goes-elsewhere', of(1, 1)), 'confirmed', 'only calls under way were lost');
	assert.equal(verdictOf('death-goes-elsewhere', of(6, 6)), 'refuted');
	const unserved = balanced({ 'round-robin': { stateless: [20, 1, 0], stateful: [20, 1, 0] } });
	assert.equal(verdictOf('death-goes-elsewhere', unserved), 'inconclusive', 'who is not served has nothing to lose');
});

test('load balancing: a hash of the id is stickiness where it serves everybody', () => {
	const of = (first: number) => balanced({ 'session-hash': { sse: [first, 1, 0], stateful: [first, 1, 0] } });
	assert.equal(verdictOf('session-hash-is-sticky', of(30)), 'refuted');
	assert.equal(verdictOf('session-hash-is-sticky', of(100)), 'confirmed');
	assert.equal(verdictOf('session-hash-is-sticky', of(95)), 'inconclusive');
	assert.equal(verdictOf('session-hash-is-sticky', balanced({})), 'inconclusive');
});

const because = (claim: string, given: ReturnType<typeof balanced>) =>
	rulingOf(claim, given).because.replaceAll('\u202f', ' ');

test('load balancing: why a hash does not keep clients in place is said only where it does not', () => {
	const of = (first: number) =>
		because('session-hash-is-sticky', balanced({ 'session-hash': { sse: [first, 1, 0], stateful: [first, 1, 0] } }));
	assert.match(
		of(30),
		/30\.0 % of the clients were served at first try, in each of \d+ settings below 90 %: the server makes the id/,
	);
	for (const first of [95, 100]) assert.match(of(first), /served at first try\.$/);
});

/** The same with another figure in every cell of a way. */
function changed(given: ReturnType<typeof balanced>, way: string, measure: MeasureName, value: number | undefined) {
	return {
		...given,
		in: (id: string) => {
			const own = given.in(id);
			if (!id.startsWith(way)) return own;
			return {
				...own,
				estimate: (target: string, asked: MeasureName) => {
					const found = own.estimate(target, asked);
					if (asked !== measure || !found) return found;
					return value === undefined ? undefined : { value, repeats: 3 };
				},
			};
		},
	};
}

test('load balancing: ways that crowd a server say how much, and why only where that is known', () => {
	const of = (way: string, imbalance: number) => {
		const given = balanced({ random: { sse: [30, 1, 0] }, [way]: { sse: [100, 1, 0] } });
		return because('sse-sticky-sessions', changed(given, way, 'imbalance', imbalance));
	};
	assert.match(of('source-address', 2.7), /source address put most clients, which share an address, on one server\./);
	assert.match(of('stick-table', 3), /stick table put all clients on one server\./);
	assert.doesNotMatch(of('stick-table', 2.4), /on one server/);
});

test('load balancing: a way that fails by its calls says so, and where no way serves that is a sentence', () => {
	const given = balanced({ random: { sse: [30, 1, 0] }, 'stick-table': { sse: [100, 1, 0] } });
	assert.match(
		because('sse-sticky-sessions', changed(given, 'stick-table', 'okBeforeShare', 80)),
		/Nothing that is meant .*\. Not everywhere.*: stick table; with these 100 % \(calls answered where that was all: 80\.0 %\) of the clients/,
	);
	assert.doesNotMatch(because('sse-sticky-sessions', given), /calls answered|Nothing/);
});

test('load balancing: of lost sessions nothing is said where that was not measured, and unserved clients are not unmeasured', () => {
	const given = balanced({
		'round-robin': { stateless: [100, 1, 0] },
		'stick-table': { sse: [100, 6, 33] },
	});
	assert.match(
		because('death-goes-elsewhere', given),
		/without sessions: .*lost, 0 % of the clients lost .*; SSE.* 33\.0 % of/,
	);
	const unknown = because('death-goes-elsewhere', changed(given, 'round-robin', 'lostAfterShare', undefined));
	assert.match(unknown, /without sessions: [^;]* later ones lost; SSE.* 33\.0 % of the clients lost/);
	const unserved = balanced({ 'round-robin': { stateless: [20, 1, 0], stateful: [20, 1, 0] } });
	assert.match(because('death-goes-elsewhere', unserved), /in 0 of 4 settings/);
	const listening = balanced({
		'round-robin': { stateless: [100, 1, 0], 'modern-listen': [100, 1, 100] },
		random: { 'modern-listen': [100, 1, 50] },
		'stick-table': { sse: [100, 6, 33] },
	});
	assert.match(
		because('death-goes-elsewhere', listening),
		/\(stateless\): [^;]*, 0 % of the clients [^;]*; without sessions \(modern-listen\): [^;]*, 50–100 % of the clients/,
	);
});

test('load balancing: SSE scales by more servers where clients are both served and spread', () => {
	const of = (way: string, served: number) => balanced({ [way]: { sse: [served, 5, 33] } });
	assert.equal(verdictOf('sse-scales-vertically', of('stick-table', 100)), 'refuted');
	assert.equal(verdictOf('sse-scales-vertically', of('stick-table', 30)), 'confirmed');
	assert.equal(verdictOf('sse-scales-vertically', of('stick-table', 95)), 'inconclusive');
	assert.equal(verdictOf('sse-scales-vertically', of('source-address', 100)), 'inconclusive', 'all on one server');
	assert.equal(verdictOf('sse-scales-vertically', balanced({})), 'inconclusive');
});
