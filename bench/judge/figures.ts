import type { Comparison, Estimate, Evidence, Figures } from '../model/finding.ts';
import { type MeasureName, measures } from '../model/measures.ts';
import type { CaseRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import { geometricMeanWithInterval, meanWithInterval, ratioWithInterval } from './fit.ts';
import { repeatsForVerdict } from './repeats.ts';

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
	/** The one that is looked at. */
	readonly case?: string;
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

	constructor(record: FiguresOf) {
		const { scenario, sessions, order, trials, cases = [] } = record;
		this.scenario = scenario;
		this.sessions = sessions;
		this.cases = cases.map(({ id }) => id);
		this.#record = record;
		const completed = trials
			.filter((trial) => trial.scenario === scenario)
			.filter((trial) => trial.state === 'completed');
		const ran = new Set(
			completed.filter((trial) => record.case === undefined || trial.case === record.case).map(({ target }) => target),
		);
		this.targets = order.filter((id) => ran.has(id));
		this.#trials = completed.filter((trial) => trial.case === record.case);
	}

	in(caseId: string): TrialFigures {
		const sessions = this.#record.cases?.find(({ id }) => id === caseId)?.sessions ?? this.sessions;
		return new TrialFigures({ ...this.#record, case: caseId, sessions, cases: [] });
	}

	completed(target: string): number {
		return this.#trials.filter((trial) => trial.target === target).length;
	}

	/** The measured values, one per completed repeat that has the measure. */
	values(target: string, measure: MeasureName): number[] {
		return this.#trials.flatMap((trial) => {
			const found = trial.target === target ? trial.measures[measure] : undefined;
			return found ? [found.value] : [];
		});
	}

	#isLowerBound(target: string, measure: MeasureName): boolean {
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
		return { ...overRepeats(values, measures[measure].unit), repeats: values.length, ...bound };
	}

	ratio(measure: MeasureName, a: string, b: string): Comparison | undefined {
		const found = ratioWithInterval(this.values(a, measure), this.values(b, measure));
		if (!found) return undefined;
		const { ratio, ci } = found;
		// A repeat without the measure, such as one that never recovered, must not drop out of a verdict unseen.
		const whole = [a, b].every((id) => this.values(id, measure).length === this.completed(id));
		const enough = whole && [a, b].every((id) => this.completed(id) >= repeatsForVerdict);
		const read = !enough || !ci || (ci[0] <= 1 && ci[1] >= 1) ? 'inconclusive' : ci[0] > 1 ? 'higher' : 'lower';
		// Where the smaller of the two may be larger than it was seen, the order may be the other one.
		const smaller = read === 'higher' ? a : b;
		const verdict = this.#isLowerBound(smaller, measure) ? 'inconclusive' : read;
		return { scenario: this.scenario, ...this.#place, measure, a, b, ratio, ...(ci ? { ci } : {}), verdict };
	}

	evidence(target: string, measure: MeasureName): Evidence[] {
		const estimate = this.estimate(target, measure);
		if (!estimate) return [];
		const { value, ci } = estimate;
		return [{ ...this.#place, target, measure, value, unit: measures[measure].unit, ...(ci ? { ci } : {}) }];
	}
}

/** Times by their geometric mean. A count or a share cannot be below zero, so neither can its interval; a slope can. */
function overRepeats(values: readonly number[], unit: string): ReturnType<typeof meanWithInterval> {
	const isTime = unit === 'µs' || unit === 'ms';
	if (isTime && values.every((value) => value > 0)) return geometricMeanWithInterval(values);
	const { value, ci } = meanWithInterval(values);
	return ci && (unit === '' || unit === '%')
		? { value, ci: [Math.max(0, ci[0]), ci[1]] }
		: { value, ...(ci && { ci }) };
}
