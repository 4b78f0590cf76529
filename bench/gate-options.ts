import { type Command, InvalidArgumentError } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { readObjectives } from './config.ts';
import { exitCodes, UserError } from './exit.ts';
import { runGates, skipped, unknownName } from './judge/gates.ts';
import { type Gate, type GateResult, parseGate } from './model/gate.ts';
import type { RunRecord } from './model/run.ts';
import type { TrialPlan } from './model/trial.ts';
import { cleanText } from './report/index.ts';
import { quoted } from './user-flags.ts';

/** The flags that set limits. */
export interface GateFlags {
	readonly failOn?: readonly Gate[];
	readonly strict?: boolean;
	readonly config?: string;
}

/** The limits of a command: those of its flags must be checked, an objective of the config file only where it applies. */
export interface AskedGates {
	readonly flags: readonly Gate[];
	readonly objectives: readonly Gate[];
	readonly strict: boolean;
}

export function withGateFlags(command: Command): Command {
	return command
		.option(
			'--fail-on <gate>',
			"exit code 1 when a limit is passed, e.g. 'steady-calls.p99Us > 50ms', in compare also '> 1.10x'; repeatable",
			gate,
		)
		.option('--strict', 'a gate on which the figures do not decide fails, too');
}

function gate(text: string, before: readonly Gate[] = []): readonly Gate[] {
	try {
		const read = parseGate(text);
		return before.some(({ word }) => word === read.word) ? before : [...before, read];
	} catch (error) {
		throw new InvalidArgumentError((error as Error).message);
	}
}

/** The same flags as words of a shell. */
export function gateWords({ failOn = [], strict = false }: GateFlags): string[] {
	return [...failOn.map(({ word }) => `--fail-on ${quoted(word)}`), ...(strict ? ['--strict'] : [])];
}

/** The limits for a run of one's own. @throws UserError where one is relative, or names what there is not */
export function askedGates({ failOn = [], strict = false, config }: GateFlags): AskedGates {
	const relative = failOn.find(({ limit }) => limit.is === 'relative');
	if (relative) {
		throw new UserError(
			`The gate ${relative.word} is relative to another run: give it to \`npm run bench -- compare A B\`, or name a limit with a unit.`,
		);
	}
	const objectives = readObjectives(config);
	const known = scenarios.map(({ id }) => id);
	const strange = objectives.find(({ scenario }) => !known.includes(scenario));
	if (strange) {
		throw new UserError(
			`The objective ${strange.word} checks nothing: there is no scenario "${strange.scenario}". Known are ${known.join(', ')}.`,
		);
	}
	return { flags: failOn, objectives, strict };
}

/** @throws UserError where a gate of the flags names what is not planned: better than to say so after ten minutes */
export function checkPlanned({ flags }: AskedGates, planned: readonly TrialPlan[], where: string): void {
	const wrong = flags.map((each) => unknownName(each, planned, where)).find((sentence) => sentence !== undefined);
	if (wrong !== undefined) throw new UserError(wrong);
}

/** What became of all limits in a run. */
export function judgedGates({ flags, objectives }: AskedGates, run: RunRecord): readonly GateResult[] {
	const named = new Set(flags.map(({ word }) => word));
	const others = objectives.filter(({ word }) => !named.has(word));
	return [...runGates(run, flags), ...others.flatMap((each) => objective(each, run))];
}

/** An objective is for every run of a project; one that this run did not ask about was not missed by it. */
function objective(asked: Gate, run: RunRecord): readonly GateResult[] {
	const own = run.planned.filter(({ scenario }) => scenario === asked.scenario);
	if (own.length === 0) return [skipped(asked, `${asked.scenario} is no part of this run`)];
	const unknown = unknownName(asked, run.planned, 'this run');
	return unknown === undefined ? runGates(run, [asked]) : [skipped(asked, 'its case or target is no part of this run')];
}

/** What does not fail, for people. */
export function gateLines(results: readonly GateResult[], strict: boolean): readonly string[] {
	const well = results.filter(({ state }) => !isFailing(state, strict) && state !== 'void');
	return well.map(({ sentence }) => cleanText(sentence));
}

function isFailing(state: GateResult['state'], strict: boolean): boolean {
	return state === 'broken' || (strict && state === 'open');
}

/** Says on stderr what failed, a sentence for each gate. @returns the exit code */
export function tellGates(results: readonly GateResult[], strict: boolean): number {
	const failing = results.filter(({ state }) => isFailing(state, strict));
	const empty = results.filter(({ state }) => state === 'void');
	for (const { sentence } of [...failing, ...empty]) console.error(`bench: ${cleanText(sentence)}`);
	if (failing.length > 0) return exitCodes.gate;
	return empty.length > 0 ? exitCodes.usage : exitCodes.ok;
}
