import { relative } from 'node:path';
import type { Command } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { diagnose, formatDoctor } from './doctor.ts';
import { exitCodes, UserError } from './exit.ts';
import { faults } from './faults/faults.ts';
import { machinePlacement } from './fleet/placement.ts';
import { machineLimits } from './machine-bounds.ts';
import type { Objective } from './model/objective.ts';
import { duration } from './model/quantity.ts';
import { type Profile, profiles, type Scenario } from './model/scenario.ts';
import type { Target } from './model/target.ts';
import { makePlan, type Plan } from './plan.ts';
import { LiveProgress, type Progress, plainProgress, quietProgress } from './progress.ts';
import { cleanText, summary, terminalOptions, writeReports } from './report/index.ts';
import { type FinishedRun, rereadRun, runBench } from './run.ts';
import { stopOnSignals } from './signals.ts';
import { findRun } from './store.ts';
import { withOptions } from './target-options.ts';
import { expandTargets, knownTargets, withNamedPolicy } from './targets.ts';
import { ownWords, type UserFlags, userServers } from './user-flags.ts';
import { type PreparedTarget, prepareUserTarget } from './user-target.ts';

export interface RunFlags extends UserFlags {
	readonly profile: Profile;
	readonly scenario?: string[];
	readonly target?: string[];
	readonly case?: string[];
	readonly repeats?: number;
	readonly objective?: Objective;
	readonly seed?: number;
	readonly out: string;
	readonly quiet?: boolean;
}

/** The default command: plan, run, judge, report. */
export async function runCommand(flags: RunFlags): Promise<void> {
	const seed = flags.seed ?? Date.now() % 1_000_000;
	const stop = stopOnSignals('Interrupted: finished trials are kept and reported. Once more to stop at once.');
	const own = await prepared(flags);
	if (stop.signal.aborted) {
		process.exitCode = exitCodes.interrupted;
		return stop.release();
	}
	const plan = planOf(
		flags,
		seed,
		own.map(({ target }) => target),
	);
	const headers = new Map(own.map(({ target, headers: values }) => [target.id, values]));
	const progress = progressFor(flags, plan);
	const options = {
		profile: flags.profile,
		seed,
		root: flags.out,
		placement: machinePlacement(),
		headers,
		signal: stop.signal,
		progress,
	};
	try {
		const run = await runBench(plan, options).finally(() => progress.close());
		await report(run);
		process.exitCode = exitCodeOf(run);
	} finally {
		stop.release();
	}
}

/** Writes all reports of a saved run again. */
export async function reportCommand(given: string, { out }: { out: string }): Promise<void> {
	await report(await rereadRun(await findRun(out, given), scenarios));
}

export function listCommand({ json }: { json?: boolean }, program: Command): void {
	const arms = scenarios.flatMap((scenario) => scenario.arms(knownTargets, 'full'));
	const variants = [...new Map(arms.filter(({ id, base }) => id !== base).map((arm) => [arm.id, arm])).values()];
	const listed = {
		scenarios: scenarios.map(({ id, title, question, claims, sizes }) => ({
			id,
			title,
			question,
			cases: (sizes.full ?? sizes.standard)?.cases?.map((each) => ({ id: each.id, title: each.title })) ?? [],
			claims: claims.map((claim) => ({ id: claim.id, text: claim.text })),
		})),
		targets: [...knownTargets, ...variants].map(({ id, title, transport, implementation }) => ({
			id,
			title,
			transport,
			implementation,
		})),
		faults: Object.keys(faults),
		platformProfiles: [],
		commands: program.commands.map((command) => ({ name: command.name(), description: command.description() })),
	};
	if (json) {
		console.log(JSON.stringify(listed, null, 2));
		return;
	}
	const lines = (title: string, items: readonly (readonly [string, string])[]) => {
		if (items.length === 0) return;
		const width = Math.max(...items.map(([id]) => id.length));
		console.log(`${title}\n${items.map(([id, text]) => `  ${id.padEnd(width)}  ${text}`.trimEnd()).join('\n')}\n`);
	};
	lines(
		'Scenarios',
		listed.scenarios.map(({ id, question }) => [id, question] as const),
	);
	lines(
		'Cases',
		listed.scenarios.flatMap(({ id, cases }) => cases.map((each) => [`${id} ${each.id}`, each.title] as const)),
	);
	lines(
		'Targets',
		listed.targets.map(({ id, title }) => [id, title] as const),
	);
	lines(
		'Faults',
		listed.faults.map((id) => [id, ''] as const),
	);
	lines(
		'Commands',
		listed.commands.map(({ name, description }) => [name, description] as const),
	);
}

export async function doctorCommand({ json }: { json?: boolean }): Promise<void> {
	const checks = await diagnose();
	console.log(json ? JSON.stringify(checks, null, 2) : formatDoctor(checks, terminalOptions(process.stdout).columns));
}

/** The user's own servers, asked what they are; what was found out is said. */
async function prepared(flags: RunFlags): Promise<PreparedTarget[]> {
	const named = flags.target ?? ['all'];
	const chosen = userServers(flags).filter(({ id }) => named.includes('all') || named.includes(id));
	const targets: PreparedTarget[] = [];
	for (const server of chosen) targets.push(await prepareUserTarget(server, flags.allowRemote === true));
	if (!flags.quiet) for (const note of targets.flatMap(({ notes }) => notes)) console.log(cleanText(note));
	return targets;
}

function planOf(flags: RunFlags, seed: number, own: readonly Target[]): Plan {
	const asked = (flags.target ?? [])
		.filter((name) => name.includes('?'))
		.map((name) => withOptions(name, knownTargets));
	const varied = (flags.target ?? []).flatMap((name) => withNamedPolicy(name, [...knownTargets, ...own]));
	const all = [...knownTargets, ...own, ...asked, ...varied];
	const known = all.map(({ id }) => id);
	// Servers of the user's are what the command is about: without --target they run alone.
	const named = flags.target ? expandTargets(flags.target, all) : own.map(({ id }) => id);
	const arms = scenarios.flatMap((scenario) => scenario.arms(knownTargets, 'full').map(({ id }) => id));
	for (const id of named) {
		if (!known.includes(id) && !arms.includes(id)) throw unknown('target', id, [...new Set([...known, ...arms])]);
	}
	const plan = makePlan(
		{
			profile: flags.profile,
			scenarios: chosen(flags.scenario),
			scenariosNamed: flags.scenario !== undefined,
			targets: named,
			targetsNamed: flags.target !== undefined,
			own: ownWords(flags),
			...(flags.repeats === undefined ? {} : { repeats: flags.repeats }),
			...(flags.objective === undefined ? {} : { objective: flags.objective }),
			...(flags.case === undefined ? {} : { cases: chosenCases(flags.case, flags.profile, chosen(flags.scenario)) }),
			seed,
		},
		all,
		machineLimits(),
	);
	if (flags.objective && !plan.scenarios.some(({ size }) => size.load.kind === 'search')) {
		throw new UserError('--objective is what a search looks for; add --scenario capacity, or capacity-sessions.');
	}
	const leftOut =
		flags.case && flags.scenario?.filter((id) => !plan.scenarios.some(({ scenario }) => scenario.id === id));
	if (leftOut?.length) {
		throw new UserError(
			`${leftOut.join(', ')} has none of the cases ${flags.case?.join(', ')}; leave it out of --scenario.`,
		);
	}
	if (plan.trials.length === 0) {
		throw new UserError(
			`No chosen scenario runs ${named.join(', ')} in profile ${flags.profile}; \`npm run bench -- list\` shows the targets, --profile full has the most.`,
		);
	}
	return plan;
}

function chosen(ids: readonly string[] | undefined): readonly Scenario[] {
	if (!ids) return scenarios;
	const known = scenarios.map(({ id }) => id);
	for (const id of ids) if (!known.includes(id)) throw unknown('scenario', id, known);
	return scenarios.filter(({ id }) => ids.includes(id));
}

/** The cases that were named, of the scenarios that were chosen. */
function chosenCases(ids: readonly string[], profile: Profile, of: readonly Scenario[]): readonly string[] {
	const known = [...new Set(of.flatMap(({ sizes }) => sizes[profile]?.cases?.map(({ id }) => id) ?? []))];
	if (known.length === 0) {
		throw new UserError('--case chooses among the cases of a scenario, and none of the chosen scenarios has any.');
	}
	for (const id of ids) {
		if (known.includes(id)) continue;
		const has = profiles.filter((other) => of.some(({ sizes }) => sizes[other]?.cases?.some((each) => each.id === id)));
		if (has.length === 0) throw unknown('case', id, known);
		throw new UserError(`The case ${id} is not part of the profile ${profile}; add --profile ${has.join(' or ')}.`);
	}
	return ids;
}

function unknown(what: string, given: string, allowed: readonly string[]): UserError {
	return new UserError(
		`Unknown ${what} "${given}". Known are ${allowed.join(', ')}; \`npm run bench -- list\` describes them.`,
	);
}

function progressFor(flags: RunFlags, plan: Plan): Progress {
	if (flags.quiet) return quietProgress;
	console.log(
		`${plan.trials.length === 1 ? '1 trial' : `${plan.trials.length} trials`}, about ${duration(plan.estimateMs)}.`,
	);
	return process.stdout.isTTY
		? new LiveProgress(process.stdout, plan.estimateMs)
		: plainProgress((line) => console.log(line));
}

/** Writes the reports and shows the summary; a report that fails is said, and the others are there all the same. */
async function report({ folder, input }: FinishedRun): Promise<void> {
	const { paths, failures } = await writeReports(input, folder.path);
	const shown = paths
		.filter((path) => path.endsWith('.html') || path.endsWith('.md'))
		.map((path) => relative(process.cwd(), path));
	console.log(summary(input, { ...terminalOptions(process.stdout), paths: shown }));
	for (const { reporter, error } of failures) {
		console.error(`bench: the ${reporter} report could not be written: ${error.message}`);
	}
	if (failures.length > 0) process.exitCode = exitCodes.failed;
}

function exitCodeOf({ input: { run } }: FinishedRun): number {
	if (run.state === 'interrupted') return exitCodes.interrupted;
	if (run.state === 'failed') return exitCodes.failed;
	return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
}
