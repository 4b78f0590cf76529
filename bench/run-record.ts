import { loadCalibration } from './calibrate/store.ts';
import { describeEnvironment } from './environment.ts';
import { sessionsOf } from './model/load.ts';
import { objectiveWord } from './model/objective.ts';
import { type CaseRecord, type PathRecord, type RunRecord, runSchema, type ScenarioRecord } from './model/run.ts';
import type { AskedPath } from './path-option.ts';
import type { Plan, PlannedCase } from './plan.ts';
import type { RunOptions } from './run.ts';
import { durationWord } from './time-word.ts';
import { quoted } from './user-flags.ts';

/** A run before its first trial and without a name. */
export async function begin(plan: Plan, options: RunOptions): Promise<Omit<RunRecord, 'id'>> {
	const startedAt = new Date();
	return {
		schema: runSchema,
		command: commandOf(plan, options),
		profile: options.profile,
		seed: options.seed,
		state: 'running',
		startedAt: startedAt.toISOString(),
		environment: await describeEnvironment(options.placement),
		...loadCalibration(options.root),
		targets: plan.targets,
		scenarios: scenarioRecords(plan),
		planned: plan.trials,
		trials: [],
		...(options.budgetMs !== undefined && {
			untilDecided: { budgetMs: options.budgetMs, spentMs: 0, ended: 'running', asked: [] },
		}),
		comparisons: [],
		findings: [],
	};
}

/** What a run keeps of its scenarios, as they are planned. */
export function scenarioRecords({ scenarios, asked }: Plan): readonly ScenarioRecord[] {
	return scenarios.map(({ scenario: { id, title, question }, size, cases, clamped }) => ({
		...{ id, title, question, repeats: size.repeats },
		sessions: Math.max(...cases.map((each) => sessionsOf(each.size.load))),
		...(size.cases && { cases: cases.flatMap(caseRecord) }),
		...platformRecord(cases),
		...(size.load.kind === 'soak' && { soakMs: size.load.forMs }),
		...(size.load.kind === 'search' ? { objective: size.load.objective } : {}),
		...(clamped === undefined ? {} : { clamped }),
		...(asked.path && { path: pathRecord(asked.path, cases) }),
	}));
}

function caseRecord({ case: planned, size }: PlannedCase): readonly CaseRecord[] {
	if (!planned) return [];
	const { id, title, at, platform } = planned;
	const { factor } = size;
	return [
		{
			...{ id, title, sessions: sessionsOf(size.load) },
			...(at && { at }),
			...(factor !== undefined && { factor }),
			...(platform && { platform: platform.id }),
		},
	];
}

/** Profiles are corrected as their makers' pages change: a run keeps what it was measured with. */
function platformRecord(cases: readonly PlannedCase[]): Pick<ScenarioRecord, 'platforms'> {
	const platforms = [...new Set(cases.flatMap((each) => each.case?.platform ?? []))];
	return platforms.length === 0 ? {} : { platforms };
}

function pathRecord({ path, word, title }: AskedPath, cases: readonly PlannedCase[]): PathRecord {
	const behind = cases.filter(({ size }) => size.path === path).length;
	return { word, title, of: behind === 0 ? 'none' : behind === cases.length ? 'all' : 'some' };
}

/** The command that runs the same plan in the same order again. */
function commandOf(plan: Plan, { profile, seed, budgetMs }: RunOptions): string {
	const { scenarios, named, repeats, objective, cases, own, path, minutes } = plan.asked;
	const words = [
		'npm run bench --',
		`--profile ${profile}`,
		...(scenarios.length > 0 ? [`--scenario ${scenarios.join(',')}`] : []),
		...(cases === undefined ? [] : [`--case ${cases.join(',')}`]),
		...own,
		...(named.length > 0 ? [`--target ${quoted(named.join(','))}`] : []),
		...(path === undefined ? [] : [`--path ${quoted(path.word)}`]),
		...(repeats === undefined ? [] : [`--repeats ${repeats}`]),
		...(minutes === undefined ? [] : [`--minutes ${minutes}`]),
		...(objective === undefined ? [] : [`--objective '${objectiveWord(objective)}'`]),
		...(budgetMs === undefined ? [] : [`--until-decided --budget ${durationWord(budgetMs)}`]),
		`--seed ${seed}`,
	];
	return words.join(' ');
}
