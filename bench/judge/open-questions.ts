import type { Comparison, Finding } from '../model/finding.ts';
import { lookAt } from '../model/looks.ts';
import type { RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { OpenQuestion } from '../model/until-decided.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { twinsOf } from './comparisons.ts';
import { figuresOf, speakersOf } from './judge.ts';
import { type Asked, figuresAtLook, repeatsOf } from './looks.ts';

/** Whether a rule that compares nothing is helped by more repeats cannot be told: it gets them so often. */
const looksWithoutRatio = 3;

/** What more repeats of a judged run may decide: its inconclusive comparisons and findings that have figures, and the arms that these are of. */
export function openQuestions(run: RunRecord, scenarios: readonly Scenario[]): readonly OpenQuestion[] {
	const isTwin = twinsOf(run);
	return [
		...run.comparisons.filter((each) => !isTwin(each)).flatMap((comparison) => openComparison(run, comparison)),
		...scenarios.flatMap((scenario) => {
			const ids = scenario.claims.map(({ id }) => id);
			const open = run.findings.filter(
				({ id, verdict, scenario: of }) => verdict === 'inconclusive' && of === scenario.id && ids.includes(id),
			);
			return open.flatMap((finding) => openFinding(run, scenario, finding));
		}),
	];
}

function openComparison(run: RunRecord, comparison: Comparison): readonly OpenQuestion[] {
	const { scenario, case: inCase, measure, a, b, verdict, ci } = comparison;
	if (verdict !== 'inconclusive') return [];
	const all = figuresOf(run, { id: scenario });
	const figures = inCase === undefined ? all : all.in(inCase);
	// A repeat without the measure stays one, and so does a lower bound: neither is for lack of repeats.
	if ([a, b].some((id) => figures.values(id, measure).length < figures.completed(id))) return [];
	const enough = Math.min(figures.completed(a), figures.completed(b)) >= repeatsForVerdict;
	// A lower bound that is on the wrong side; one that only the correction holds open is a question like any other.
	if (enough && ci && comparison.adjustedP === undefined && (ci[0] > 1 || ci[1] < 1)) return [];
	const place = inCase === undefined ? {} : { case: inCase };
	return [
		{
			question: { of: 'comparison', scenario, ...place, measure, a, b },
			arms: [a, b].map((target) => ({ ...place, target })),
		},
	];
}

function openFinding(run: RunRecord, scenario: Scenario, { id }: Finding): readonly OpenQuestion[] {
	const claim = scenario.claims.find((each) => each.id === id);
	if (!claim) return [];
	const speakers = speakersOf(run, claim);
	const figures = figuresOf(run, scenario, speakers);
	const asked: Asked[] = [];
	try {
		claim.rule(figuresAtLook(figures, run, (each) => asked.push(each)));
	} catch {
		// A broken rule is not for lack of repeats.
		return [];
	}
	const ratios = asked.filter(({ what }) => what === 'ratio');
	const deciding =
		ratios.length > 0 ? ratios : asked.filter((each) => each.hasInterval || isShort(run, scenario, each));
	const decidedBy = deciding.flatMap(({ targets, case: inCase }) =>
		targets.map((target) => ({ ...(inCase !== undefined && { case: inCase }), target })),
	);
	const spoilt = spoiltArms(run, scenario, speakers);
	const arms = [...decidedBy, ...spoilt];
	const unique = [...new Map(arms.map((arm) => [`${arm.case} ${arm.target}`, arm])).values()];
	const open =
		ratios.length > 0 && spoilt.length === 0
			? unique
			: unique.filter((arm) => {
					const repeats = repeatsOf(run.planned, scenario.id, arm.case, arm.target);
					return lookAt(repeats, plannedOf(run, scenario)) < looksWithoutRatio;
				});
	return open.length === 0 ? [] : [{ question: { of: 'finding', scenario: scenario.id, id }, arms: open }];
}

/** Too few of their repeats count because others were invalid: a rule asks nothing of an arm that has no figure. */
function spoiltArms(run: RunRecord, { id }: Scenario, speakers: readonly string[]) {
	const mine = run.trials.filter(({ scenario, target }) => scenario === id && speakers.includes(target));
	return mine.flatMap(({ state, target, case: inCase }) => {
		if (state !== 'invalid') return [];
		const completed = mine.filter(
			(each) => each.target === target && each.case === inCase && each.state === 'completed',
		);
		return completed.length < repeatsForVerdict ? [{ ...(inCase !== undefined && { case: inCase }), target }] : [];
	});
}

/** A single repeat has no interval yet. */
function isShort(run: RunRecord, scenario: Scenario, { targets, case: inCase }: Asked): boolean {
	return targets.some((target) => repeatsOf(run.planned, scenario.id, inCase, target) < repeatsForVerdict);
}

function plannedOf(run: RunRecord, { id }: Scenario): number {
	return run.scenarios.find((each) => each.id === id)?.repeats ?? 1;
}
