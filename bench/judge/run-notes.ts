import type { Comparison } from '../model/finding.ts';
import { type MeasureName, measures } from '../model/measures.ts';
import { enumerated, figure, ratio as times } from '../model/quantity.ts';
import type { RunNote, RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import { shownTarget } from '../model/target.ts';
import type { TrialResult } from '../model/trial.ts';
import { equalWithin, usualLevel } from '../model/verdict-rules.ts';
import { driftOf, type OrderedGroup } from './drift.ts';
import { figuresOf } from './judge.ts';
import { longerTail, widerRepeats } from './moved-spread.ts';
import { outliersOf } from './outliers.ts';

/** Rarer than this by chance, or nothing is said of a drift. */
const rare = 0.01;
/** So many outliers are named; of more only their number. */
const named = 4;

/** What the trials of a run together say of the measurement itself: only what says something. */
export function runNotes(
	run: RunRecord,
	scenarios: readonly Scenario[],
	comparisons: readonly Comparison[],
	twins: readonly Comparison[],
): readonly RunNote[] {
	return scenarios.flatMap((scenario) => [
		...twins.filter((twin) => twin.scenario === scenario.id).flatMap(controlNote),
		...scenario.compares.flatMap((measure) => orderNotes(run, scenario, measure)),
		...spreadNotes(run, scenario, comparisons),
	]);
}

/** A control that differs from itself. */
function controlNote(twin: Comparison): readonly RunNote[] {
	const { scenario, case: inCase, measure, a, ratio, ci, verdict } = twin;
	if (verdict !== 'higher' && verdict !== 'lower') return [];
	const text =
		`The control failed: ${a} against itself differs in ${measures[measure].title}, ${times(ratio, ci)}. ` +
		`By chance one of ${Math.round(1 / usualLevel)} does; a difference between targets that is no larger says nothing.`;
	return [{ kind: 'control', scenario, ...(inCase !== undefined && { case: inCase }), measure, text }];
}

function orderNotes(run: RunRecord, { id }: Scenario, measure: MeasureName): readonly RunNote[] {
	const groups = groupsOf(run, id, measure);
	const { title } = measures[measure];
	const base = { scenario: id, measure } as const;
	const drift = driftOf(groups);
	const outliers = outliersOf(groups);
	const isDrift = drift && drift.p < rare && Math.abs(Math.log(drift.change)) >= Math.log1p(equalWithin);
	const said = outliers
		.slice(0, named)
		.map(({ name, repeat, factor }) => `repeat ${repeat} of ${name} (${figure(factor)}× the median of its repeats)`);
	const more = outliers.length - said.length;
	return [
		...(isDrift
			? [
					{
						...base,
						kind: 'drift' as const,
						text:
							`Over the order of its trials ${title} changed by ${signed(drift.change - 1)}, whatever the target ` +
							`(rank correlation ${drift.correlation.toFixed(2)}, p ${drift.p.toFixed(3)}): the machine drifted. ` +
							'It falls on all targets alike, for they alternate, and makes their intervals wider.',
					},
				]
			: []),
		...(outliers.length > 0
			? [
					{
						...base,
						kind: 'outlier' as const,
						text: `Far from the other repeats in ${title}: ${enumerated([...said, ...(more > 0 ? [`${more} more`] : [])])}. They count all the same.`,
					},
				]
			: []),
	];
}

function signed(share: number): string {
	return `${share < 0 ? '−' : '+'}${figure(Math.abs(share) * 100)}\u202f%`;
}

/** The values of each target in each case, with their places in the order in which the trials began. */
function groupsOf(run: RunRecord, scenario: string, measure: MeasureName): readonly OrderedGroup[] {
	const began = run.trials
		.flatMap((trial) => (trial.scenario === scenario && trial.state === 'completed' ? [trial] : []))
		.toSorted((x, y) => Date.parse(x.startedAt) - Date.parse(y.startedAt));
	// Cases that ran side by side share their history, and their place in time.
	const nameOf = ({ history, id }: TrialResult) => history ?? id;
	const places = [...new Set(began.map(nameOf))];
	const placed = began.map((trial) => ({
		trial,
		at: places.indexOf(nameOf(trial)) / Math.max(1, places.length - 1),
	}));
	const groups = Map.groupBy(placed, ({ trial }) => JSON.stringify([trial.case, trial.target]));
	return [...groups.values()].map((group) => {
		const { case: inCase, target = '' } = group[0]?.trial ?? {};
		const values = group.flatMap(({ trial, at }) => {
			const found = trial.measures[measure];
			return found ? [{ at, value: found.value, repeat: trial.repeat }] : [];
		});
		const shown = shownTarget(target);
		return { name: inCase === undefined ? shown : `${shown} (${inCase})`, values };
	});
}

/** Medians and the high percentiles that go with them. */
const tails = [
	['p50Us', 'p99Us'],
	['pushP50Us', 'pushP99Us'],
] as const satisfies (readonly [MeasureName, MeasureName])[];

/** Where two are equal in the middle and not in how they spread. */
function spreadNotes(run: RunRecord, scenario: Scenario, comparisons: readonly Comparison[]): readonly RunNote[] {
	const all = figuresOf(
		run,
		scenario,
		run.targets.map(({ id }) => id),
	);
	const mine = comparisons.filter((each) => each.scenario === scenario.id && each.verdict === 'equal');
	return mine.flatMap(({ case: inCase, measure, a, b }): readonly RunNote[] => {
		const figures = inCase === undefined ? all : all.in(inCase);
		const base = {
			kind: 'spread',
			scenario: scenario.id,
			...(inCase !== undefined && { case: inCase }),
			measure,
		} as const;
		const place = inCase === undefined ? '' : ` (${inCase})`;
		const { title } = measures[measure];
		const high = tails.find(([middle]) => middle === measure)?.[1];
		const [ofA, ofB] = [a, b].map((id) => (high ? figures.quotients(id, high, measure) : []));
		const tail = longerTail(ofA ?? [], ofB ?? []);
		const wider = widerRepeats(figures.values(a, measure), figures.values(b, measure));
		const names = `${shownTarget(b)} and ${a}`;
		return [
			...(tail && high
				? [
						{
							...base,
							text: `${names} are equal in ${title}${place} but not in how it spreads: ${measures[high].title} ÷ ${title} is ${times(tail.ratio, tail.ci)} on ${shownTarget(b)}.`,
						},
					]
				: []),
			...(wider
				? [
						{
							...base,
							text: `${names} are equal in ${title}${place}, but repeats of ${shownTarget(b)} spread ${figure(wider.times)}× as widely (p ${wider.p.toFixed(3)}).`,
						},
					]
				: []),
		];
	});
}
