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
	 * more do not help. `interrupted`: by the user, or because the run broke. `running` while it is under way.
	 */
	readonly ended: 'running' | 'decided' | 'budget' | 'repeats' | 'interrupted';
	/** What was open after the planned repeats. Whether it still is, say the comparisons and findings themselves. */
	readonly asked: readonly Question[];
}
