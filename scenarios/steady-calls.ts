import { decidedBy, type Figures, type Ruling } from '../bench/model/finding.ts';
import { constantRate } from '../bench/model/load.ts';
import { ratio as times } from '../bench/model/quantity.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';
import { comparedLine } from './words.ts';

function size(sessions: number, perS: number, forMs: number, repeats: number): Size {
	const load = { kind: 'open', sessions, rate: constantRate(perS, forMs), arrivals: 'poisson' } as const;
	return { load, warmMs: Math.min(800, forMs / 2), faults: [], repeats };
}

/** Two transports whose cost per call differs by less than this are called equal. */
const equalWithin = 0.1;

export const steadyCalls: Scenario = {
	id: 'steady-calls',
	title: 'Steady calls',
	question: 'At the same offered load, what does a call cost in time and in server CPU?',
	method:
		'Every target is offered the same calls at the same instants: Poisson arrivals at one rate for all, each taken by a ' +
		'free session. Latency counts from the instant a call was due, so that a late generator or a busy target shows; service ' +
		'time, from sent to answered, stands beside it. Every answer’s id and content are checked.',
	needs: [],
	arms: (targets, profile) => [
		...pick(targets, 'sse', 'stateful', 'stateless', 'modern'),
		...(profile === 'smoke' ? [] : sdkArms(targets, profile)),
	],
	sizes: {
		smoke: size(50, 500, 800, 1),
		// A rate that the slowest SDK server still keeps up with.
		standard: size(200, 500, 1300, 3),
		full: size(200, 500, 30_000, 5),
	},
	shows: [
		'p50Us',
		'p90Us',
		'p99Us',
		'p999Us',
		'maxUs',
		'serviceP50Us',
		'serviceP99Us',
		'cpuUsPerCall',
		'callsOk',
		'callsFailed',
		'callsUnknown',
		'callsDropped',
		'lagP99Us',
		'queuedPeak',
		'generatorBusyShare',
	],
	compares: ['p50Us', 'p99Us', 'cpuUsPerCall'],
	againIn: ['smoke', 'standard', 'full'],
	charts: [
		{ kind: 'percentiles', title: 'Latency from due, by percentile' },
		{ kind: 'bars', measures: ['p50Us', 'p99Us', 'p999Us'], title: 'Latency from due', log: true },
		{ kind: 'bars', measures: ['cpuUsPerCall'], title: 'Server CPU per call' },
	],
	claims: [
		{
			id: 'call-cost',
			text: 'For plain calls the choice of transport makes no difference to the server: a call costs the same CPU time.',
			rule: callCost,
		},
	],
};

function callCost(figures: Figures): Ruling {
	const others = figures.targets.filter((target) => target !== 'sse');
	const all = figures.targets.flatMap((target) => [
		...figures.evidence(target, 'cpuUsPerCall'),
		...figures.evidence(target, 'p50Us'),
	]);
	const ratios = others.flatMap((target) => {
		const found = figures.ratio('cpuUsPerCall', 'sse', target);
		return found?.ci ? [{ target, found, ratio: found.ratio, low: found.ci[0], high: found.ci[1] }] : [];
	});
	const farthest = (list: typeof ratios) =>
		list
			.toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
			.slice(0, 1)
			.flatMap(({ found }) => comparedLine(figures, found));
	if (ratios.length === 0)
		return {
			verdict: 'inconclusive',
			because: 'There are not enough repeats of sse and another target for an interval.',
			evidence: all,
		};
	const say = (list: typeof ratios) =>
		list.map(({ target, ratio, low, high }) => `${target} ${times(ratio, [low, high])}`).join(', ');
	const different = ratios.filter(({ low, high }) => low > 1 + equalWithin || high < 1 - equalWithin);
	const equal = ratios.filter(({ low, high }) => low >= 1 - equalWithin && high <= 1 + equalWithin);
	const evidence = decidedBy(farthest(different.length > 0 ? different : ratios), all);
	if (different.length > 0) {
		return { verdict: 'refuted', because: `Server CPU per call against sse: ${say(ratios)}.`, evidence };
	}
	if (equal.length === others.length) {
		return { verdict: 'confirmed', because: `Server CPU per call within 10 % of sse: ${say(ratios)}.`, evidence };
	}
	return {
		verdict: 'inconclusive',
		because: `The intervals do not decide: ${say(ratios)} of sse’s CPU per call.`,
		evidence,
	};
}
