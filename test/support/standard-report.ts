import { compare, findings } from '../../bench/judge/judge.ts';
import { reportInput } from '../../bench/judge/sections.ts';
import { type MeasureName, type Measures, measures } from '../../bench/model/measures.ts';
import type { ReportInput, ReportSection } from '../../bench/model/report.ts';
import type { RunRecord } from '../../bench/model/run.ts';
import type { ChartRequest, Scenario } from '../../bench/model/scenario.ts';
import type { SeriesChart } from '../../bench/model/series.ts';
import type { TrialResult } from '../../bench/model/trial.ts';
import { makePlan, type Plan } from '../../bench/plan.ts';
import { type Random, seededRandom } from '../../bench/random.ts';
import { run as fixtureRun } from '../../bench/report/fixture-run.ts';
import { scenarioRecords } from '../../bench/run-record.ts';
import { knownTargets } from '../../bench/targets.ts';
import { scenarios } from '../../scenarios/index.ts';

const timelinePoints = 80;

/** What reporters get for a run of everything in `standard`, as it is planned and judged; its figures are drawn by lot. */
export function standardReport(): ReportInput {
	const selection = { profile: 'standard', scenarios, scenariosNamed: false, targets: [], seed: 1 } as const;
	const plan = makePlan(selection, knownTargets, { fdLimit: 1_000_000, ephemeralPorts: 28_000 });
	const random = seededRandom(7);
	const trials = plan.trials.map((trial) => result(trial, plan, random));
	const bare: RunRecord = {
		...{ ...fixtureRun, profile: 'standard', targets: plan.targets, scenarios: scenarioRecords(plan) },
		...{ planned: plan.trials, trials, comparisons: [], findings: [] },
	};
	const ran = plan.scenarios.map(({ scenario }) => scenario);
	const run = {
		...bare,
		comparisons: ran.flatMap((scenario) => compare(bare, scenario)),
		findings: ran.flatMap((scenario) => findings(bare, scenario)),
	};
	const { sections } = reportInput(run, ran, new Map());
	return { run, sections: sections.map((section, nth) => withHistories(section, ran[nth], plan, random)) };
}

function result(trial: Plan['trials'][number], { scenarios: planned }: Plan, random: Random): TrialResult {
	const { scenario } = planned.find((each) => each.scenario.id === trial.scenario) ?? {};
	const names: readonly MeasureName[] = [...new Set([...(scenario?.shows ?? []), ...(scenario?.compares ?? [])])];
	const detail = `p99 of the schedule’s lag was ${(random.next() * 3).toFixed(2)} ms`;
	return {
		...trial,
		...{ state: 'completed', startedAt: fixtureRun.startedAt, durationMs: 4000 + random.next() * 900 },
		warnings: random.next() < 0.2 ? [{ id: 'generator-late', detail }] : [],
		measures: Object.fromEntries(
			names.map((name) => [name, { value: 900 * random.next() ** 3, unit: measures[name].unit }]),
		) as Measures,
	};
}

/** The charts that only histories have: as many lines and points as a run of this size. */
function withHistories(
	section: ReportSection,
	scenario: Scenario | undefined,
	plan: Plan,
	random: Random,
): ReportSection {
	const arms = plan.scenarios
		.filter((each) => each.scenario === scenario)
		.flatMap(({ cases }) => cases[0]?.arms.map(({ id }) => id) ?? []);
	const missing = (scenario?.charts ?? []).filter(({ kind }) => !['heat', 'bars', 'cases'].includes(kind));
	const charts = missing.map((request, nth) =>
		drawn(request, `${section.id}-history-${nth}`, section.id, arms, random),
	);
	return { ...section, charts: [...charts, ...section.charts] };
}

function drawn(
	request: ChartRequest,
	id: string,
	scenario: string,
	arms: readonly string[],
	random: Random,
): SeriesChart {
	return {
		...{
			id,
			scenario,
			title: request.title,
			sentence: arms.map((arm) => `${arm} ${random.next().toFixed(3)}`).join(', '),
		},
		kind: 'timeline',
		x: { title: 'time', unit: 's', scale: 'linear' },
		y: { title: request.kind, unit: '1/s', scale: 'linear' },
		lines: arms.map((target) => ({
			target,
			label: target,
			points: Array.from({ length: timelinePoints }, (_, n) => ({ x: (n + 0.5) / 4, y: random.next() * 1000 })),
		})),
		shades: [{ fromX: 5, toX: 6.2, label: 'server down' }],
	};
}
