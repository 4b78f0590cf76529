import type { Comparison, ComparisonVerdict, Estimate, Evidence, Figures } from '../model/finding.ts';
import { errorOfLook, lookAt } from '../model/looks.ts';
import type { MeasureName } from '../model/measures.ts';
import type { RunRecord } from '../model/run.ts';
import { equalWithin, repeatsForVerdict, usualLevel } from '../model/verdict-rules.ts';
import { studentT } from './distributions.ts';
import { TrialFigures } from './figures.ts';
import { type Level, repeatsNeeded } from './power.ts';

/**
 * By how much a 95 % interval of so few repeats is too narrow for this look: the ratio of Student's factors, with the degrees of freedom of the
 * smaller side alone, which is never less than with those of both.
 */
export function wideningOf(look: number, fewestRepeats: number): number {
	const degrees = Math.max(1, fewestRepeats - 1);
	return studentT(degrees, 1 - errorOfLook(look) / 2) / studentT(degrees);
}

/**
 * A comparison as this look may read it: a wider interval, and its verdict only where that still carries it. How many more repeats would decide it is for
 * who has its figures.
 */
export function comparisonAt<T extends Pick<Comparison, 'ratio' | 'ci' | 'verdict' | 'p'>>(
	found: T,
	look: number,
	fewestRepeats: number,
): T {
	const { ratio, ci, verdict } = found;
	if (!ci) return found;
	// The look has a part of the error only: its p counts for as much more.
	const paid = found.p === undefined ? {} : { p: Math.min(1, (found.p * usualLevel) / errorOfLook(look)) };
	const by = wideningOf(look, fewestRepeats);
	const [low, high] = ci.map((end) => ratio * (end / ratio) ** by) as [number, number];
	const carries: Readonly<Record<ComparisonVerdict, boolean>> = {
		higher: low > 1,
		lower: high < 1,
		equal: low >= 1 / (1 + equalWithin) && high <= 1 + equalWithin,
		inconclusive: true,
	};
	return { ...found, ...paid, ci: [low, high], verdict: carries[verdict] ? verdict : 'inconclusive' };
}

function estimateAt(found: Estimate, look: number): Estimate {
	const { value, ci, repeats } = found;
	if (!ci) return found;
	const by = wideningOf(look, repeats);
	const [low, high] = ci.map((end) => value + (end - value) * by) as [number, number];
	// What cannot be negative does not become so by being looked at.
	return { ...found, ci: [ci[0] >= 0 ? Math.max(0, low) : low, high] };
}

/** What a rule asked for while it decided: the figures that its verdict hangs on. */
export interface Asked {
	readonly case?: string;
	readonly targets: readonly string[];
	readonly what: 'ratio' | 'estimate';
	readonly hasInterval: boolean;
}

/** The figures as the look allows at which they are seen; and a note of what was asked of them. */
class FiguresAtLook implements Figures {
	readonly #figures: TrialFigures;
	readonly #run: RunRecord;
	readonly #case: string | undefined;
	readonly #note: (asked: Asked) => void;

	constructor(figures: TrialFigures, run: RunRecord, note: (asked: Asked) => void, inCase?: string) {
		this.#figures = figures;
		this.#run = run;
		this.#note = note;
		this.#case = inCase;
	}

	get sessions(): number {
		return this.#figures.sessions;
	}

	get targets(): readonly string[] {
		return this.#figures.targets;
	}

	get cases(): readonly string[] {
		return this.#figures.cases;
	}

	in(caseId: string): Figures {
		return new FiguresAtLook(this.#figures.in(caseId), this.#run, this.#note, caseId);
	}

	estimate(target: string, measure: MeasureName): Estimate | undefined {
		const found = this.#figures.estimate(target, measure);
		this.#asked('estimate', [target], found);
		return found && this.#at(found, target);
	}

	values(target: string, measure: MeasureName): readonly number[] {
		return this.#figures.values(target, measure);
	}

	ratio(measure: MeasureName, a: string, b: string): Comparison | undefined {
		const found = this.#figures.ratio(measure, a, b);
		this.#asked('ratio', [a, b], found);
		return found && atLookOf(this.#run, found, this.#figures).comparison;
	}

	added(target: string, measure: MeasureName, from: string, to: string): Estimate | undefined {
		const found = this.#figures.added(target, measure, from, to);
		for (const each of [from, to]) this.#asked('ratio', [target], found, each);
		return found && this.#at(found, target, to);
	}

	evidence(target: string, measure: MeasureName): Evidence[] {
		return this.#figures.evidence(target, measure);
	}

	#at(found: Estimate, target: string, inCase = this.#case): Estimate {
		const look = lookOf(this.#run, this.#figures.scenario, inCase, [target]);
		return look === undefined ? found : estimateAt(found, look);
	}

	#asked(
		what: Asked['what'],
		targets: readonly string[],
		found: { ci?: unknown } | undefined,
		inCase = this.#case,
	): void {
		if (!found) return;
		this.#note({ what, targets, hasInterval: found.ci !== undefined, ...(inCase !== undefined && { case: inCase }) });
	}
}

/** The figures that a rule sees: as they are where nothing is looked at twice, which is nearly always. */
export function figuresAtLook(figures: TrialFigures, run: RunRecord, note?: (asked: Asked) => void): Figures {
	return run.untilDecided || note ? new FiguresAtLook(figures, run, note ?? (() => {})) : figures;
}

/** A comparison as it may be read, with what it rests on. */
export interface Looked {
	readonly comparison: Comparison;
	/** Those that it is of. */
	readonly figures: TrialFigures;
	/** What it may err, by its repeats: less and less where one looks more than once. */
	readonly level: Level;
}

/**
 * The comparison as it may be read in this run. Where repeats were added it is of the blocks that both arms ran in: what one of them got for the sake
 * of another comparison does not make this one be looked at again.
 * @param figures those that it was made of
 */
export function atLookOf(run: RunRecord, found: Comparison, figures: TrialFigures): Looked {
	if (!run.untilDecided) return { comparison: found, figures, level: usualLevel };
	const { scenario, case: inCase, measure, a, b } = found;
	const common = blocksInCommon(run.planned, scenario, inCase, [a, b]);
	const trials = run.trials.filter(({ repeat }) => common.has(repeat));
	const place = inCase === undefined ? {} : { case: inCase };
	const own = new TrialFigures({ scenario, sessions: 0, order: [a, b], trials, ...place });
	const isAll = [a, b].every((target) => repeatsOf(run.planned, scenario, inCase, target) === common.size);
	const read = isAll ? found : own.ratio(measure, a, b);
	const planned = run.scenarios.find(({ id }) => id === scenario)?.repeats ?? 1;
	const fewest = Math.min(own.completed(a), own.completed(b));
	// Looks count blocks, of which some may not have been completed.
	const level = (repeats: number) => errorOfLook(lookAt(repeats + common.size - fewest, planned));
	const comparison: Comparison = read
		? withMore(comparisonAt(read, lookAt(common.size, planned), fewest), own, level)
		: { ...found, verdict: 'inconclusive' };
	return { comparison, figures: own, level };
}

/** What is open says about how many more repeats would decide it, at the looks that these would be. */
function withMore(comparison: Comparison, figures: TrialFigures, level: Level): Comparison {
	const { moreRepeats: _, ...rest } = comparison;
	const { measure, a, b, ci, verdict, lacks } = rest;
	if (verdict !== 'inconclusive' || !ci || lacks) return comparison;
	const samples = [figures.values(a, measure), figures.values(b, measure)] as const;
	const more = repeatsNeeded(...samples, { level, equalLevel: level });
	const missing = repeatsForVerdict - Math.min(samples[0].length, samples[1].length);
	return { ...rest, ...(more !== undefined && { moreRepeats: Math.max(more, missing) }) };
}

/** The repeats that all these arms are planned in; where no case is named, in any. */
export function blocksInCommon(
	planned: RunRecord['planned'],
	scenario: string,
	inCase: string | undefined,
	targets: readonly string[],
): ReadonlySet<number> {
	const mine = planned.filter(
		(trial) => trial.scenario === scenario && (inCase === undefined || trial.case === inCase),
	);
	const byTarget = Map.groupBy(mine, ({ target }) => target);
	const sets = targets.map((target) => new Set((byTarget.get(target) ?? []).map(({ repeat }) => repeat)));
	return sets.reduce((common, each) => common.intersection(each), sets[0] ?? new Set<number>());
}

/** Which look it is, by the arm with the most repeats; undefined in a run that looks once. */
function lookOf(
	run: RunRecord,
	scenario: string,
	inCase: string | undefined,
	targets: readonly string[],
): number | undefined {
	if (!run.untilDecided) return undefined;
	const planned = run.scenarios.find(({ id }) => id === scenario)?.repeats ?? 1;
	return lookAt(Math.max(...targets.map((target) => repeatsOf(run.planned, scenario, inCase, target))), planned);
}

/** How many repeats of an arm are planned; of all cases together the most, where none is named. */
export function repeatsOf(
	planned: RunRecord['planned'],
	scenario: string,
	inCase: string | undefined,
	target: string,
): number {
	const mine = planned.filter((trial) => trial.scenario === scenario && trial.target === target);
	const own = inCase === undefined ? mine : mine.filter((trial) => trial.case === inCase);
	return Math.max(0, ...[...Map.groupBy(own, (trial) => trial.case).values()].map(({ length }) => length));
}
