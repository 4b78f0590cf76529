import type { Figures } from '../bench/model/finding.ts';
import { enumerated, ratio } from '../bench/model/quantity.ts';
import { worksFrom } from '../bench/model/serverless-measures.ts';
import { type Arm, armsOf, fullInstances } from './serverless-fates.ts';
import { defaultFactor, hourFactor } from './serverless-time.ts';

/** Where a transport may work or not: a platform in one of the cases. */
const settings = [
	{ where: 'AWS Lambda', prefix: 'lambda-', caseId: 'hour' },
	{ where: 'Cloud Run with a time-out of 3600 s', prefix: 'cloud-run-', caseId: 'hour' },
	{ where: 'Cloud Run with the 300 s that it comes with', prefix: 'cloud-run-', caseId: 'default-timeout' },
	{ where: `Cloud Run ${fullInstances}`, prefix: 'cloud-run-', caseId: 'scaled-out' },
	{ where: 'workerd', prefix: 'workerd-', caseId: 'workers' },
] as const;

/** Which transports work on which platform, and what those that work cost beside each other; undefined where none was on one. */
export function serverlessAnswer(all: Figures): readonly string[] | undefined {
	const sentences = settings.flatMap(({ where, prefix, caseId }) => {
		const figures = all.in(caseId);
		const arms = armsOf(
			figures,
			figures.targets.filter((id) => id.startsWith(prefix)),
		);
		return arms.length === 0 ? [] : [`On ${where} ${fatesInWords(figures, arms, prefix)}.`];
	});
	if (sentences.length === 0) return undefined;
	return [
		...sentences,
		`Works: at least ${worksFrom} % of the calls were answered. In brackets: the price of 1000 session-hours beside the cheapest ` +
			`that works there, where its interval spans no more than tenfold; streams share instances of Cloud Run, 80 each, and calls share none, so that they cost so much at most. Emulated limits, time ÷${hourFactor}, with 300 s ÷${defaultFactor}, on workerd only the pace.`,
	];
}

function fatesInWords(figures: Figures, arms: readonly Arm[], prefix: string): string {
	const named = (fate: Arm['fate']) =>
		arms.flatMap((arm) => (arm.fate === fate ? [arm.target.slice(prefix.length)] : []));
	const [breaking, undecided] = [named('breaks'), named('undecided')];
	const working = workingByPrice(figures, arms).map(({ target, times }) => target.slice(prefix.length) + times);
	const parts = [
		...(working.length > 0 ? [`it works with ${enumerated(working)}`] : []),
		...(breaking.length > 0
			? [`${working.length > 0 ? 'not with' : 'it does not work with'} ${enumerated(breaking)}`]
			: []),
	];
	// Apart from the others: in one row with them it would read as one list.
	const open = undecided.length > 0 ? [`undecided: ${enumerated(undecided)}`] : [];
	return [parts.join(', '), ...open].filter(Boolean).join('; ');
}

/** The cheapest first; those without a price as they came. One alone is no multiple of anything. */
function workingByPrice(figures: Figures, arms: readonly Arm[]) {
	const priced = arms
		.filter(({ fate }) => fate === 'works')
		.map(({ target }) => ({ target, usd: figures.estimate(target, 'usdPer1000SessionHours') }))
		.sort((a, b) => (a.usd?.value ?? 0) - (b.usd?.value ?? 0));
	const [cheapest, ...others] = priced.filter(({ usd }) => usd);
	return priced.map(({ target, usd }) => {
		if (!usd || !cheapest || others.length === 0) return { target, times: '' };
		const isCheapest = target === cheapest.target;
		return {
			target,
			times: isCheapest ? ' (the cheapest)' : multipleOf(figures, cheapest.target, target, usd.atLeast),
		};
	});
}

/** An interval that spans more than this says of a multiple not even its order. */
const widest = 10;

/** ` (1.25× [1.10, 1.42])`; empty where nothing is known of how many times as much it is. */
function multipleOf(figures: Figures, cheapest: string, target: string, isBound = false): string {
	const found = figures.ratio('usdPer1000SessionHours', cheapest, target);
	if (!found || found.lacks === 'figures') return '';
	if (isBound) return ` (≥ ${ratio(found.ratio)})`;
	return found.ci && found.ci[1] <= found.ci[0] * widest ? ` (${ratio(found.ratio, found.ci)})` : '';
}
