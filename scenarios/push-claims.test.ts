import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Figures } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { figures, rulingOf, verdictOf } from './fixture-figures.ts';
import { push } from './push.ts';
import { pushAnswer } from './push-claims.ts';

type Values = Parameters<typeof figures>[0];

/** As a run has them: all in its first case. */
function measured(values: Values): Figures {
	return figures({}, 1000, { 'all-1000': figures(values) });
}

/** Medians in ms, half of their intervals, and what went wrong. */
function medians(of: Record<string, readonly [ms: number, half: number, more?: Values[string]]>): Figures {
	const entries = Object.entries(of).map(([target, [ms, half, more]]) => {
		const fine = { pushesLost: [0, 0], pushesDoubled: [0, 0], pushesOutOfOrder: [0, 0] } as const;
		return [target, { pushP50Us: [ms * 1000, half * 1000], ...fine, ...more }] as const;
	});
	return measured(Object.fromEntries(entries));
}

describe('push-sse', () => {
	test('slower streams and slower polls: confirmed', () => {
		const all = medians({
			sse: [10, 0.1],
			stateful: [15, 0.5],
			'modern-listen': [20, 1],
			'stateless/poll-1s': [500, 9],
		});
		assert.equal(verdictOf('push-sse', all), 'confirmed');
	});

	test('streams are as fast, polls are slower: it depends, and each is named where it belongs', () => {
		const all = medians({
			sse: [10, 0.1],
			stateful: [10.5, 0.3],
			'modern-listen': [9.5, 0.3],
			'stateless/poll-1s': [500, 9],
		});
		const { verdict, because } = rulingOf('push-sse', all);
		assert.equal(verdict, 'depends');
		assert.match(
			because,
			/^Against stateless\/poll-1s it is: stateless\/poll-1s 50\.0×.*But equally fast within 25 %: stateful 1\.05×.*, modern-listen 0\.950×/,
		);
	});

	test('one stream is as fast and the other slower: it depends', () => {
		const all = medians({ sse: [10, 0.1], stateful: [10.5, 0.3], 'modern-listen': [20, 1] });
		const { verdict, because } = rulingOf('push-sse', all);
		assert.equal(verdict, 'depends');
		assert.match(because, /^Against modern-listen it is: modern-listen 2\.00×.*But equally fast within 25 %: stateful/);
	});

	test('a stream that is faster, or nothing that is slower: refuted', () => {
		assert.equal(
			verdictOf('push-sse', medians({ sse: [10, 0.1], stateful: [5, 0.1], 'stateless/poll-1s': [500, 9] })),
			'refuted',
		);
		const { verdict, because } = rulingOf('push-sse', medians({ sse: [10, 0.1], stateful: [10, 0.1] }));
		assert.equal(verdict, 'refuted');
		assert.match(because, /no way is slower than sse; equally fast within 25 %: stateful/);
	});

	test('an interval across the line, or nothing to compare with: inconclusive', () => {
		assert.equal(verdictOf('push-sse', medians({ sse: [10, 0.1], stateful: [12.5, 1] })), 'inconclusive');
		assert.equal(verdictOf('push-sse', medians({ sse: [10, 0.1], 'stateless/poll-1s': [500, 9] })), 'inconclusive');
		assert.equal(verdictOf('push-sse', medians({ stateful: [10, 0.1] })), 'inconclusive');
	});
});

describe('push-streamable', () => {
	test('no later, and nothing lost: confirmed', () => {
		const { verdict, because } = rulingOf(
			'push-streamable',
			medians({ sse: [10, 0.1], stateful: [10, 0.2], 'modern-listen': [5, 0.2] }),
		);
		assert.equal(verdict, 'confirmed');
		assert.match(because, /^Nothing was lost, doubled or out of order; /);
	});

	test('later, or with losses: refuted where all are, otherwise it depends', () => {
		const lossy = { pushesLost: [3, 0], pushesDoubled: [1, 0] } as const satisfies Partial<
			Record<MeasureName, readonly [number, number]>
		>;
		const { verdict, because } = rulingOf(
			'push-streamable',
			medians({ sse: [10, 0.1], stateful: [10, 0.2, lossy], 'modern-listen': [10, 0.2] }),
		);
		assert.equal(verdict, 'depends');
		assert.match(because, /^Pushes of stateful: 3 lost, 1 doubled; /);
		assert.equal(verdictOf('push-streamable', medians({ sse: [10, 0.1], stateful: [20, 0.2] })), 'refuted');
	});

	test('what went wrong in one repeat alone is told, and decides nothing', () => {
		const given = medians({
			sse: [10, 0.1],
			stateful: [10, 0.2, { pushesLost: [0.33, 0] }],
			'modern-listen': [10, 0.2],
		});
		const inOne: Figures = {
			...given,
			in: (id) => ({
				...given.in(id),
				values: (target, measure) => (target === 'stateful' && measure === 'pushesLost' ? [0, 1, 0] : [0, 0, 0]),
			}),
		};
		const { verdict, because } = rulingOf('push-streamable', inOne);
		assert.equal(verdict, 'inconclusive');
		assert.match(because, /^Pushes of stateful: 0\.330 lost on average, all in one repeat; /);
	});

	test('undecided, or not measured: inconclusive', () => {
		assert.equal(verdictOf('push-streamable', medians({ sse: [10, 0.1], stateful: [12.5, 1] })), 'inconclusive');
		assert.equal(verdictOf('push-streamable', medians({ sse: [10, 0.1] })), 'inconclusive');
		const p50Us = { sse: { pushP50Us: [10_000, 100] }, stateful: { pushP50Us: [10_000, 100] } } as const;
		const { verdict, because } = rulingOf('push-streamable', measured(p50Us));
		assert.equal(verdict, 'inconclusive');
		assert.match(because, /^Not known what became of the pushes of stateful; median time/);
	});
});

describe('the answer', () => {
	const streams: Values = {
		sse: { pushP50Us: [9000, 1], pushP99Us: [20_000, 1], idleCpuMsPerClientHour: [2, 0], cpuMsPer1000Pushes: [20, 0] },
	};
	const polls: Values = {
		'stateless/poll-1s': {
			pushP50Us: [5e5, 1],
			pushP99Us: [1e6, 1],
			cpuUsPerIdlePoll: [40, 0],
			cpuUsPerFullPoll: [50, 0],
		},
	};

	test('names from how many messages on a stream costs less, up to how many, and that it was computed', () => {
		const said = pushAnswer(measured({ ...streams, ...polls }))?.join('\n') ?? '';
		assert.match(said, /within: sse 9\.00\Dms, stateless\/poll-1s 500\Dms/);
		assert.match(
			said,
			/^Computed from measured parts .*: a held stream costs less CPU time than stateless\/poll-1s at .*: sse from the first up to 8\D\d\d\d\. Beyond,/m,
		);
	});

	test('without polls there is no crossover, and without anything no answer', () => {
		assert.doesNotMatch(pushAnswer(measured(streams))?.join('\n') ?? '', /Computed/);
		assert.equal(pushAnswer(measured({})), undefined);
	});

	test('a stream that is dearer whatever comes is said to be', () => {
		const idle = { ...streams.sse, idleCpuMsPerClientHour: [9e6, 0] } as const;
		const said = pushAnswer(measured({ sse: idle, ...polls }))?.join('\n') ?? '';
		assert.match(said, /: sse at none\.$/m);
	});
});

test('every case has arms, and the first has all: its figures are those of the claims', () => {
	for (const size of Object.values(push.sizes)) {
		const [first, ...others] = size.cases ?? [];
		assert.equal(first?.arms, undefined);
		assert.match(first?.id ?? '', /^all-/);
		for (const each of others) assert.ok(each.arms);
	}
});
