import { relative } from 'node:path';
import { scenarios } from '../scenarios/index.ts';
import { choose, type RunFlags } from './choice.ts';
import { budgetOf } from './decision-flags.ts';
import { diagnose, formatDoctor } from './doctor.ts';
import { exitCodes } from './exit.ts';
import { machinePlacement } from './fleet/placement.ts';
import {
	type AskedGates,
	askedGates,
	checkPlanned,
	type GateFlags,
	gateLines,
	judgedGates,
	tellGates,
} from './gate-options.ts';
import { duration } from './model/quantity.ts';
import type { RunRecord } from './model/run.ts';
import type { Plan } from './plan.ts';
import { canBeDrawnOn, LiveProgress, type Progress, plainProgress, quietProgress } from './progress.ts';
import { cleanText, shareText, summary, terminalOptions, writeReports } from './report/index.ts';
import { type FinishedRun, rereadRun, runBench } from './run.ts';
import { stopOnSignals } from './signals.ts';
import { findRun } from './store.ts';
import { userServers } from './user-flags.ts';
import { type PreparedTarget, prepareUserTarget } from './user-target.ts';

/** The default command: plan, run, judge, report. */
export async function runCommand(flags: RunFlags): Promise<void> {
	const budgetMs = budgetOf(flags);
	const seed = flags.seed ?? Date.now() % 1_000_000;
	const gates = askedGates(flags);
	const stop = stopOnSignals('Interrupted: finished trials are kept and reported. Once more to stop at once.');
	const own = await prepared(flags);
	if (stop.signal.aborted) {
		process.exitCode = exitCodes.interrupted;
		return stop.release();
	}
	const servers = own.map(({ target }) => target);
	const { plan, notes } = choose(flags, seed, servers);
	checkPlanned(gates, plan.trials, 'this run');
	if (!flags.quiet) for (const note of notes) console.log(cleanText(note));
	const headers = new Map(own.map(({ target, headers: values }) => [target.id, values]));
	const progress = progressFor(flags, plan, stop.signal);
	const options = {
		profile: flags.profile,
		seed,
		root: flags.out,
		placement: machinePlacement(),
		headers,
		signal: stop.signal,
		progress,
		...(budgetMs !== undefined && { budgetMs }),
	};
	try {
		const run = await runBench(plan, options).finally(() => progress.close());
		const verdict = await report(run, gates);
		const lacking = whyAllWasSkipped(run.input.run);
		if (lacking !== undefined) console.error(`bench: ${cleanText(lacking)}`);
		process.exitCode = lacking === undefined ? exitCodeOf(run.input.run, verdict) : exitCodes.machine;
	} finally {
		stop.release();
	}
}

/** Writes all reports of a saved run again. */
export async function reportCommand(given: string, { out, ...flags }: GateFlags & { out: string }): Promise<void> {
	const gates = askedGates(flags);
	const folder = await findRun(out, given);
	checkPlanned(gates, folder.load().planned, folder.id);
	const verdict = await report(await rereadRun(folder, scenarios), gates);
	if (typeof process.exitCode !== 'number') process.exitCode = verdict;
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

function progressFor(flags: RunFlags, plan: Plan, signal: AbortSignal): Progress {
	if (flags.quiet) return quietProgress;
	console.log(
		`${plan.trials.length === 1 ? '1 trial' : `${plan.trials.length} trials`}, about ${duration(plan.estimateMs)}.`,
	);
	return canBeDrawnOn(process.stdout)
		? new LiveProgress(process.stdout, plan.estimateMs, { signal })
		: plainProgress((line) => console.log(line));
}

/**
 * Writes the reports and shows the summary; a report that fails is said, and the others are there all the same.
 * @returns the exit code that the gates give
 */
async function report({ folder, input: judged }: FinishedRun, asked: AskedGates): Promise<number> {
	const { strict } = asked;
	const gates = judgedGates(asked, judged.run);
	const input = { ...judged, ...(gates.length > 0 && { gates: { results: gates, strict } }) };
	const { paths, failures } = await writeReports(input, folder.path);
	const shown = paths.filter((path) => path.endsWith('.html') || path.endsWith('.md')).map(near);
	console.log(summary(input, { ...terminalOptions(process.stdout), paths: shown }));
	for (const line of gateLines(gates, strict)) console.log(line);
	console.log(`To share:\n\n${shareText(input, shown[0])}\n`);
	for (const [why, failed] of Map.groupBy(failures, ({ error }) => error.message)) {
		const names = failed.map(({ reporter }) => reporter).join(', ');
		const again = `What was measured is saved: \`npm run bench -- report ${folder.path}\` writes all reports again.`;
		console.error(`bench: cannot write the reports ${names}: ${cleanText(why)}. ${again}`);
	}
	if (failures.length > 0) process.exitCode = exitCodes.failed;
	return tellGates(gates, strict);
}

/** A path as a reader likes to type it. */
function near(path: string): string {
	const fromHere = relative(process.cwd(), path);
	return fromHere.length < path.length ? fromHere : path;
}

function exitCodeOf({ state }: RunRecord, verdict: number): number {
	if (state === 'interrupted') return exitCodes.interrupted;
	if (state === 'failed') return exitCodes.failed;
	return typeof process.exitCode === 'number' ? process.exitCode : verdict;
}

/** Reasons are as many as the programs that can be missing; more are told in the report. */
const mostReasons = 4;

/** What this machine lacks for a finished run of which nothing could be measured; undefined where a trial ran. */
function whyAllWasSkipped({ state, trials, scenarios: ran }: RunRecord): string | undefined {
	if (state !== 'completed') return undefined;
	const reasons = trials.flatMap((trial) => (trial.state === 'skipped' ? [trial.because] : []));
	if (reasons.length === 0 || reasons.length < trials.length) return undefined;
	const [what, verb] = trials.length === 1 ? ['the only trial', 'was'] : [`all ${trials.length} trials`, 'were'];
	const where = ran.map(({ id }) => id).join(', ');
	const told = [...new Set(reasons)].slice(0, mostReasons).join(' ');
	return `Nothing was measured: ${what} of ${where} ${verb} skipped. ${told}`;
}
