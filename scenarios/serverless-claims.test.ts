import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from '../bench/model/finding.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';
import { serverlessAnswer } from './serverless-answer.ts';

test('serverless: what works, what breaks, and what of it is decided', () => {
	/** Share of answered calls, half of its interval, and streams ended by the time limit. */
	type Seen = readonly [share: number, half?: number, timeouts?: number];
	const arms = (seen: Record<string, Seen>): Figures =>
		figures(
			Object.fromEntries(
				Object.entries(seen).map(([id, [share, half = 0, timeouts = 0]]) => [
					id,
					{ callsOkShare: [share, half] as const, functionTimeouts: [timeouts, 0] as const },
				]),
			),
		);
	const verdict = (claim: string, cases: Record<string, Record<string, Seen>>) =>
		verdictOf(claim, figures({}, 2, Object.fromEntries(Object.entries(cases).map(([id, seen]) => [id, arms(seen)]))));

	const lambda = (streaming: Seen, buffered: Seen) =>
		verdict('lambda-sse', { hour: { 'lambda-sse': streaming, 'lambda-sse-buffered': buffered } });
	assert.equal(lambda([0, 0, 24], [0, 0, 4]), 'depends', 'it does not work, for more than the reason given');
	assert.equal(lambda([100], [100]), 'refuted');
	assert.equal(lambda([89, 3, 1], [0, 0, 4]), 'inconclusive');
	assert.equal(lambda([89, 3, 1], [100]), 'inconclusive');
	assert.equal(lambda([100], [0, 0, 4]), 'depends', 'both modes are decided, each in its own way');
	assert.equal(verdict('lambda-sse', { hour: { 'lambda-sse': [0, 0, 1] } }), 'inconclusive', 'an arm is missing');

	const ids = ['stateful', 'stateful-no-stream', 'stateless', 'modern', 'modern-listen'];
	const streamable = (...seen: Seen[]) =>
		verdict('lambda-streamable', { hour: Object.fromEntries(seen.map((one, n) => [`lambda-${ids[n]}`, one])) });
	assert.equal(streamable([100], [100], [100], [99.9], [100]), 'confirmed');
	assert.equal(streamable([5, 9], [70, 20], [100], [100], [100]), 'depends');
	assert.equal(streamable([5], [70], [0], [0], [0]), 'refuted');
	assert.equal(streamable([89, 3], [89, 3], [100], [100], [100]), 'inconclusive');
	assert.equal(streamable([5], [70], [100], [100]), 'inconclusive', 'an arm is missing');

	const sse = (hour: Seen, asItComes: Seen, out: Seen) =>
		verdict('cloud-run-sse', {
			hour: { 'cloud-run-sse': hour },
			'default-timeout': { 'cloud-run-sse': asItComes },
			'scaled-out': { 'cloud-run-sse': out },
		});
	assert.equal(sse([100], [97, 1, 12], [0]), 'depends');
	assert.equal(sse([100], [60, 1, 12], [100]), 'confirmed');
	assert.equal(sse([100], [97, 1, 12], [100]), 'depends', 'it works before it is configured');
	assert.equal(sse([100], [89, 3, 12], [100]), 'inconclusive', 'whether it works before is open');
	assert.equal(sse([100], [89, 3, 12], [0]), 'depends', 'whatever is open, several instances break it');
	assert.equal(sse([100], [60, 1, 12], [89, 3]), 'inconclusive');
	assert.equal(sse([97, 1, 1], [97, 1, 12], [0]), 'depends', 'one cut an hour is what was set');
	assert.equal(sse([97, 1, 4], [97, 1, 12], [100]), 'inconclusive', 'more cuts than were set');
	assert.equal(sse([0], [0, 0, 12], [0]), 'refuted');
	assert.equal(sse([89, 4], [97, 1, 12], [0]), 'inconclusive');

	const asItComes = (...seen: Seen[]) => {
		const part = (from: number) =>
			Object.fromEntries(
				seen.slice(from, from + 2).map((one, n) => [`cloud-run-${['stateful', 'stateless'][n]}`, one]),
			);
		return verdict('cloud-run-streamable', { 'default-timeout': part(0), 'scaled-out': part(2) });
	};
	assert.equal(asItComes([100], [100], [100], [100]), 'confirmed');
	assert.equal(asItComes([100], [100], [40, 30], [100]), 'depends');
	assert.equal(asItComes([100], [100]), 'inconclusive');
	assert.equal(asItComes([100], [100], [53, 30], [100]), 'depends', 'repeats that differ, and all of them break');
	const started = (instances: number) => ({ callsOkShare: [100, 0] as const, coldStarts: [instances, 0] as const });
	const inBoth = (instances: number) => {
		const both = { 'cloud-run-stateful': started(2), 'cloud-run-stateless': started(instances) };
		const parts = { 'default-timeout': figures(both), 'scaled-out': figures(both) };
		return rulingOf('cloud-run-streamable', figures({}, 2, parts));
	};
	assert.equal(inBoth(2).verdict, 'confirmed');
	assert.equal(inBoth(1).verdict, 'inconclusive', 'nothing is known of several');
	assert.match(inBoth(1).because, /Only one instance was started for cloud-run-stateless: /);
});

type Measured = Parameters<typeof figures>[0][string];

const inCases = (cases: Record<string, Record<string, Measured>>): Figures =>
	figures({}, 2, Object.fromEntries(Object.entries(cases).map(([id, arms]) => [id, figures(arms, 2)])));
const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ') ?? '';
const because = (claim: string, cases: Parameters<typeof inCases>[0]) => plain(rulingOf(claim, inCases(cases)).because);
/** Share of answered calls, and what else was measured. */
const share = (value: number, more: Measured = {}): Measured => ({ callsOkShare: [value, 0], ...more });
const ended = (count: number): Measured => ({ functionTimeouts: [count, 0] });
const billed = (seconds: number): Measured => ({ billedSPerSessionHour: [seconds, 0] });

test('SSE on Lambda: that functions timed out is said where it was seen, and never that the calls failed for it', () => {
	const said = (streaming: Measured, buffered: Measured) =>
		because('lambda-sse', { hour: { 'lambda-sse': streaming, 'lambda-sse-buffered': buffered } });
	assert.match(
		said(share(0, ended(3)), share(0, ended(2))),
		/^It depends on the half of the claim: that it does not work is confirmed, that it is for the time-out is not shown\. Calls answered: .*time limit \(in an hour of a session: lambda-sse 3\.00, lambda-sse-buffered 2\.00\), but .*not seen\. Emulated limits, time ÷240\.$/,
	);
	assert.match(said(share(0, ended(0)), share(0, ended(0))), /no function was seen to be ended by the time limit\./);
	assert.match(said(share(0), share(0)), /no function was seen to be ended/, 'what was not measured was not seen');
	assert.match(said(share(100), share(0)), /^It depends on the mode\. Calls answered: /);
	for (const text of [said(share(100), share(100)), said(share(100), share(0))]) {
		assert.doesNotMatch(text, /time limit|does not work/);
	}
});

test('what is open because repeats differ says so, and that no number of them is known', () => {
	const split = { callsOkShare: [53, 0] } as const;
	const hour = figures({ 'lambda-sse': split, 'lambda-sse-buffered': split });
	const differing: Figures = {
		...figures({}, 2),
		in: () => ({ ...hour, values: () => [100, 6] }),
	};
	const { verdict, because: text } = rulingOf('lambda-sse', differing);
	assert.equal(verdict, 'inconclusive');
	assert.match(
		text,
		/Repeats of lambda-sse and lambda-sse-buffered differ .*; how many more would decide it cannot be told\./,
	);
});

test('what breaks in every repeat says so where its interval does not', () => {
	const values = { 'cloud-run-stateful': { callsOkShare: [40, 60] as const, coldStarts: [3, 0] as const } };
	const arms = figures({ ...values, 'cloud-run-stateless': { callsOkShare: [100, 0], coldStarts: [3, 0] } });
	const below: Figures = { ...arms, values: (target) => (target === 'cloud-run-stateful' ? [20, 60] : [100, 100]) };
	const { verdict, because: text } = rulingOf('cloud-run-streamable', { ...figures({}, 2), in: () => below });
	assert.equal(verdict, 'depends');
	assert.match(
		plain(text),
		/cloud-run-stateful 40 \[.*\] % \(in each repeat below 90 %\), cloud-run-stateless 100 \[100, 100\] %;/,
	);
});

test('Streamable HTTP on Lambda: the bill of a held stream is compared where both work, and only as what it was', () => {
	const said = (heldShare: number, heldS: number, plainS: number) =>
		because('lambda-streamable', {
			hour: {
				'lambda-stateful': share(0),
				'lambda-stateful-no-stream': share(100),
				'lambda-stateless': share(100),
				'lambda-modern': share(100, billed(plainS)),
				'lambda-modern-listen': share(heldShare, billed(heldS)),
			},
		});
	assert.match(said(100, 1010, 0), /1 010 .*s with a stream that is held .*, nothing without \(lambda-modern\)\./);
	assert.doesNotMatch(said(5, 1010, 8), /Billed/);
	assert.doesNotMatch(said(100, 1010, 8), /for all of its time|gets another|another one/);
});

test('SSE on Cloud Run: that it works as it comes, too, is said where it does, and that it is cut where it is', () => {
	const said = (asItComes: number, cuts: number) =>
		because('cloud-run-sse', {
			hour: { 'cloud-run-sse': share(100, ended(1)) },
			'default-timeout': { 'cloud-run-sse': share(asItComes, ended(cuts)) },
			'scaled-out': { 'cloud-run-sse': share(100) },
		});
	assert.match(said(97, 12), /300 s it works as well, though streams are cut more often: .*not shown\./);
	assert.match(said(97, 1), /300 s it works as well: that it must be configured is not shown\./);
	assert.doesNotMatch(said(60, 12), /works as well/);
});

test('Cloud Run: every sentence is of its figures, whichever way they came out', () => {
	const sse = (crowded: number) =>
		because('cloud-run-sse', {
			hour: { 'cloud-run-sse': share(100, ended(1)) },
			'default-timeout': { 'cloud-run-sse': share(97, ended(12)) },
			'scaled-out': { 'cloud-run-sse': share(crowded) },
		});
	for (const crowded of [0, 100]) {
		assert.match(sse(crowded), /ended 1\.00 .*it ended 12\.0; where two requests fill an instance/);
		assert.doesNotMatch(sse(crowded), /whatever flows|meet different/);
		assert.match(sse(crowded), /time ÷240, with 300 s ÷120\.$/);
	}
});

const usd = (value: number): Measured => ({ usdPer1000SessionHours: [value, 0] });

test('the answer leads with what works where, and what that costs beside the cheapest', () => {
	const points =
		serverlessAnswer(
			inCases({
				hour: {
					'lambda-sse': share(0),
					'lambda-stateful': { callsOkShare: [89, 3] },
					'lambda-stateless': share(100, usd(0.05)),
					'lambda-modern': share(100, usd(0.04)),
					'lambda-modern-listen': share(95, usd(8)),
					'cloud-run-sse': share(97, usd(45)),
				},
				workers: { 'workerd-sse': share(100), 'workerd-modern': share(100) },
				'default-timeout': { 'cloud-run-sse': share(10), 'cloud-run-stateful': share(20) },
			}),
		) ?? [];
	assert.equal(points.length, 5, 'each setting for itself, and what all have in common');
	const answer = plain(points.join(' '));
	assert.match(
		answer,
		/^On AWS Lambda it works with modern \(the cheapest\), stateless \(1\.25× \[1\.25, 1\.25\]\) and modern-listen \(200× \[200, 200\]\), not with sse; undecided: stateful\. On Cloud Run with a time-out of 3600 s it works with sse\. /,
	);
	assert.match(answer, / On Cloud Run with the 300 s that it comes with it does not work with sse and stateful\. /);
	assert.match(answer, / On workerd it works with sse and modern\. /, 'not billed');
	assert.match(answer, /at least 90 % .*Emulated limits, time ÷240, with 300 s ÷120, on workerd only the pace\.$/);
	const vague = { callsOkShare: [100, 0], usdPer1000SessionHours: [22.4, 20] } as const;
	const [unknown = ''] =
		serverlessAnswer(inCases({ hour: { 'lambda-modern': share(100, usd(0.03)), 'lambda-sse': vague } })) ?? [];
	assert.match(unknown, / modern \(the cheapest\) and sse\.$/, 'no multiple of which nothing is known');
	assert.equal(serverlessAnswer(inCases({ hour: { sse: share(100) } })), undefined, 'on no platform');
});
