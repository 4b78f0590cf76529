import type { Comparison } from '../model/finding.ts';
import { counted, duration } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import type { Question, UntilDecided } from '../model/until-decided.ts';
import { measureInfo } from './content.ts';

/** Which verdicts more repeats would decide, or did; each reporter only lays it out. */
export interface OpenVerdicts {
	readonly sentences: readonly string[];
	/** A line for each verdict. */
	readonly points: readonly string[];
}

export const openTitle = 'Open verdicts';

/** Undefined where every verdict is decided and none had to be. */
export function openVerdicts(run: RunRecord): OpenVerdicts | undefined {
	return run.untilDecided ? grown(run, run.untilDecided) : unasked(run);
}

function unasked({ comparisons: all, targets }: RunRecord): OpenVerdicts | undefined {
	const twins = new Set(targets.filter(({ twinOf }) => twinOf !== undefined).map(({ id }) => id));
	const comparisons = all.filter(({ b }) => !twins.has(b));
	const open = comparisons.filter(({ verdict }) => verdict === 'inconclusive');
	const told = open.flatMap((each) => (each.moreRepeats === undefined ? [] : [each.moreRepeats]));
	if (told.length === 0) return undefined;
	const [least, most] = [Math.min(...told), Math.max(...told)];
	const range = least === most ? `About ${least}` : `About ${least} to ${most}`;
	return {
		sentences: [
			`${open.length} of ${counted(comparisons.length, 'comparison')} are inconclusive. ${range} more repeats of each target would decide ` +
				`${told.length === open.length ? 'them' : `${told.length} of them`}; --until-decided adds repeats where they are needed.`,
		],
		points: open
			.filter(({ moreRepeats }) => moreRepeats !== undefined)
			.toSorted((a, b) => (a.moreRepeats ?? 0) - (b.moreRepeats ?? 0))
			.map((each) => `${nameOf(each)}: about ${each.moreRepeats} more`),
	};
}

const endings: Readonly<Record<UntilDecided['ended'], string>> = {
	decided: 'Nothing is left that more repeats could decide.',
	budget: 'What is open would have taken longer than the budget.',
	repeats: 'What is open has as many repeats as there may be, or is of a kind that more of them did not help.',
	interrupted: 'It was interrupted.',
	running: 'It was ended before it was over.',
};

function grown(run: RunRecord, { budgetMs, spentMs, ended, asked }: UntilDecided): OpenVerdicts {
	const budget = duration(budgetMs);
	if (asked.length === 0) {
		const said =
			ended === 'running' || ended === 'interrupted'
				? endings[ended]
				: 'After the planned repeats no verdict was open that more of them could decide.';
		return { sentences: [`--until-decided, at most ${budget}: ${said}`], points: [] };
	}
	const all = asked.map((question) => ({ question, state: stateOf(run, question) }));
	const decided = all.filter(({ state }) => state.verdict !== 'inconclusive').length;
	const added = run.planned.length - plannedAtFirst(run);
	return {
		sentences: [
			`--until-decided: after the planned repeats ${counted(asked.length, 'verdict was', 'verdicts were')} open. ` +
				`${counted(added, 'trial was', 'trials were')} added in ${duration(spentMs)} of at most ${budget}: ${decided} decided, ` +
				`${asked.length - decided} still open. ${endings[ended]}`,
			'Whoever looks again and again finds a difference by chance some time. So one looks at numbers of repeats that are fixed beforehand, and each look has a wider interval than the last: all of them together are meant to call at most 5 of 100 different that are not.',
		],
		points: all.map(({ question, state }) => pointOf(run, question, state)),
	};
}

interface State {
	readonly verdict: string;
	readonly moreRepeats?: number;
}

function stateOf({ comparisons, findings }: RunRecord, question: Question): State {
	const found =
		question.of === 'finding'
			? findings.find(({ id, scenario }) => id === question.id && scenario === question.scenario)
			: comparisons.find((each) => isOf(each, question));
	if (!found) return { verdict: 'inconclusive' };
	const more = 'moreRepeats' in found ? found.moreRepeats : undefined;
	return { verdict: found.verdict, ...(more !== undefined && { moreRepeats: more }) };
}

function isOf(comparison: Comparison, question: Question): boolean {
	if (question.of !== 'comparison') return false;
	return (['scenario', 'case', 'measure', 'a', 'b'] as const).every((key) => comparison[key] === question[key]);
}

function pointOf(run: RunRecord, question: Question, { verdict, moreRepeats }: State): string {
	const name = question.of === 'finding' ? `${question.scenario}: the claim ${question.id}` : nameOf(question);
	const repeats = addedRepeats(run, question);
	const after = repeats === 0 ? 'no repeat was added' : `after ${counted(repeats, 'more repeat', 'more repeats')}`;
	if (verdict !== 'inconclusive') return `${name}: ${verdict} ${after}`;
	const still =
		moreRepeats === undefined ? 'how many more it needs cannot be told' : `about ${moreRepeats} more would decide it`;
	return `${name}: open, ${after}; ${still}`;
}

function nameOf({
	scenario,
	case: inCase,
	measure,
	a,
	b,
}: Pick<Comparison, 'scenario' | 'case' | 'measure' | 'a' | 'b'>): string {
	return `${scenario}${inCase === undefined ? '' : ` (${inCase})`}: ${measureInfo(measure).title}, ${b} against ${a}`;
}

/** How many repeats the arms of a question got beyond the planned ones: of a comparison the arm with fewer, of a claim the one with most. */
function addedRepeats({ planned, scenarios }: RunRecord, question: Question): number {
	const mine = planned.filter(({ scenario }) => scenario === question.scenario);
	const before = scenarios.find(({ id }) => id === question.scenario)?.repeats ?? 0;
	if (question.of === 'finding') {
		const counts = Map.groupBy(mine, ({ target, case: inCase }) => `${target} ${inCase}`);
		return Math.max(0, ...[...counts.values()].map(({ length }) => length)) - before;
	}
	const countOf = (target: string) =>
		mine.filter((trial) => trial.target === target && trial.case === question.case).length;
	return Math.max(0, Math.min(countOf(question.a), countOf(question.b)) - before);
}

/** Repeats that were added are numbered after the planned ones. */
function plannedAtFirst({ planned, scenarios }: RunRecord): number {
	const repeats = new Map(scenarios.map((each) => [each.id, each.repeats]));
	return planned.filter(({ scenario, repeat }) => repeat <= (repeats.get(scenario) ?? 0)).length;
}
