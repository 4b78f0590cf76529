import type { Figures, Ruling } from '../bench/model/finding.ts';
import { constantRate } from '../bench/model/load.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';
import { slowedDown } from './bystander-claims.ts';

/** `times`: of the smallest; the larger ones come less often. */
function size(aloneMs: number, largeMs: number, times: number, repeats: number): Size {
	const forMs = aloneMs + largeMs;
	return {
		load: { kind: 'open', sessions: 20, rate: constantRate(400, forMs), arrivals: 'poisson' },
		warmMs: 200,
		faults: [],
		repeats,
		guests: {
			kind: 'answers',
			atMs: aloneMs,
			answers: [
				{ bytes: 1000, times },
				{ bytes: 10_000, times },
				{ bytes: 100_000, times },
				{ bytes: 1_000_000, times: Math.ceil(times / 2) },
				{ bytes: 10_000_000, times: Math.ceil(times / 4) },
			],
		},
	};
}

const bySize = [
	'answer1KbMs',
	'answer10KbMs',
	'answer100KbMs',
	'answer1MbMs',
	'answer10MbMs',
] as const satisfies MeasureName[];

export const largeAnswers: Scenario = {
	id: 'large-answers',
	title: 'Large answers',
	question: 'What does an answer of many megabytes cost: its own time, the server’s memory, the small calls beside it?',
	method:
		'One client, in a process of its own, asks for texts of 1 KB to 10 MB, one after another, and compares every byte as it comes, without keeping ' +
		'any: the time is the server’s and the network’s, and not that of a parser. Others make small calls all the while; their times are ' +
		'compared with those of the same trial before the first text was asked for. The peak of memory is the kernel’s own record; what is kept ' +
		'is read after a forced collection.',
	needs: ['control', 'memory'],
	arms: (targets, profile) => {
		if (profile === 'full') {
			return [...pick(targets, 'sse', 'stateful-no-stream', 'stateless', 'modern'), ...sdkArms(targets, profile)];
		}
		return pick(targets, 'sse', 'stateless', 'modern');
	},
	sizes: {
		smoke: size(300, 400, 2, 1),
		standard: size(300, 400, 4, 3),
		full: size(3000, 7000, 60, 3),
	},
	// The article does not ask, and `standard` has ten minutes for what it does.
	inProfiles: ['full'],
	shows: [
		...bySize,
		'answersOk',
		'answersFailed',
		'answersPeakMb',
		'answersKeptKb',
		'othersP50AloneUs',
		'othersP50BesideUs',
		'othersP50Ratio',
		'othersP99AloneUs',
		'othersP99BesideUs',
		'othersP99Ratio',
	],
	compares: ['answer10MbMs', 'answersPeakMb'],
	charts: [
		{ kind: 'bars', measures: bySize, title: 'Time of an answer, by its size', log: true },
		{
			kind: 'bars',
			measures: ['othersP99AloneUs', 'othersP99BesideUs'],
			title: 'p99 of small calls, alone and beside',
			log: true,
		},
	],
	answer,
	claims: [
		{
			id: 'large-answers-block',
			text: 'A large answer holds up everybody else’s small calls.',
			rule: holdsUp,
		},
	],
};

function answer(figures: Figures): string | undefined {
	const parts = figures.targets.flatMap((target) => {
		const [ms, peak] = [figures.estimate(target, 'answer10MbMs'), figures.estimate(target, 'answersPeakMb')];
		return ms && peak
			? [`${target} ${quantity(ms.value, 'ms')} and up to ${quantity(peak.value, 'MB')} of memory`]
			: [];
	});
	return parts.length === 0 ? undefined : `An answer of 10 MB takes: ${parts.join('; ')}.`;
}

/** By p99: few calls meet a large answer, and those are the ones that wait. */
function holdsUp(figures: Figures): Ruling {
	return slowedDown(figures, {
		what: 'p99 of small calls beside answers of 1 KB to 10 MB, over that alone',
		ratios: ['othersP99Ratio'],
		beside: ['othersP99AloneUs', 'othersP99BesideUs'],
	});
}
