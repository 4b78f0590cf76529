import { moreWords } from '../model/comparison-word.ts';
import type { Comparison } from '../model/finding.ts';
import { counted, duration } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import { openAtLast, type Question, questionKey, type UntilDecided } from '../model/until-decided.ts';
import { usualLevel } from '../model/verdict-rules.ts';
import { measureInfo } from './content.ts';

/** Which verdicts more repeats would decide, or did; each reporter only lays it out. */
export interface OpenVerdicts {
	readonly sentences: readonly string[];
	/** A line for each verdict: what became of those that were open after the planned repeats; or those that are, where no repeat was added. */
	readonly points: readonly string[];
	/** Where repeats were added: a line for each verdict that is open now, those that were not at first among them. */
	readonly now: readonly string[];
	/** A line for each look: what it changed. */
	readonly looks: readonly string[];
}

/** The lists with their titles, without those that are empty. */
export function openLists({
	points,
	now,
	looks,
}: OpenVerdicts): readonly { title: string; points: readonly string[] }[] {
	const isGrown = looks.length > 0 || now.length > 0;
	const lists = [
		{ title: isGrown ? 'Open after the planned repeats, and what became of it' : 'One by one', points },
		{ title: 'Open now', points: now },
		{ title: 'What each look changed', points: looks },
	];
	return lists.filter((list) => list.points.length > 0);
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
	const told = open.filter(({ moreRepeats }) => moreRepeats !== undefined);
	if (told.length === 0) return undefined;
	return {
		sentences: [
			`${open.length} of ${counted(comparisons.length, 'comparison')} are inconclusive. ${whatMoreDo(told, open.length)}; ` +
				'--until-decided adds repeats where they are needed.',
		],
		points: told
			.toSorted((a, b) => (a.moreRepeats ?? 0) - (b.moreRepeats ?? 0))
			.map((each) => `${nameOf(each)}: ${stillNeeded(each)}`),
		...{ now: [], looks: [] },
	};
}

/** `About 4 to 9 more repeats of each target would decide 2 of them; 2 more give 3 of them an interval`. */
function whatMoreDo(told: readonly Comparison[], of: number): string {
	const share = (some: readonly Comparison[]) => (some.length === of ? 'them' : `${some.length} of them`);
	const range = (some: readonly Comparison[]) => {
		const counts = some.map(({ moreRepeats = 0 }) => moreRepeats);
		const [least, most] = [Math.min(...counts), Math.max(...counts)];
		return least === most ? `${least}` : `${least} to ${most}`;
	};
	const seen = told.filter(({ ci }) => ci !== undefined);
	const bare = told.filter(({ ci }) => ci === undefined);
	return [
		...(seen.length > 0 ? [`About ${range(seen)} more repeats of each target would decide ${share(seen)}`] : []),
		...(bare.length > 0
			? [`${range(bare)} more${seen.length > 0 ? '' : ' repeats of each target'} give ${share(bare)} an interval`]
			: []),
	].join('; ');
}

function stillNeeded({ moreRepeats, ci }: Pick<Comparison, 'moreRepeats' | 'ci'>): string {
	if (moreRepeats === undefined) return 'how many more it needs cannot be told';
	return `${ci === undefined ? '' : 'about '}${moreWords(moreRepeats, ci !== undefined)}`;
}

const endings: Readonly<Record<UntilDecided['ended'], string>> = {
	decided: 'Nothing is left that more repeats could decide.',
	budget: 'What is open would have taken longer than the budget.',
	repeats: 'What is open has as many repeats as there may be, or is of a kind that more of them did not help.',
	invalid:
		'It ended early: most trials of its last block were invalid. Repeats that do not count decide nothing; what is open takes a machine with less else to do.',
	interrupted: 'It was interrupted.',
	running: 'It was ended before it was over.',
};

function grown(run: RunRecord, untilDecided: UntilDecided): OpenVerdicts {
	const { budgetMs, spentMs, ended, asked } = untilDecided;
	const budget = duration(budgetMs);
	if (asked.length === 0) {
		const said =
			ended === 'running' || ended === 'interrupted'
				? endings[ended]
				: 'After the planned repeats no verdict was open that more of them could decide.';
		return { sentences: [`--until-decided, at most ${budget}: ${said}`], points: [], now: [], looks: [] };
	}
	const all = asked.map((question) => ({ question, state: stateOf(run, question) }));
	const decided = all.filter(({ state }) => state.verdict !== 'inconclusive').length;
	const added = run.planned.length - plannedAtFirst(run);
	const later = openedLater(untilDecided);
	const stillOpen = later.filter((question) => stateOf(run, question).verdict === 'inconclusive').length;
	const more =
		later.length === 0
			? ''
			: ` ${counted(later.length, 'further verdict', 'further verdicts')} became open meanwhile, of which ${stillOpen} still ${stillOpen === 1 ? 'is' : 'are'}.`;
	return {
		sentences: [
			`--until-decided: after the planned repeats ${counted(asked.length, 'verdict was', 'verdicts were')} open. ` +
				`${counted(added, 'trial was', 'trials were')} added in ${duration(spentMs)} of at most ${budget}: ${decided} decided, ` +
				`${asked.length - decided} still open.${more} ${endings[ended]}`,
			`Whoever looks again and again finds a difference by chance some time. So one looks at numbers of repeats that are fixed beforehand, and each look has a wider interval than the last: all of them together are meant to call at most ${Math.round(100 * usualLevel)} of 100 different that are not.`,
		],
		points: all.map(({ question, state }) => pointOf(run, question, state)),
		// Where all is as it was at first, the first list says it.
		now: decided === 0 && later.length === 0 ? [] : openNow(run, [...asked, ...later]),
		looks: lookLines(run, untilDecided),
	};
}

function openNow(run: RunRecord, questions: readonly Question[]): readonly string[] {
	return questions
		.map((question) => ({ question, state: stateOf(run, question) }))
		.filter(({ state }) => state.verdict === 'inconclusive')
		.map(({ question, state }) => pointOf(run, question, state));
}

/** What became open at a later look and was not at first. */
function openedLater({ asked, looks = [] }: UntilDecided): readonly Question[] {
	const first = new Set(asked.map(questionKey));
	const later = looks.flatMap(({ opened }) => opened).filter((each) => !first.has(questionKey(each)));
	return [...new Map(later.map((each) => [questionKey(each), each])).values()];
}

/** So many verdicts are named in a line; the lists above have all. */
const mostNamed = 4;

function lookLines(run: RunRecord, { asked, looks = [] }: UntilDecided): readonly string[] {
	if (looks.length === 0) return [];
	const first = `Look 1, after the ${counted(plannedAtFirst(run), 'planned trial')}: ${asked.length} open.`;
	const further = looks.map(({ planned, closed, opened }, n) => {
		const open = openAtLast({ asked, looks: looks.slice(0, n + 1) }).length;
		const changes = [
			...(closed.length > 0 ? [`no longer open ${named(closed)}`] : []),
			...(opened.length > 0 ? [`newly open ${named(opened)}`] : []),
		];
		return `Look ${n + 2}, after ${counted(planned, 'trial')}: ${changes.join('; ') || 'nothing changed'}. ${open} open.`;
	});
	return [first, ...further];
}

function named(questions: readonly Question[]): string {
	const names = questions.slice(0, mostNamed).map(titleOf);
	const more = questions.length - names.length;
	return `${questions.length} (${names.join('; ')}${more > 0 ? `; and ${more} more` : ''})`;
}

function titleOf(question: Question): string {
	return question.of === 'finding' ? `${question.scenario}: the claim ${question.id}` : nameOf(question);
}

interface State {
	readonly verdict: string;
	/** Of a comparison that is open. */
	readonly comparison?: Comparison;
}

function stateOf({ comparisons, findings }: RunRecord, question: Question): State {
	if (question.of === 'finding') {
		const found = findings.find(({ id, scenario }) => id === question.id && scenario === question.scenario);
		return { verdict: found?.verdict ?? 'inconclusive' };
	}
	const comparison = comparisons.find((each) => isOf(each, question));
	return comparison ? { verdict: comparison.verdict, comparison } : { verdict: 'inconclusive' };
}

function isOf(comparison: Comparison, question: Question): boolean {
	if (question.of !== 'comparison') return false;
	return (['scenario', 'case', 'measure', 'a', 'b'] as const).every((key) => comparison[key] === question[key]);
}

function pointOf(run: RunRecord, question: Question, { verdict, comparison }: State): string {
	const name = titleOf(question);
	const repeats = addedRepeats(run, question);
	const after = repeats === 0 ? 'no repeat was added' : `after ${counted(repeats, 'more repeat', 'more repeats')}`;
	if (verdict !== 'inconclusive') return `${name}: ${verdict} ${after}`;
	const still = stillNeeded(comparison ?? {});
	const decides = comparison?.moreRepeats !== undefined && comparison.ci !== undefined ? ' would decide it' : '';
	return `${name}: open, ${after}; ${still}${decides}`;
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
