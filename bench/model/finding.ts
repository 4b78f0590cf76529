import type { MeasureName } from './measures.ts';

export type Verdict = 'confirmed' | 'refuted' | 'depends' | 'inconclusive';

/** Something the article, or common opinion, says; in our own words. */
export interface Claim {
	readonly id: string;
	readonly text: string;
}

/** A value over the repeats of one target, with its 95 % interval; what claims of a run that looks more than once see of it is wider. */
export interface Estimate {
	readonly value: number;
	/** Absent with fewer than two repeats, and of a time where it would say nothing. */
	readonly ci?: readonly [low: number, high: number];
	readonly repeats: number;
	/** In some repeat something other than the target ended the measurement: the true value may be higher. */
	readonly atLeast?: true;
}

export interface Evidence {
	/** Of a scenario with several cases: which. */
	readonly case?: string;
	readonly target: string;
	readonly measure: MeasureName;
	readonly value: number;
	readonly unit: string;
	readonly ci?: readonly [low: number, high: number];
	/** The true value may be higher. */
	readonly atLeast?: true;
	/** What each repeat had, the smallest first, where the interval of their mean leaves everything open: they decide, and not it. */
	readonly each?: readonly number[];
	/**
	 * The verdict hangs on it: of what holds everywhere, or nowhere, it is the place that came nearest to the opposite; of a verdict that
	 * depends there is one for each side. Of a run of before this was saved no figure has it: there the first decides.
	 */
	readonly decides?: true;
	/** What the rule compared it with, where it is not the figure that decides but the ratio. */
	readonly against?: Against;
}

/** What a figure was divided by, and what came out. */
export interface Against {
	readonly target: string;
	readonly ratio: number;
	/** 95 % interval of the ratio. */
	readonly ci?: readonly [low: number, high: number];
}

/** A claim, its verdict and the figures that carry it. */
export interface Finding {
	readonly id: string;
	readonly claim: string;
	readonly scenario: string;
	readonly verdict: Verdict;
	/** One or two sentences with the deciding figures. */
	readonly because: string;
	/** The figures behind it; those that decide come first, and are marked. */
	readonly evidence: readonly Evidence[];
	/** The part of the article that says so; absent: the article does not. */
	readonly part?: string;
	/** Of a statement of the article that no scenario decides by itself: the findings that it rests on, by id. */
	readonly restsOn?: readonly string[];
	/** No figure of this project can decide it; `because` says why. */
	readonly unmeasured?: true;
}

/**
 * `lower`/`higher`: the interval of the ratio excludes 1. `equal`: all of it lies so close to 1 that the difference is of no use. `inconclusive`:
 * neither, or there is none.
 */
export type ComparisonVerdict = 'lower' | 'higher' | 'equal' | 'inconclusive';

/** Two targets on one measure of one scenario. `ratio` is b ÷ a. */
export interface Comparison {
	readonly scenario: string;
	readonly case?: string;
	readonly measure: MeasureName;
	readonly a: string;
	readonly b: string;
	readonly ratio: number;
	/** Interval of the ratio: at 95 %, or wider where the run looks more than once (`model/looks.ts`); never corrected for the number of comparisons. Absent with fewer than two repeats. */
	readonly ci?: readonly [low: number, high: number];
	readonly verdict: ComparisonVerdict;
	/** Of an inconclusive one: about how many more repeats of each would decide it, or, without `ci`, give it an interval; absent where that cannot be told. */
	readonly moreRepeats?: number;
	/** The chance of a difference at least as clear between equals; absent where there is no interval. */
	readonly p?: number;
	/** The same, corrected for all comparisons of the run (Benjamini and Hochberg): what the verdict goes by. Absent where it was not corrected. */
	readonly adjustedP?: number;
	/** Why it is inconclusive whatever its interval says: some repeat has no figure, or the figure is a lower bound. */
	readonly lacks?: 'figures' | 'bound';
	/** A target against itself, measured in the same way: what equals differed by. Absent: not known. */
	readonly noise?: NoiseFloor;
}

/** What a target differs from itself by. */
export interface NoiseFloor {
	readonly ratio: number;
	/** Absent with fewer than two repeats. */
	readonly ci?: readonly [low: number, high: number];
	/** Absent: the A/A arm of the same scenario. Else where it is from: the id of another scenario, or `calibration`. */
	readonly from?: string;
}

/** What a scenario's rule may ask about the saved trials. */
export interface Figures {
	/** Mean over the completed repeats of a target, with its interval; undefined where nothing was measured. */
	estimate(target: string, measure: MeasureName): Estimate | undefined;
	/** The measured values, one per completed repeat that has the measure: for rules that ask whether the repeats agree. */
	values(target: string, measure: MeasureName): readonly number[];
	/** b ÷ a with its interval. */
	ratio(measure: MeasureName, a: string, b: string): Comparison | undefined;
	/**
	 * By how much the measure is higher in the case `to` than in `from`, of the repeats that have both: cases side by side are paired, so
	 * that what disturbed one disturbed the other. Undefined where no repeat has both.
	 */
	added(target: string, measure: MeasureName, from: string, to: string): Estimate | undefined;
	/** The estimate as a line of evidence. */
	evidence(target: string, measure: MeasureName): Evidence[];
	/** How many clients the scenario held at most. */
	readonly sessions: number;
	/** The ids of the targets that have completed trials of this scenario, or of this case. */
	readonly targets: readonly string[];
	/** The ids of the scenario's cases that were planned; empty where it has none. */
	readonly cases: readonly string[];
	/** The figures of one case. Those of a scenario with cases are all in them: outside nothing is measured. */
	in(caseId: string): Figures;
}

/** What a rule decides; the claim's text and id are added by the judge. */
export interface Ruling {
	readonly verdict: Verdict;
	readonly because: string;
	/** What decides is marked, by `decidedBy`. */
	readonly evidence: readonly Evidence[];
}

const placeOf = ({ case: inCase = '', target, measure }: Evidence): string => JSON.stringify([inCase, target, measure]);

/** The evidence of a ruling: what decides, marked, and then whatever else carries it. */
export function decidedBy(deciding: readonly Evidence[], evidence: readonly Evidence[]): readonly Evidence[] {
	const marked = new Map(deciding.map((line) => [placeOf(line), { ...line, decides: true as const }]));
	return [...marked.values(), ...evidence.filter((line) => !marked.has(placeOf(line)))];
}
