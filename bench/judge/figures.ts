import { mean } from 'simple-statistics';
import type { Comparison, Estimate, Evidence, Figures } from '../model/finding.ts';
import { differsByFactors, isShareOfWhole, mayBeBelowZero } from '../model/measure-kinds.ts';
import { type MeasureInfo, type MeasureName, measures } from '../model/measures.ts';
import type { PlatformProfile } from '../model/platform.ts';
import type { CaseRecord } from '../model/run.ts';
import { limitNotMetS, whileWatched } from '../model/survival.ts';
import type { TrialResult } from '../model/trial.ts';
import { repeatsForVerdict } from '../model/verdict-rules.ts';
import { geometricMeanWithInterval, meanWithInterval } from './fit.ts';
import { compareSamples } from './verdict.ts';

type Completed = Extract<TrialResult, { state: 'completed' }>;

/** What figures are made of. */
export interface FiguresOf {
	readonly scenario: string;
	/** How many clients it held at most. */
	readonly sessions: number;
	/** The order of the arms, for tables and sentences; others are left out. */
	readonly order: readonly string[];
	/** Of the whole run. */
	readonly trials: readonly TrialResult[];
	/** The cases that were planned. */
	readonly cases?: readonly CaseRecord[];
	/** Those that the cases stood behind. */
	readonly platforms?: readonly PlatformProfile[];
	/** The one that is looked at. */
	readonly case?: string;
	/** The one that this case stood behind. */
	readonly platform?: PlatformProfile;
}

/**
 * Whether a target answered too few calls for a measure to be asked of it, such as a price.
 * @param shares of the calls that were answered, in percent, one per completed repeat; without any nothing is withheld
 */
export function answersTooFew(measure: MeasureName, shares: readonly number[]): boolean {
	const { needsOkShare = 0 }: MeasureInfo = measures[measure];
	return shares.length > 0 && mean([...shares]) < needsOkShare;
}

/** The figures of one scenario, or of one of its cases, over the completed trials of a run. */
export class TrialFigures implements Figures {
	readonly scenario: string;
	readonly sessions: number;
	readonly targets: readonly string[];
	readonly cases: readonly string[];
	readonly #record: FiguresOf;
	/** The completed trials of the case. */
	readonly #trials: readonly Completed[];
	/** All of the scenario, by case: with hundreds of cases each must not look through the others'. */
	readonly #byCase: ReadonlyMap<string | undefined, readonly Completed[]>;
	readonly #asked = new Map<string, TrialFigures>();

	constructor(record: FiguresOf) {
		const { scenario, sessions, order, trials, cases = [] } = record;
		this.scenario = scenario;
		this.sessions = sessions;
		this.cases = cases.map(({ id }) => id);
		this.#record = record;
		const completed = trials
			.filter((trial) => trial.scenario === scenario)
			.filter((trial) => trial.state === 'completed');
		this.#byCase = Map.groupBy(completed, (trial) => trial.case);
		this.#trials = this.#byCase.get(record.case) ?? [];
		const ran = new Set((record.case === undefined ? completed : this.#trials).map(({ target }) => target));
		this.targets = order.filter((id) => ran.has(id));
	}

	in(caseId: string): TrialFigures {
		const asked = this.#asked.get(caseId);
		if (asked) return asked;
		const { cases = [], platforms = [] } = this.#record;
		const found = cases.find(({ id }) => id === caseId);
		const platform = platforms.find(({ id }) => id === found?.platform);
		const trials = this.#byCase.get(caseId) ?? [];
		const inside = new TrialFigures({
			...this.#record,
			...{ case: caseId, sessions: found?.sessions ?? this.sessions, trials, cases: [] },
			...(platform && { platform }),
		});
		this.#asked.set(caseId, inside);
		return inside;
	}

	completed(target: string): number {
		return this.#trials.filter((trial) => trial.target === target).length;
	}

	/** The measured values, one per completed repeat that has the measure; none where too few calls were answered for it. */
	values(target: string, measure: MeasureName): number[] {
		const needsCalls = (measures[measure] as MeasureInfo).needsOkShare !== undefined;
		if (needsCalls && answersTooFew(measure, this.values(target, 'callsOkShare'))) return [];
		const { missing }: MeasureInfo = measures[measure];
		const found = this.#found(target, measure);
		return missing === 'unknown' && found.length < this.completed(target) ? [] : found;
	}

	#found(target: string, measure: MeasureName): number[] {
		return this.#trials.flatMap((trial) => {
			const found = trial.target === target ? trial.measures[measure] : undefined;
			return found ? [found.value] : [];
		});
	}

	/** One measure ÷ another, one for each completed repeat that has both: what a repeat lacks must not shift the pairs of the others. */
	quotients(target: string, above: MeasureName, below: MeasureName): number[] {
		if ([above, below].some((measure) => this.values(target, measure).length === 0)) return [];
		return this.#trials.flatMap((trial) => {
			const [over, under] = [trial.measures[above], trial.measures[below]];
			return trial.target === target && over && under ? [over.value / under.value] : [];
		});
	}

	#isLowerBound(target: string, measure: MeasureName): boolean {
		const { missing }: MeasureInfo = measures[measure];
		if (missing === 'longer' && this.#found(target, measure).length < this.completed(target)) return true;
		return this.#trials.some((trial) => trial.target === target && trial.measures[measure]?.atLeast === true);
	}

	/** What a comparison or a line of evidence says of its place. */
	get #place(): { readonly case?: string } {
		return this.#record.case === undefined ? {} : { case: this.#record.case };
	}

	estimate(target: string, measure: MeasureName): Estimate | undefined {
		const values = this.values(target, measure);
		if (values.length === 0) return undefined;
		const bound = this.#isLowerBound(target, measure) ? { atLeast: true as const } : {};
		const over = this.#withinTrials(target, measure) ?? overRepeats(values, measure);
		return { ...over, repeats: values.length, ...bound };
	}

	/** Of a slope with an interval of its own in every trial, for as long as the repeats are too few to tell how they differ. */
	#withinTrials(target: string, measure: MeasureName): { value: number; ci: readonly [number, number] } | undefined {
		const { slopeWithin }: MeasureInfo = measures[measure];
		if (!slopeWithin) return undefined;
		const found = this.#trials.flatMap((trial) => (trial.target === target ? (trial.measures[measure] ?? []) : []));
		const halves = found.flatMap(({ ci }) => (ci ? [(ci[1] - ci[0]) / 2] : []));
		if (found.length === 0 || found.length >= repeatsForVerdict || halves.length < found.length) return undefined;
		const value = mean(found.map((each) => each.value));
		const half = Math.hypot(...halves) / found.length;
		return { value, ci: [value - half, value + half] };
	}

	/** The limit, in seconds, before which the watch of this case ended, where the measure could have changed at it. */
	limitNotMetS(target: string, measure: MeasureName): number | undefined {
		const { platform } = this.#record;
		return platform && whileWatched.includes(measure) ? limitNotMetS(this, target, platform) : undefined;
	}

	ratio(measure: MeasureName, a: string, b: string): Comparison | undefined {
		const found = compareSamples(this.values(a, measure), this.values(b, measure));
		if (!found) return undefined;
		const { ratio, ci, p, verdict: read, moreRepeats } = found;
		const base = { scenario: this.scenario, ...this.#place, measure, a, b, ratio, ...(ci && { ci }) };
		// A repeat without the measure, such as one that never recovered, must not drop out of a verdict unseen.
		const isWhole = [a, b].every((id) => this.values(id, measure).length === this.completed(id));
		if (!isWhole) return { ...base, verdict: 'inconclusive', lacks: 'figures' };
		// Where the smaller of the two may be larger than it was seen, the order may be the other one; and then they may be unequal.
		const bounds = [a, b].filter((id) => this.#isLowerBound(id, measure));
		const smaller = read === 'higher' ? a : b;
		const isOpen = read === 'equal' ? bounds.length > 0 : bounds.includes(smaller) || read === 'inconclusive';
		if (bounds.length > 0 && isOpen) return { ...base, verdict: 'inconclusive', lacks: 'bound' };
		const enough = [a, b].every((id) => this.completed(id) >= repeatsForVerdict);
		const more = moreRepeats === undefined ? {} : { moreRepeats };
		return { ...base, verdict: read, ...(enough && p !== undefined && { p }), ...more };
	}

	added(target: string, measure: MeasureName, from: string, to: string): Estimate | undefined {
		const byRepeat = (caseId: string): Map<number, number> => {
			const own = (this.#byCase.get(caseId) ?? []).filter((trial) => trial.target === target);
			return new Map(
				own.flatMap(({ repeat, measures: { [measure]: found } }) => (found ? [[repeat, found.value]] : [])),
			);
		};
		const before = byRepeat(from);
		const differences = [...byRepeat(to)].flatMap(([repeat, value]) => {
			const other = before.get(repeat);
			return other === undefined ? [] : [value - other];
		});
		return differences.length === 0 ? undefined : { ...meanWithInterval(differences), repeats: differences.length };
	}

	evidence(target: string, measure: MeasureName): Evidence[] {
		const estimate = this.estimate(target, measure);
		if (!estimate) return [];
		const { value, ci, atLeast } = estimate;
		const { unit } = measures[measure];
		const each = isOpen(measure, ci) ? { each: this.values(target, measure).toSorted((a, b) => a - b) } : {};
		return [{ ...this.#place, target, measure, value, unit, ...(ci && { ci }), ...(atLeast && { atLeast }), ...each }];
	}
}

/** Whether an interval of a share is all that a share can be: so it is of two repeats that differ. */
function isOpen(measure: MeasureName, ci: Estimate['ci']): boolean {
	return isShareOfWhole(measure) && ci !== undefined && ci[0] <= 0 && ci[1] >= 100;
}

/** An interval of a time that reaches beyond so many times the time, up or down, says nothing. */
const widestFactor = 10;

/** Times by their geometric mean; intervals without what cannot be. */
function overRepeats(values: readonly number[], measure: MeasureName): ReturnType<typeof meanWithInterval> {
	if (differsByFactors(measure) && values.every((value) => value > 0)) {
		const { value, ci } = geometricMeanWithInterval(values);
		return { value, ...(ci && ci[1] <= value * widestFactor && { ci }) };
	}
	const { value, ci } = meanWithInterval(values);
	if (!ci) return { value };
	const least = mayBeBelowZero(measure) ? Number.NEGATIVE_INFINITY : 0;
	const most = isShareOfWhole(measure) ? 100 : Number.POSITIVE_INFINITY;
	return { value, ci: [Math.max(least, ci[0]), Math.min(most, ci[1])] };
}
