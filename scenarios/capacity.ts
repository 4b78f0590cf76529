import type { Figures, Ruling } from '../bench/model/finding.ts';
import { defaultObjective } from '../bench/model/objective.ts';
import { ratio as times } from '../bench/model/quantity.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';
import { comparedLine, rulingsOn } from './words.ts';

interface Search {
	readonly from: number;
	readonly most: number;
	readonly resolution: number;
	readonly stepWarmMs: number;
	readonly stepMs: number;
	readonly ceilingMs: number;
	readonly repeats: number;
	readonly warmMs: number;
}

function size({ repeats, warmMs, ...search }: Search): Size {
	const bounds = { mostSteps: 40, sessions: 64, objective: defaultObjective } as const;
	return { load: { kind: 'search', of: 'rate', ...bounds, ...search }, warmMs, faults: [], repeats };
}

export const capacity: Scenario = {
	id: 'capacity',
	title: 'Capacity',
	question: 'How many calls per second can one server take before its clients notice?',
	method:
		'One server process is called as fast as it answers until it is warm. Then Poisson arrivals are offered at ever higher rates, then at rates between the highest that met ' +
		'the objective and the lowest that did not, until the two are close. A rate counts as missed only when it was tried ' +
		'twice undisturbed by other programs. Latency counts from due, waits for a free session included. Then autocannon ' +
		'asks the same server in a closed loop with as many connections as there were sessions: each asks again once it was ' +
		'answered. Every repeat is a fresh process and begins at another rate.',
	needs: [],
	arms: (targets, profile) => [
		...pick(targets, 'sse', 'stateful', 'stateless', 'modern'),
		...(profile === 'full' ? sdkArms(targets, profile) : []),
	],
	sizes: {
		smoke: size({
			from: 400,
			most: 12_000,
			resolution: 1.25,
			stepWarmMs: 150,
			stepMs: 500,
			ceilingMs: 1000,
			repeats: 1,
			warmMs: 500,
		}),
		standard: size({
			from: 500,
			most: 150_000,
			resolution: 1.1,
			stepWarmMs: 300,
			stepMs: 1000,
			ceilingMs: 2000,
			repeats: 3,
			warmMs: 2000,
		}),
		full: size({
			from: 250,
			most: 150_000,
			resolution: 1.05,
			stepWarmMs: 300,
			stepMs: 2000,
			ceilingMs: 3000,
			repeats: 5,
			warmMs: 3000,
		}),
	},
	inProfiles: ['full'],
	shows: ['capacityPerS', 'p99AtCapacityUs', 'ceilingPerS', 'ceilingClientCpuShare', 'ceilingTargetCpuShare'],
	compares: ['capacityPerS', 'ceilingPerS'],
	charts: [
		{ kind: 'knee', title: 'Latency over offered rate' },
		{ kind: 'bars', measures: ['capacityPerS', 'ceilingPerS'], title: 'Capacity and closed-loop ceiling' },
	],
	claims: [
		{
			id: 'capacity-streamable',
			text: 'Streamable HTTP scales better: one server process takes more calls per second than with SSE.',
			rule: streamableTakesMore,
		},
	],
};

/** What the search and its repeats cannot tell apart is no difference. */
const equalWithin = 0.1;

function streamableTakesMore(figures: Figures): Ruling {
	const others = figures.targets.filter((target) => !target.startsWith('sse'));
	const evidence = figures.targets.flatMap((target) => figures.evidence(target, 'capacityPerS'));
	const sse = figures.estimate('sse', 'capacityPerS');
	const read = others.flatMap((target) => {
		const ratio = figures.ratio('capacityPerS', 'sse', target);
		if (!ratio?.ci) return [];
		const isBound = figures.estimate(target, 'capacityPerS')?.atLeast === true;
		// A lower bound of the one may speak for more, a lower bound of the other against it; not the other way round.
		const more = ratio.ci[0] > 1 + equalWithin && sse?.atLeast !== true;
		const notMore = ratio.ci[1] < 1 + equalWithin && !isBound;
		return [
			{ found: ratio, more, notMore, text: `${target} ${isBound ? 'at least ' : ''}${times(ratio.ratio, ratio.ci)}` },
		];
	});
	const by = rulingsOn(evidence);
	if (!sse || read.length === 0)
		return by('inconclusive', 'There are not enough repeats of sse and another target for an interval.');
	const because = `Calls per second within the objective against sse: ${read.map(({ text }) => text).join(', ')}.`;
	const ranked = read.toSorted((a, b) => a.found.ratio - b.found.ratio);
	const lineOf = (one: (typeof read)[number] | undefined) => (one ? comparedLine(figures, one.found) : []);
	const more = ranked.filter((each) => each.more);
	const notMore = ranked.filter((each) => each.notMore);
	if (more.length === others.length) return by('confirmed', because, lineOf(more[0]));
	if (notMore.length === others.length) return by('refuted', because, lineOf(notMore.at(-1)));
	if (more.length > 0 && notMore.length > 0) return by('depends', because, lineOf(more.at(-1)), lineOf(notMore[0]));
	const open = ranked.filter((each) => !each.more && !each.notMore);
	return by('inconclusive', `The intervals do not decide. ${because}`, lineOf(open.at(-1) ?? ranked.at(-1)));
}
