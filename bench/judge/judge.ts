import type { Comparison, Finding } from '../model/finding.ts';
import { counted } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import type { JudgedClaim, Scenario } from '../model/scenario.ts';
import { isPlainReference, type Target } from '../model/target.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { TrialFigures } from './figures.ts';
import { atLookOf, figuresAtLook, type Looked } from './looks.ts';

/** Whatever is said of a run is said of these: a twin only shows what equals differ by. */
export function withoutTwins<T extends Pick<Target, 'twinOf'>>(targets: readonly T[]): readonly T[] {
	return targets.filter(({ twinOf }) => twinOf === undefined);
}

/** The figures of a scenario of a run, over these targets, or all but twins. */
export function figuresOf(
	run: RunRecord,
	scenario: Pick<Scenario, 'id'>,
	order: readonly string[] = withoutTwins(run.targets).map(({ id }) => id),
): TrialFigures {
	const record = run.scenarios.find(({ id }) => id === scenario.id);
	const { sessions = 0, cases, platforms } = record ?? {};
	return new TrialFigures({
		...{ scenario: scenario.id, sessions, order, trials: run.trials },
		...(cases && { cases }),
		...(platforms && { platforms }),
	});
}

/** The figures of every case; those of a scenario without cases are the only ones. */
export function byCase(figures: TrialFigures): readonly TrialFigures[] {
	return figures.cases.length === 0 ? [figures] : figures.cases.map((id) => figures.in(id));
}

/**
 * What a target is measured against. A reference server: the first of them, so that the ratio is the transport's. Any
 * other: the reference server of the same transport, so that the ratio is the implementation's.
 */
function comparedWith(target: Target, targets: readonly Target[]): string | undefined {
	if (target.twinOf !== undefined) return targets.find(({ id }) => id === target.twinOf)?.id;
	const references = targets.filter(isPlainReference);
	if (!isPlainReference(target)) return references.find(({ id }) => id === (target.reference ?? target.transport))?.id;
	return references[0]?.id === target.id ? undefined : references[0]?.id;
}

/** Every target of a scenario against another, on the measures that the scenario compares; twins last. */
export function compared(run: RunRecord, scenario: Scenario): readonly Looked[] {
	const all = run.targets.map(({ id }) => id);
	return byCase(figuresOf(run, scenario, all)).flatMap((figures) => {
		const targets = run.targets.filter(({ id }) => figures.targets.includes(id));
		const ordered = [...withoutTwins(targets), ...targets.filter(({ twinOf }) => twinOf !== undefined)];
		return scenario.compares.flatMap((measure) =>
			ordered.flatMap((target): readonly Looked[] => {
				const against = comparedWith(target, targets);
				const comparison = against && figures.ratio(measure, against, target.id);
				return comparison ? [atLookOf(run, comparison, figures)] : [];
			}),
		);
	});
}

/** The comparisons of a scenario by themselves: not corrected for those of others. */
export function compare(run: RunRecord, scenario: Scenario): Comparison[] {
	return compared(run, scenario).map(({ comparison }) => comparison);
}

/**
 * Puts every claim of a scenario to its rule. Most claims are about transports, so only the reference servers speak to them:
 * an SDK's or a user's server says as much about its implementation. Those about implementations are the SDKs' to answer. A claim
 * that names its targets is theirs alone: what failed elsewhere takes nothing from it.
 */
export function findings(run: RunRecord, scenario: Scenario): Finding[] {
	return scenario.claims.flatMap((claim) => finding(run, scenario, claim) ?? []);
}

function speaksTo({ about = 'transports', targets }: JudgedClaim, target: Target): boolean {
	if (target.twinOf !== undefined) return false;
	if (targets) return targets.includes(target.id);
	if (about === 'transports') return isPlainReference(target);
	return target.implementation === 'sdk1' || target.implementation === 'sdk2';
}

/** The ids of the targets that speak to a claim. */
export function speakersOf(run: RunRecord, claim: JudgedClaim): readonly string[] {
	return run.targets.filter((target) => speaksTo(claim, target)).map(({ id }) => id);
}

/**
 * Too few repeats are inconclusive whatever the figures say, and a rule that fails is inconclusive too: a broken checker must
 * not decide. Undefined where nobody was to speak.
 */
function finding(run: RunRecord, scenario: Scenario, claim: JudgedClaim): Finding | undefined {
	const speaking = speakersOf(run, claim);
	const figures = figuresOf(run, scenario, speaking);
	const ran = run.planned.filter((trial) => trial.scenario === scenario.id && speaking.includes(trial.target));
	if (ran.length === 0) return undefined;
	const completed = ran.map((trial) =>
		(trial.case === undefined ? figures : figures.in(trial.case)).completed(trial.target),
	);
	const fewest = Math.min(...completed);
	const { repeats = repeatsForVerdict } = claim;
	const base = { id: claim.id, claim: claim.text, scenario: scenario.id };
	try {
		if (figures.targets.length === 0) {
			const because = `No trial of it was completed: ${counted(repeats, 'repeat')} ${repeats === 1 ? 'is' : 'are'} needed.`;
			return { ...base, verdict: 'inconclusive', because, evidence: [] };
		}
		const ruling = claim.rule(figuresAtLook(figures, run));
		if (fewest >= repeats) return { ...base, ...ruling };
		const missing = repeats - fewest;
		const because = `Only ${fewest} of ${repeats} repeats: ${missing} more needed. So far: ${ruling.because}`;
		return { ...base, ...ruling, verdict: 'inconclusive', because };
	} catch (error) {
		const because = `The rule for this claim failed: ${(error as Error).message}`;
		return { ...base, verdict: 'inconclusive', because, evidence: [] };
	}
}
