import { UserError } from './exit.ts';
import { type Case, type Profile, profiles, runsIn, type Scenario } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import type { PlannedScenario } from './plan.ts';

/** The cases that a user named, and where they were looked for. */
export interface CaseChoice {
	readonly ids: readonly string[];
	readonly profile: Profile;
	/** Those that were named, or all. */
	readonly scenarios: readonly Scenario[];
	readonly scenariosNamed: boolean;
	/** As they were named; empty for each scenario's own. */
	readonly targets: readonly string[];
}

/** @throws UserError for a case that no scenario of this run has: where it is to be found, or which there are */
export function checkCases(choice: CaseChoice, all: readonly Scenario[]): void {
	const here = running(choice).filter((scenario) => casesIn(scenario, choice.profile).length > 0);
	for (const id of choice.ids) {
		if (!here.some((scenario) => has(scenario, id, choice.profile)))
			throw new UserError(whereItIs(id, here, choice, all));
	}
}

function whereItIs(
	id: string,
	here: readonly Scenario[],
	{ profile, scenarios }: CaseChoice,
	all: readonly Scenario[],
): string {
	const unnamed = scenarios.find((scenario) => has(scenario, id, profile));
	if (unnamed) {
		return `The case ${id} belongs to ${unnamed.id}, which the profile ${profile} leaves out unless it is named; add --scenario ${unnamed.id}.`;
	}
	const others = profiles.filter((other) => scenarios.some((scenario) => has(scenario, id, other)));
	if (others.length > 0) {
		return `The case ${id} is not part of the profile ${profile}; add --profile ${others.join(' or ')}.`;
	}
	const owner = all.find((scenario) => profiles.some((other) => has(scenario, id, other)));
	if (owner) return `The case ${id} belongs to ${owner.id}, which was not chosen; add it to --scenario.`;
	if (here.length === 0) {
		return `--case chooses among the cases of a scenario, and none of the chosen scenarios has any in the profile ${profile}.`;
	}
	const known = here.map((scenario) => `${scenario.id} has ${casesInWords(casesIn(scenario, profile))}`);
	return `Unknown case "${id}". In the profile ${profile} ${known.join('; ')}. \`npm run bench -- list --json\` describes all.`;
}

/**
 * Why named cases are not in the plan: they are for other targets than the chosen ones. A sentence for the cases of a scenario
 * that are for the same targets.
 */
export function leftOutCases(
	choice: CaseChoice,
	known: readonly Target[],
	planned: readonly PlannedScenario[],
): readonly string[] {
	const { ids, profile, targets } = choice;
	return running(choice).flatMap((scenario) => {
		const runs = planned.find((each) => each.scenario.id === scenario.id)?.cases.map((each) => each.case?.id) ?? [];
		const left = casesIn(scenario, profile).filter(({ id }) => ids.includes(id) && !runs.includes(id));
		const arms = scenario.arms(known, profile);
		const whose = (each: Case) => [...new Set((each.arms?.(arms) ?? arms).map(({ base }) => base))].join(', ');
		return [...Map.groupBy(left, whose)].map(([whom, cases]) => {
			const [noun, verb, pronoun] = cases.length === 1 ? ['case', 'is', 'it is'] : ['cases', 'are', 'they are'];
			const names = cases.map(({ id }) => id).join(', ');
			return `The ${noun} ${names} of ${scenario.id} ${verb} left out: ${pronoun} for ${whom}, not for ${targets.join(', ')}.`;
		});
	});
}

/** More than this are not read through: the first few and a count say what they are like. */
const mostNamed = 8;
const fewNamed = 4;

/** The ids of cases, in a line or two. */
export function casesInWords(cases: readonly Pick<Case, 'id'>[]): string {
	const ids = cases.map(({ id }) => id);
	if (ids.length <= mostNamed) return ids.join(', ');
	return `${ids.slice(0, fewNamed).join(', ')}, … and ${ids.length - fewNamed} more`;
}

function running({ profile, scenarios, scenariosNamed }: CaseChoice): readonly Scenario[] {
	return scenarios.filter((scenario) => scenariosNamed || runsIn(scenario, profile));
}

function casesIn({ sizes }: Scenario, profile: Profile): readonly Case[] {
	return sizes[profile]?.cases ?? [];
}

function has(scenario: Scenario, id: string, profile: Profile): boolean {
	return casesIn(scenario, profile).some((each) => each.id === id);
}
