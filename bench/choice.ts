import { scenarios } from '../scenarios/index.ts';
import { type CaseChoice, checkCases, leftOutCases } from './case-choice.ts';
import type { DecisionFlags } from './decision-flags.ts';
import { UserError } from './exit.ts';
import { gateWords } from './gate-options.ts';
import { lasting } from './lasting.ts';
import { machineLimits } from './machine-bounds.ts';
import type { Gate } from './model/gate.ts';
import type { Objective } from './model/objective.ts';
import type { Profile, Scenario } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import { type AskedPath, onPath } from './path-option.ts';
import { makePlan, type Plan } from './plan.ts';
import { withOptions } from './target-options.ts';
import { expandTargets, knownTargets, withNamedPolicy } from './targets.ts';
import { ownWords, type UserFlags } from './user-flags.ts';

export interface RunFlags extends UserFlags, DecisionFlags {
	readonly profile: Profile;
	readonly scenario?: string[];
	readonly target?: string[];
	readonly case?: string[];
	readonly path?: AskedPath;
	readonly repeats?: number;
	readonly minutes?: number;
	readonly objective?: Objective;
	readonly seed?: number;
	readonly out: string;
	readonly quiet?: boolean;
	readonly failOn?: readonly Gate[];
	readonly strict?: boolean;
}

/** What was chosen, decided; and what a user should know of it before it runs, a sentence each. */
export interface Choice {
	readonly plan: Plan;
	readonly notes: readonly string[];
}

/**
 * Makes a plan of what a command names.
 * @param own the user's own servers
 * @throws UserError where a name is unknown, or nothing remains that could be measured
 * @throws MachineError where this machine cannot hold even a small swarm
 */
export function choose(flags: RunFlags, seed: number, own: readonly Target[]): Choice {
	const all = [...knownTargets, ...own, ...madeFrom(flags.target ?? [], own)];
	// Servers of the user's are what the command is about: without --target they run alone.
	const named = flags.target ? expandTargets(flags.target, all) : own.map(({ id }) => id);
	checkTargets(named, all);
	const asked = namedScenarios(flags.scenario);
	const cases = caseChoice(flags, asked, named);
	if (cases) checkCases(cases, scenarios);
	const plan = makePlan(
		{
			profile: flags.profile,
			scenarios: lasting(onAskedPath(asked, flags.path), flags.minutes),
			scenariosNamed: flags.scenario !== undefined,
			targets: named,
			targetsNamed: flags.target !== undefined,
			own: [...ownWords(flags), ...gateWords(flags)],
			...(flags.repeats === undefined ? {} : { repeats: flags.repeats }),
			...(flags.objective === undefined ? {} : { objective: flags.objective }),
			...(flags.minutes === undefined ? {} : { minutes: flags.minutes }),
			...(flags.path === undefined ? {} : { path: flags.path }),
			...(flags.case === undefined ? {} : { cases: flags.case }),
			seed,
		},
		all,
		machineLimits(),
	);
	const leftOut = cases ? leftOutCases(cases, knownTargets, plan.scenarios) : [];
	checkPlan(plan, flags, named, leftOut);
	return { plan, notes: [...leftOut, ...pathNotes(plan, flags.path)] };
}

/** Targets that exist because they were named: with options, or with another policy. */
function madeFrom(names: readonly string[], own: readonly Target[]): readonly Target[] {
	const asked = names.filter((name) => name.includes('?')).map((name) => withOptions(name, knownTargets));
	return [...asked, ...names.flatMap((name) => withNamedPolicy(name, [...knownTargets, ...own]))];
}

function checkTargets(named: readonly string[], all: readonly Target[]): void {
	const arms = scenarios.flatMap((scenario) => scenario.arms(knownTargets, 'full'));
	const known = new Set([...all, ...arms].map(({ id }) => id));
	for (const id of named) if (!known.has(id)) throw unknown('target', id, [...known]);
}

function namedScenarios(ids: readonly string[] | undefined): readonly Scenario[] {
	if (!ids) return scenarios;
	const known = scenarios.map(({ id }) => id);
	for (const id of ids) if (!known.includes(id)) throw unknown('scenario', id, known);
	return scenarios.filter(({ id }) => ids.includes(id));
}

function unknown(what: string, given: string, allowed: readonly string[]): UserError {
	return new UserError(
		`Unknown ${what} "${given}". Known are ${allowed.join(', ')}; \`npm run bench -- list\` describes them.`,
	);
}

function caseChoice(flags: RunFlags, asked: readonly Scenario[], targets: readonly string[]): CaseChoice | undefined {
	const { case: ids, profile, scenario } = flags;
	return ids && { ids, profile, scenarios: asked, scenariosNamed: scenario !== undefined, targets };
}

function onAskedPath(asked: readonly Scenario[], path: AskedPath | undefined): readonly Scenario[] {
	return path ? asked.map((scenario) => onPath(scenario, path)) : asked;
}

/** @throws UserError where something that was named has no effect on the plan, or nothing of the plan can be measured */
function checkPlan(plan: Plan, flags: RunFlags, named: readonly string[], leftOut: readonly string[]): void {
	if (flags.objective && !plan.scenarios.some(({ size }) => size.load.kind === 'search')) {
		throw new UserError('--objective is what a search looks for; add --scenario capacity, or capacity-sessions.');
	}
	if (flags.minutes !== undefined && !plan.scenarios.some(({ size }) => size.load.kind === 'soak')) {
		throw new UserError('--minutes is how long a soak lasts; add --scenario soak.');
	}
	const empty = flags.case
		? (flags.scenario ?? []).filter((id) => !plan.scenarios.some(({ scenario }) => scenario.id === id))
		: [];
	const why = leftOut.join(' ') || `It has none of the cases ${flags.case?.join(', ')}.`;
	if (empty.length > 0) {
		throw new UserError(
			`Nothing of ${empty.join(', ')} remains. ${why} Choose other cases or targets, or leave it out of --scenario.`,
		);
	}
	if (plan.trials.length === 0) {
		if (leftOut.length > 0) throw new UserError(`Nothing remains. ${why} Choose other cases or targets.`);
		throw new UserError(
			`No chosen scenario runs ${named.join(', ')} in profile ${flags.profile}; \`npm run bench -- list\` shows the targets, --profile full has the most.`,
		);
	}
	checkFeatures(plan);
}

/** What one target lacks is skipped beside others; a run that would skip everything is none. */
function checkFeatures({ scenarios: planned }: Plan): void {
	const lacking = planned.flatMap(({ scenario, cases }) =>
		cases.flatMap(({ arms }) =>
			arms.map(({ id, features }) => {
				const need = scenario.needs.find((each) => !features.includes(each));
				return need && `${id} does not offer ${need}, which ${scenario.id} needs`;
			}),
		),
	);
	if (lacking.includes(undefined)) return;
	const reasons = [...new Set(lacking)].slice(0, 3).join('; ');
	throw new UserError(`Nothing can be measured: ${reasons}. Choose another scenario or target.`);
}

function pathNotes({ scenarios: planned }: Plan, asked: AskedPath | undefined): readonly string[] {
	if (!asked) return [];
	const { path, word, title } = asked;
	const own = planned.filter(({ cases }) => cases.every(({ size }) => size.path !== path));
	const ids = own.map(({ scenario }) => scenario.id).join(', ');
	return [
		...(own.length < planned.length ? [`--path ${word}: before the servers stands ${title}.`] : []),
		...(own.length > 0
			? [`--path ${word} does not act in ${ids}: what stands between is part of the question there.`]
			: []),
	];
}
