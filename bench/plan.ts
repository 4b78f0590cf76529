import { withTwin } from './control-arm.ts';
import { UserError } from './exit.ts';
import { allOrRefused, type Bound, MachineError, type MachineLimits, tightestBound } from './machine-bounds.ts';
import { type Load, loadMs, sessionsOf } from './model/load.ts';
import type { Objective } from './model/objective.ts';
import { type Case, type Profile, runsIn, type Scenario, type Size } from './model/scenario.ts';
import { readsKeptAlive, type Target } from './model/target.ts';
import type { TrialPlan } from './model/trial.ts';
import type { AskedPath } from './path-option.ts';
import { casesWith, type PlannedPerformance, performancesOf, planBlock } from './plan-block.ts';
import { groupKey } from './server-flags.ts';

/** What the user asked for. */
export interface Selection {
	readonly profile: Profile;
	readonly scenarios: readonly Scenario[];
	/** Whether the user named them, rather than taking all. */
	readonly scenariosNamed: boolean;
	/** Ids of targets; empty for each scenario's own choice. */
	readonly targets: readonly string[];
	/** False where the targets were not named by the user but follow from his own servers. */
	readonly targetsNamed?: boolean;
	/** The words that describe the user's own servers, for the command that makes the run again. */
	readonly own?: readonly string[];
	readonly repeats?: number;
	/** Replaces the objective of every search. */
	readonly objective?: Objective;
	/** What the scenarios were put behind, where they had no path. */
	readonly path?: AskedPath;
	/** How long a soak was asked to last. */
	readonly minutes?: number;
	/** Ids of cases; absent: all that the scenarios have. */
	readonly cases?: readonly string[];
	readonly seed: number;
}

/** A scenario with everything decided. */
export interface PlannedScenario {
	readonly scenario: Scenario;
	/** The size that its cases are variants of. */
	readonly size: Size;
	/** At least one; a scenario without cases has a single one without a name. */
	readonly cases: readonly PlannedCase[];
	/** Why the size is smaller than the profile's. */
	readonly clamped?: string;
}

/** A case of a scenario, or all of it. */
export interface PlannedCase {
	readonly case?: Case;
	readonly size: Size;
	readonly arms: readonly Target[];
}

export interface Plan {
	readonly scenarios: readonly PlannedScenario[];
	/** Every arm of every scenario, once. */
	readonly targets: readonly Target[];
	/** In the order of execution. */
	readonly trials: readonly TrialPlan[];
	readonly estimateMs: number;
	readonly limits: MachineLimits;
	/** What the user named, for the command that makes the run again. */
	readonly asked: {
		readonly scenarios: readonly string[];
		readonly named: readonly string[];
		readonly repeats?: number;
		readonly objective?: Objective;
		readonly path?: AskedPath;
		readonly minutes?: number;
		readonly cases?: readonly string[];
		/** The words that describe the user's own servers. */
		readonly own: readonly string[];
	};
}

/** With fewer sessions than this a figure per session says nothing. */
const fewestSessions = 20;

/**
 * Decides what runs, in which size and order. Pure: the same selection on the same machine gives the same plan.
 * Each repeat is a block in which every scenario runs every target once, in an order of its own, so that a drift of
 * the machine falls on all targets alike.
 */
export function makePlan(selection: Selection, known: readonly Target[], limits: MachineLimits): Plan {
	const chosen = selection.scenarios.filter((each) => selection.scenariosNamed || runsIn(each, selection.profile));
	const all = allOrRefused(chosen.map((scenario) => () => planScenario(scenario, selection, known, limits)));
	const scenarios = all.filter(({ cases }) => cases.length > 0);
	const trials: TrialPlan[] = [];
	const blocks = Math.max(0, ...scenarios.map(({ size }) => size.repeats));
	for (let repeat = 1; repeat <= blocks; repeat++) {
		for (const planned of scenarios) {
			if (repeat > planned.size.repeats) continue;
			trials.push(...planBlock(planned, repeat, selection.seed));
		}
	}
	const arms = scenarios.flatMap(({ cases }) => cases.flatMap((planned) => planned.arms));
	const originals = [...new Map(arms.map((arm) => [arm.id, arm])).values()];
	const targets = originals.toSorted((a, b) => Number(a.twinOf !== undefined) - Number(b.twinOf !== undefined));
	const asked = {
		scenarios: selection.scenariosNamed ? selection.scenarios.map(({ id }) => id) : [],
		named: selection.targetsNamed === false ? [] : selection.targets,
		own: selection.own ?? [],
		...(selection.repeats === undefined ? {} : { repeats: selection.repeats }),
		...(selection.objective === undefined ? {} : { objective: selection.objective }),
		...(selection.path === undefined ? {} : { path: selection.path }),
		...(selection.minutes === undefined ? {} : { minutes: selection.minutes }),
		...(selection.cases === undefined ? {} : { cases: selection.cases }),
	};
	return { scenarios, targets, trials, estimateMs: estimateMs(scenarios), limits, asked };
}

function planScenario(
	scenario: Scenario,
	selection: Selection,
	known: readonly Target[],
	limits: MachineLimits,
): PlannedScenario {
	const own = scenario.sizes[selection.profile];
	if (!own) throw new UserError(notInProfile(scenario, selection.profile));
	const load = withObjective(own.load, selection.objective);
	const size = { ...own, load, repeats: selection.repeats ?? own.repeats };
	const arms = selectArms(scenario.arms(known, selection.profile), known, selection.targets);
	const chosen = withTwin(casesOf(size, arms, selection.cases), scenario, selection.profile);
	const cases = chosen.map((planned) => fitted(scenario.id, planned, limits, placesOf(scenario, planned, chosen)));
	const clamped = [...new Set(cases.flatMap((planned) => planned.clamped ?? []))].join('; ');
	return { scenario, size, cases: cases.map(({ planned }) => planned), ...(clamped !== '' && { clamped }) };
}

/** The chosen cases with their sizes and arms; a scenario without cases is one that has no name. */
function casesOf(size: Size, arms: readonly Target[], chosen: readonly string[] | undefined): PlannedCase[] {
	if (!size.cases) return arms.length > 0 && !chosen ? [{ size, arms }] : [];
	return size.cases
		.filter(({ id }) => chosen?.includes(id) ?? true)
		.map((each) => ({ case: each, size: { ...size, ...each.size }, arms: each.arms?.(arms) ?? arms }))
		.filter((planned) => planned.arms.length > 0);
}

/** With how many cases at most a case shares the machine, itself included. */
function placesOf({ sideBySide }: Scenario, { arms }: PlannedCase, all: readonly PlannedCase[]): number {
	return sideBySide ? Math.max(1, ...arms.map((arm) => casesWith(arm, all).length)) : 1;
}

/** A case in the size that this machine allows, of which it has its share of so many places. @throws MachineError */
function fitted(
	scenario: string,
	planned: PlannedCase,
	limits: MachineLimits,
	places: number,
): { readonly planned: PlannedCase; readonly clamped?: string } {
	const { size, arms } = planned;
	const asked = sessionsOf(size.load) * places;
	const bound = tightest(size, arms, limits);
	if (!bound || bound.sessions >= asked) return { planned };
	if (bound.sessions < fewestSessions) {
		throw new MachineError(
			`${scenario} needs at least ${fewestSessions} sessions, this machine allows ${bound.sessions} ` +
				`(${bound.because}). ${bound.remedy(asked)}`,
			bound.wantedFds(asked),
		);
	}
	return {
		planned: { ...planned, size: withSessions(size, Math.max(1, Math.floor(bound.sessions / places))) },
		clamped: `${bound.sessions} sessions instead of ${asked}: ${bound.because}`,
	};
}

function withObjective(load: Load, objective: Objective | undefined): Load {
	return load.kind === 'search' && objective !== undefined ? { ...load, objective } : load;
}

function notInProfile({ id, sizes }: Scenario, profile: Profile): string {
	const has = Object.keys(sizes).join(' or ');
	return `${id} is not part of the profile ${profile}; add --profile ${has}.`;
}

/** A scenario's own arms; or those the user named, whether or not the scenario has them by default. */
function selectArms(own: readonly Target[], known: readonly Target[], named: readonly string[]): readonly Target[] {
	if (named.length === 0) return own;
	const chosen = named.flatMap((id) => {
		const mine = own.filter((arm) => arm.id === id || arm.base === id);
		return mine.length > 0 ? mine : known.filter((target) => target.id === id);
	});
	return [...new Map(chosen.map((arm) => [arm.id, arm])).values()];
}

/** The limit that the first of the arms meets, so that all arms have the same size. */
function tightest(size: Size, arms: readonly Target[], limits: MachineLimits): Bound | undefined {
	return arms.map((arm) => tightestBound(size, arm, limits)).sort((a, b) => a.sessions - b.sessions)[0];
}

function withSessions(size: Size, sessions: number): Size {
	const { load } = size;
	if (load.kind === 'search' && load.of === 'sessions') return { ...size, load: { ...load, most: sessions } };
	// Two clients are two.
	if (load.kind === 'libraries' || load.kind === 'browser') return size;
	if (load.kind !== 'hold') return { ...size, load: { ...load, sessions } };
	const factor = sessions / sessionsOf(load);
	return { ...size, load: { kind: 'hold', rungs: load.rungs.map((rung) => Math.floor(rung * factor)) } };
}

/** Measured on 2 cores: start, readiness and stop of target and workers. */
const startAndStopMs = 800;
const opensPerS = 1_500;
const readingMs = 250;
/** Beyond so many clients collections and page tables take longer than all else. */
const fewClients = 2000;
const readingMsPerClient = 0.12;

/** How many trials of a scenario run at the same time; those that share their processes count as one. A server of the user's has one place to listen: its trials come one after another. */
export function atOnceOf({ scenario, cases }: PlannedScenario): number {
	const isOwn = cases.every(({ arms }) => arms.every(({ server }) => server.kind === 'node'));
	return isOwn ? (scenario.atOnce ?? 1) : 1;
}

/** What trials at once take longer than alone, and by how much more. */
const togetherFactor = 1.25;
const togetherMs = 3000;

/** How long the plan will take. An estimate: opening and draining depend on the machine. */
export function estimateMs(scenarios: readonly PlannedScenario[]): number {
	return scenarios.reduce((sum, planned) => {
		const { scenario, size, cases } = planned;
		const eachMs = performancesOf(scenario, cases).map(performanceMs);
		const blockMs = eachMs.reduce((all, ms) => all + ms, 0);
		const atOnce = atOnceOf(planned);
		if (atOnce === 1) return sum + size.repeats * blockMs;
		// Trials at once start at the same time and share two CPUs: they take longer. At the end the machine waits for the longest.
		const longestMs = Math.max(...eachMs) + togetherMs;
		return sum + Math.max(longestMs, ((size.repeats * blockMs) / atOnce) * togetherFactor);
	}, 0);
}

/** All of its sessions, and a group of processes for each set of the server's flags; the load is that of one case. */
function performanceMs({ target, cases }: PlannedPerformance): number {
	const longestMs = Math.max(...cases.map(({ size }) => trialMs(size, target)));
	const openMs = (cases.reduce((sum, { size }) => sum + sessionsOf(size.load), 0) / opensPerS) * 1000;
	const groups = new Set(cases.map(({ size }) => groupKey(target, size))).size;
	return longestMs + (cases.length > 1 ? openMs : 0) + (groups - 1) * startAndStopMs;
}

function trialMs(size: Size, target: Target): number {
	const { client } = target;
	const openMs = (sessionsOf(size.load) / opensPerS) * 1000;
	const fetchMs = size.load.kind === 'listen' ? (client.pollMs ?? 0) : 0;
	if (size.load.kind !== 'hold') return startAndStopMs + openMs + size.warmMs + loadMs(size.load) + fetchMs + 400;
	// Two climbs, each on fresh processes, or one; see `ladder.ts`.
	const { rungs } = size.load;
	const crowdMs = rungs.reduce((sum, rung) => sum + Math.max(0, rung - fewClients), 0) * readingMsPerClient;
	const climbMs = startAndStopMs + rungs.length * readingMs;
	if (!readsKeptAlive(target) || !rungs.some((rung) => rung > 0 && rung <= fewClients))
		return climbMs + openMs + crowdMs;
	const callsMs = rungs.reduce((sum, rung) => sum + Math.min(rung, 1000) / 4, 0);
	return 2 * climbMs + 1.4 * openMs + callsMs + crowdMs;
}
