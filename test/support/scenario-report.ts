import { reportInput } from '../../bench/judge/sections.ts';
import type { MachineLimits } from '../../bench/machine-bounds.ts';
import { type MeasureName, type Measures, measures } from '../../bench/model/measures.ts';
import type { ReportInput } from '../../bench/model/report.ts';
import type { Case, Profile, Scenario } from '../../bench/model/scenario.ts';
import type { TrialResult } from '../../bench/model/trial.ts';
import { makePlan } from '../../bench/plan.ts';
import { run } from '../../bench/report/fixture-run.ts';
import { scenarioRecords } from '../../bench/run-record.ts';
import { knownTargets } from '../../bench/targets.ts';

/** Figures of a trial; `atLeast` are those that are lower bounds. */
export interface Imagined {
	readonly values: Partial<Record<MeasureName, number>>;
	readonly atLeast?: readonly MeasureName[];
}

const roomy: MachineLimits = { fdLimit: 1_000_000, ephemeralPorts: 28_000 };

/** What reporters get for a run of a scenario as it is planned, whose figures are imagined: of each target in each case. */
export function scenarioReport(
	scenario: Scenario,
	profile: Profile,
	imagine: (target: string, inCase: Case, repeat: number) => Imagined,
): ReportInput {
	const selection = { profile, scenarios: [scenario], scenariosNamed: true, targets: [], seed: 1 };
	const plan = makePlan(selection, knownTargets, roomy);
	const cases = new Map(scenario.sizes[profile]?.cases?.map((each) => [each.id, each]));
	const trials = plan.trials.map((trial): TrialResult => {
		const inCase = cases.get(trial.case ?? '');
		if (!inCase) throw new Error(`${trial.id} has no case`);
		const imagined = imagine(trial.target, inCase, trial.repeat);
		const ran = { startedAt: run.startedAt, durationMs: 9500, warnings: [] };
		return { ...trial, ...ran, state: 'completed', measures: measuresOf(imagined) };
	});
	const record = {
		...{ ...run, profile, targets: plan.targets, scenarios: scenarioRecords(plan), planned: plan.trials, trials },
		...{ comparisons: [], findings: [] },
	};
	return reportInput(record, [scenario], new Map());
}

function measuresOf({ values, atLeast = [] }: Imagined): Measures {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]: [string, number]) => {
			const known = name as MeasureName;
			return [known, { value, unit: measures[known].unit, ...(atLeast.includes(known) && { atLeast: true }) }];
		}),
	);
}
