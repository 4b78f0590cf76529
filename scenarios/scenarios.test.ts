import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from '../bench/model/finding.ts';
import { sessionsOf } from '../bench/model/load.ts';
import { measures } from '../bench/model/measures.ts';
import { profiles } from '../bench/model/scenario.ts';
import { knownTargets } from '../bench/targets.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';
import { scenarios } from './index.ts';

test('idle descriptors: confirmed, refuted, and the two ways in which it depends', () => {
	const fds = (settled: number, kept = 0) =>
		({ fdsPerClient: [settled, 0], fdsPerClientKeptAlive: [kept, 0] }) as const;
	assert.equal(verdictOf('idle-descriptors', figures({ sse: fds(1), stateless: fds(0) })), 'confirmed');
	assert.equal(verdictOf('idle-descriptors', figures({ sse: fds(1, 2), stateless: fds(0, 1) })), 'depends');
	assert.equal(verdictOf('idle-descriptors', figures({ sse: fds(1), stateless: fds(0), stateful: fds(1) })), 'depends');
	assert.equal(verdictOf('idle-descriptors', figures({ sse: fds(2), stateless: fds(0) })), 'refuted');
	assert.equal(verdictOf('idle-descriptors', figures({ sse: fds(1) })), 'inconclusive');
});

test('idle memory: about 1 KB is a range, and the whole interval must lie on one side of it', () => {
	const pss = (value: number, half: number) => figures({ sse: { ussKbPerClient: [value, half] } });
	assert.equal(verdictOf('idle-memory-sse', pss(1.1, 0.2)), 'confirmed');
	assert.equal(verdictOf('idle-memory-sse', pss(12, 1)), 'refuted');
	assert.equal(verdictOf('idle-memory-sse', pss(2.5, 1)), 'inconclusive');
	const others = (stateful: readonly [number, number], stateless: readonly [number, number]) =>
		figures({ sse: {}, stateful: { heapKbPerClient: stateful }, stateless: { heapKbPerClient: stateless } });
	assert.equal(verdictOf('idle-memory-streamable', others([12, 1], [0, 0.05])), 'depends');
	assert.equal(verdictOf('idle-memory-streamable', others([0, 0.05], [0, 0.05])), 'confirmed');
	assert.equal(verdictOf('idle-memory-streamable', others([12, 1], [4, 1])), 'refuted');
	assert.equal(verdictOf('idle-memory-streamable', others([1, 2], [1, 2])), 'inconclusive');
});

test('call cost: equal within a tenth, different, or not decided', () => {
	const cpu = (half: number, ...values: number[]) =>
		figures(
			Object.fromEntries(
				values.map((value, n) => [n === 0 ? 'sse' : `t${n}`, { cpuUsPerCall: [value, half] as const }]),
			),
		);
	assert.equal(verdictOf('call-cost', cpu(2, 100, 103, 98)), 'confirmed');
	assert.equal(verdictOf('call-cost', cpu(2, 100, 70, 98)), 'refuted');
	assert.equal(verdictOf('call-cost', cpu(30, 100, 90)), 'inconclusive');
});

test('capacity: more on every transport, on none, on some; a lower bound decides in one direction only', () => {
	const rates = (...values: number[]) =>
		figures(
			Object.fromEntries(
				values.map((value, n) => [n === 0 ? 'sse' : `t${n}`, { capacityPerS: [value, value * 0.03] as const }]),
			),
		);
	assert.equal(verdictOf('capacity-streamable', rates(1000, 2000, 1300)), 'confirmed');
	assert.equal(verdictOf('capacity-streamable', rates(1000, 1000, 700)), 'refuted');
	assert.equal(verdictOf('capacity-streamable', rates(1000, 2000, 700)), 'depends');
	assert.equal(verdictOf('capacity-streamable', rates(1000, 1110)), 'inconclusive');
	assert.equal(verdictOf('capacity-streamable', rates(1000)), 'inconclusive');
	const bounded = (id: string, given: Figures): Figures => ({
		...given,
		estimate: (target, measure) => {
			const found = given.estimate(target, measure);
			return found && target === id ? { ...found, atLeast: true } : found;
		},
	});
	assert.equal(verdictOf('capacity-streamable', bounded('sse', rates(1000, 2000))), 'inconclusive');
	assert.equal(verdictOf('capacity-streamable', bounded('sse', rates(1000, 700))), 'refuted');
	assert.equal(verdictOf('capacity-streamable', bounded('t1', rates(1000, 700))), 'inconclusive');
	assert.equal(verdictOf('capacity-streamable', bounded('t1', rates(1000, 2000))), 'confirmed');
});

test('restart: all sse clients lost; Streamable depends on sessions', () => {
	const fate = (lost: number, failed: number, half = 0) =>
		({
			sessionsLost: [lost, 0],
			initializesRepeated: [lost, 0],
			callsNotOk: [failed, half],
		}) as const;
	type Fate = ReturnType<typeof fate>;
	const ids = ['crash-refused', 'crash-502', 'drain-refused', 'drain-502'];
	/** The same in every case, but for the last. */
	const restarted = (values: Record<string, Fate>, last = values) =>
		figures({}, 1000, Object.fromEntries(ids.map((id, n) => [id, figures(n < 3 ? values : last)])));
	assert.equal(verdictOf('restart-sse', restarted({ sse: fate(1000, 10) })), 'confirmed');
	assert.equal(verdictOf('restart-sse', restarted({ sse: fate(900, 10) })), 'refuted');
	const back = (ms: number) => ({ ...fate(1000, 10), recovery95Ms: [ms, 0] as const });
	assert.match(
		rulingOf('restart-sse', restarted({ sse: back(3100), 'sse/full-jitter': back(1500) })).because,
		/succeeded again 3\.10 .*s after the server was ready, and 1\.50 .*s with the short wait of the others/,
	);
	const all = (stateful: Fate, others: Fate) => ({ stateful, stateless: others, modern: others });
	const harmless = all(fate(0, 0), fate(0, 0));
	assert.equal(verdictOf('restart-streamable', restarted(harmless)), 'confirmed');
	assert.equal(
		verdictOf('restart-streamable', restarted(all(fate(1000, 9), fate(0, 9)))),
		'refuted',
		'calls count too',
	);
	assert.equal(verdictOf('restart-streamable', restarted(all(fate(1000, 9), fate(0, 0)))), 'depends');
	assert.equal(verdictOf('restart-streamable', restarted(all(fate(0, 9), fate(0, 9)), harmless)), 'depends');
	assert.equal(
		verdictOf('restart-streamable', restarted(all(fate(9, 9), fate(0, 1, 2)))),
		'inconclusive',
		'one repeat in which nobody noticed',
	);
	const wide = restarted(all(fate(1000, 9), fate(0, 200, 300)));
	const uneven: Figures = {
		...wide,
		in: (id) => ({ ...wide.in(id), values: (_, measure) => (measure === 'sessionsLost' ? [0, 0, 0] : [60, 500, 40]) }),
	};
	assert.equal(verdictOf('restart-streamable', uneven), 'refuted', 'every repeat noticed, however much they differ');
	assert.equal(
		verdictOf('restart-streamable', restarted({ stateless: fate(0, 0) })),
		'inconclusive',
		'targets missing',
	);
	const one = figures({}, 1000, { 'drain-502': figures(harmless) });
	assert.equal(verdictOf('restart-streamable', one), 'inconclusive', 'cases missing');
	const chosen = figures({}, 1000, { 'drain-502': figures({ sse: fate(1000, 10), stateful: fate(0, 0) }) });
	assert.match(rulingOf('restart-sse', chosen).because, /^Not measured for sse: crash-refused\.$/);
	assert.equal(
		rulingOf('restart-streamable', chosen).because,
		'Not measured for stateful: crash-refused, crash-502, drain-refused; for stateless, modern: any case.',
	);
});

test('soak: only what grows by its interval is said to grow', () => {
	const slopes = (sessions: number) => ({
		soakedMs: [60_000, 0] as const,
		heapKbPerHour: [27_000, 68_000] as const,
		sessionsPerHour: [sessions, 50] as const,
	});
	const { answer } = scenarios.find(({ id }) => id === 'soak') ?? assert.fail();
	const said = String(answer?.(figures({ stateful: slopes(1000), sse: slopes(0) }))).replaceAll('\u202f', ' ');
	assert.match(
		said,
		/^stateful \(1 min 0 s\): grows by 1 000 \[950, 1 050\] sessions .* per hour; no growth shown of 26\.4 \[−40\.0, 92\.8\] MB of heap per hour\. /,
	);
	assert.match(
		said,
		/ sse \(1 min 0 s\): no growth shown of 0 \[−50, 50\] sessions that nobody has and 26\.4 .* MB of heap per hour\.$/,
	);
});

test('client libraries: every combination counts, of the transports that are meant', () => {
	const claim = scenarios.flatMap(({ claims }) => claims).find(({ id }) => id === 'client-libraries-streamable');
	assert.equal(claim?.about, 'implementations');
	const servers = ['sdk1-sse', 'sdk1-stateful', 'sdk1-stateless', 'sdk2-sse', 'sdk2-stateful', 'sdk2-stateless'];
	const places = ['v1-direct', 'v1-behind-502', 'v2-direct', 'v2-behind-502'];
	/** Whether clients came back, where not always, by case and server. */
	const seen = (else_: Record<string, number>, without = ''): Figures => {
		const part = (id: string) =>
			figures(
				Object.fromEntries(
					[...servers, ...(id.startsWith('v2') ? ['sdk2-modern'] : [])]
						.filter((server) => `${id} ${server}` !== without)
						.map((server) => [server, { libraryRecovered: [else_[`${id} ${server}`] ?? else_[server] ?? 1, 0] }]),
				),
			);
		return { ...figures({}), cases: places, in: part };
	};
	const verdict = (else_: Record<string, number>, without?: string) => [
		verdictOf('client-libraries-streamable', seen(else_, without)),
		verdictOf('client-libraries-sse', seen(else_, without)),
	];
	assert.deepEqual(verdict({}), ['confirmed', 'confirmed']);
	assert.deepEqual(verdict({ 'v1-behind-502 sdk2-sse': 0 }), ['confirmed', 'depends']);
	assert.deepEqual(verdict({ 'sdk1-stateful': 0 }), ['depends', 'confirmed']);
	assert.deepEqual(verdict({ 'sdk1-sse': 0, 'sdk2-sse': 0 }), ['confirmed', 'refuted']);
	assert.deepEqual(verdict({ 'v2-direct sdk1-stateful': 1 / 3 }), ['inconclusive', 'confirmed'], 'repeats that differ');
	assert.deepEqual(verdict({}, 'v1-direct sdk1-sse'), ['confirmed', 'inconclusive'], 'a combination is missing');
	const { because } = claim.rule(seen({ 'v1-direct sdk1-stateful': 0 }));
	assert.match(because, /In 17 of 18 .*1 they never did: sdk1-stateful \(v1-direct\)\.$/);
});

test('client libraries: 26 combinations of client, path and server, the servers as their SDK comes', () => {
	const scenario = scenarios.find(({ id }) => id === 'client-libraries');
	assert.ok(scenario?.sizes.standard?.cases);
	const arms = scenario.arms(knownTargets, 'standard');
	const cells = scenario.sizes.standard.cases.flatMap((each) => each.arms?.(arms) ?? arms);
	assert.equal(cells.length, 26);
	assert.ok(cells.every(({ implementation }) => implementation !== 'reference'));
	for (const { id, server } of cells) {
		assert.ok(server.kind === 'node');
		assert.equal(
			server.args.includes('sse'),
			/state/.test(id),
			'only these answer JSON unless they are told otherwise',
		);
	}
});

test('every scenario is whole: arms in every profile, known measures, ids that differ', () => {
	const claims = scenarios.flatMap((scenario) => scenario.claims.map(({ id }) => id));
	assert.equal(new Set(claims).size, claims.length);
	for (const scenario of scenarios) {
		const sized = profiles.filter((profile) => scenario.sizes[profile] !== undefined);
		assert.ok(sized.includes('full'), scenario.id);
		for (const profile of sized) {
			const arms = scenario.arms(knownTargets, profile);
			assert.ok(arms.length >= 2, `${scenario.id} ${profile}`);
			assert.equal(new Set(arms.map(({ id }) => id)).size, arms.length);
			const size = scenario.sizes[profile];
			assert.ok(size && sessionsOf(size.load) > 0);
		}
		for (const name of [...scenario.shows, ...scenario.compares]) assert.ok(name in measures, name);
	}
});

test('a deploy: harmed in every way is confirmed for sse, unharmed in every way for Streamable, else it depends', () => {
	const cost = (calls: number, pushes: number, lost: number, half = 0) =>
		({ callsNotOkShare: [calls, half], pushesNotReceivedShare: [pushes, 0], sessionsLost: [lost, 0] }) as const;
	const streamable = ['stateful', 'stateless', 'modern-listen'];
	const ways = ['kill', 'drain', 'deregister', 'blue-green'];
	type Cost = ReturnType<typeof cost> | Omit<ReturnType<typeof cost>, 'pushesNotReceivedShare'>;
	const of = (targets: readonly string[], most: Cost, last: Cost = most, left = ways) =>
		figures(
			{},
			100,
			Object.fromEntries(
				left.map((id) => [
					id,
					figures(Object.fromEntries(targets.map((t) => [`${t}/3-processes`, id === 'blue-green' ? last : most]))),
				]),
			),
		);
	const free = cost(0, 0, 0);
	assert.equal(verdictOf('sse-cannot-restart', of(['sse'], cost(3, 1, 100), cost(0, 1, 100))), 'confirmed');
	assert.equal(verdictOf('sse-cannot-restart', of(['sse'], cost(3, 1, 100), free)), 'depends');
	assert.equal(verdictOf('sse-cannot-restart', of(['sse'], free)), 'refuted');
	assert.match(
		rulingOf('sse-cannot-restart', of(['sse', 'sse/full-jitter'], cost(40, 1, 100))).because,
		/; kill with the short wait of the others \(sse\/full-jitter\) 40\.0\s% of calls\.$/,
	);
	const { pushesNotReceivedShare: _, ...noPushes } = free;
	assert.equal(
		verdictOf('sse-cannot-restart', of(['sse'], noPushes)),
		'inconclusive',
		'what is not known is not nothing',
	);
	assert.equal(verdictOf('deploy-any-time', of(streamable, free)), 'confirmed');
	assert.equal(verdictOf('deploy-any-time', of(streamable, cost(2, 0, 0), free)), 'depends');
	assert.equal(verdictOf('deploy-any-time', of(streamable, cost(2, 0, 50))), 'refuted');
	assert.equal(verdictOf('deploy-any-time', of(streamable, free, free, ['kill'])), 'inconclusive', 'ways missing');
	assert.equal(verdictOf('deploy-any-time', of(['stateless'], free)), 'inconclusive', 'targets missing');
	const unsure = cost(0.1, 0, 0, 0.4);
	assert.equal(verdictOf('deploy-any-time', of(streamable, free, unsure)), 'inconclusive', 'one call in one repeat');
});

test('resume: with a store nothing may be lost or missed, and without one something must be', () => {
	const counts = (lost: number, missed: number, doubled = 0) =>
		figures({
			stateful: {
				pushesLost: [lost, 0],
				pushesMissed: [missed, 0],
				pushesDoubled: [doubled, 0],
				pushesOutOfOrder: [0, 0],
			},
		});
	const verdict = (stored: Figures) =>
		verdictOf('resume', figures({}, 100, { plain: counts(4, 900), 'event-store': stored }));
	assert.equal(verdict(counts(0, 0)), 'confirmed');
	assert.equal(verdict(counts(0, 0, 3)), 'confirmed', 'doubled, but there');
	assert.equal(verdict(counts(1, 0)), 'refuted');
	assert.equal(verdict(figures({})), 'inconclusive');
	const nothing = figures({}, 100, { plain: counts(0, 0), 'event-store': counts(0, 0) });
	assert.equal(verdictOf('resume', nothing), 'inconclusive', 'the cut took nothing');
});

test('serverless: its claims are for its own targets, which no other scenario runs by itself', () => {
	const scenario = scenarios.find(({ id }) => id === 'serverless');
	for (const { id, targets } of scenario?.claims ?? []) {
		assert.ok(
			targets?.every((target) => knownTargets.some((known) => known.id === target)),
			id,
		);
		assert.ok(
			targets?.every((target) => id.startsWith('lambda') === target.startsWith('lambda')),
			id,
		);
	}
	for (const { id, arms } of scenarios) {
		for (const profile of profiles) {
			const own = arms(knownTargets, profile).filter(({ implementation }) => implementation === 'serverless');
			assert.equal(own.length > 0, id === 'serverless', `${id} ${profile}`);
		}
	}
});
