import type { MeasureName } from './measures.ts';

/** A verdict that repeats may decide: of a comparison, or of a claim. */
export type Question =
	| {
			readonly of: 'comparison';
			readonly scenario: string;
			readonly case?: string;
			readonly measure: MeasureName;
			readonly a: string;
			readonly b: string;
	  }
	| { readonly of: 'finding'; readonly scenario: string; readonly id: string };

/** A question that the repeats so far leave open, and whose repeats may help. */
export interface OpenQuestion {
	readonly question: Question;
	/** The arms whose figures decide it, and in which case. */
	readonly arms: readonly { readonly case?: string; readonly target: string }[];
}

/** What became of a run that adds repeats while verdicts are open (`--until-decided`). */
export interface UntilDecided {
	/** How long the added repeats might take together. */
	readonly budgetMs: number;
	readonly spentMs: number;
	/**
	 * `decided`: nothing is open any more. `budget`: what is open would have taken longer. `repeats`: what is open has as many as there may be, or
	 * more do not help. `invalid`: the machine was too busy, so that most trials of a block were invalid. `interrupted`: by the user, or because the run broke. `running` while it is under way.
	 */
	readonly ended: 'running' | 'decided' | 'budget' | 'repeats' | 'invalid' | 'interrupted';
	/** What was open after the planned repeats. Whether it still is, say the comparisons and findings themselves. */
	readonly asked: readonly Question[];
	/** What each further look changed, in their order; the last may have come on the way to a size. Absent in older runs. */
	readonly looks?: readonly LookRecord[];
}

/** What was found otherwise than at the look before. */
export interface LookRecord {
	/** How many trials were planned by then, the added ones included. */
	readonly planned: number;
	/** Open before, and now no question any more that repeats may decide. */
	readonly closed: readonly Question[];
	/** Open now, and not before: decided by figures that further repeats did not bear out, or that the correction for many takes back. */
	readonly opened: readonly Question[];
}

/** What tells a question from all others of a run. */
export function questionKey(question: Question): string {
	const { scenario } = question;
	return question.of === 'finding'
		? JSON.stringify([scenario, question.id])
		: JSON.stringify([scenario, question.case ?? '', question.measure, question.a, question.b]);
}

/** What differs between what is open at two looks. */
export function changesOf(
	before: readonly Question[],
	after: readonly Question[],
): Pick<LookRecord, 'closed' | 'opened'> {
	const [was, is] = [before, after].map((all) => new Set(all.map(questionKey)));
	return {
		closed: before.filter((each) => !is?.has(questionKey(each))),
		opened: after.filter((each) => !was?.has(questionKey(each))),
	};
}

/** What was open at the last look. */
export function openAtLast({ asked, looks = [] }: Pick<UntilDecided, 'asked' | 'looks'>): readonly Question[] {
	const open = new Map(asked.map((each) => [questionKey(each), each]));
	for (const { closed, opened } of looks) {
		for (const each of closed) open.delete(questionKey(each));
		for (const each of opened) open.set(questionKey(each), each);
	}
	return [...open.values()];
}
