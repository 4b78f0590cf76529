import { type Command, InvalidArgumentError, type Option } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { UserError } from './exit.ts';
import { type GateFlags, tellGates, withGateFlags } from './gate-options.ts';
import { compareRuns, type TwoRuns } from './judge/compare-runs.ts';
import { comparedGates, unknownName } from './judge/gates.ts';
import { pairedRuns, type TargetPair } from './judge/paired-runs.ts';
import type { Gate } from './model/gate.ts';
import type { RunComparison } from './model/run-comparison.ts';
import { comparisonMarkdown } from './report/comparison-markdown.ts';
import { comparisonText } from './report/comparison-text.ts';
import { terminalOptions } from './report/index.ts';
import { gatesXml } from './report/junit-gates.ts';
import { writeWhole } from './report/whole-file.ts';
import { savedRun } from './saved-run.ts';

export interface CompareFlags extends GateFlags {
	readonly out: string;
	readonly json?: true;
	readonly markdown?: true;
	readonly junit?: string;
	readonly pair?: TargetPair;
}

/** Adds `compare A B`. */
export function withCompare(program: Command, outOption: Option): void {
	const command = program
		.command('compare')
		.description('what differs between two saved runs, B against A; with --fail-on as a gate')
		.argument('<A>', 'the base: name of a run, its folder, its run.json, or "latest"')
		.argument('<B>', 'what is measured against it')
		.option('--json', 'as JSON, with every figure')
		.option('--markdown', 'as Markdown, for a comment of a pull request')
		.option(
			'--pair <a=b>',
			"A's target a against B's target b, which may be the same run: two versions that alternated",
			pair,
		)
		.option('--junit <file>', 'write the gates there as JUnit XML', path)
		.addOption(outOption);
	withGateFlags(command).action((a, b, _options, self: Command) => compareCommand(a, b, self.optsWithGlobals()));
}

function pair(text: string): TargetPair {
	const [, a, b] = /^([^\s=]+)=([^\s=]+)$/.exec(text) ?? [];
	if (a === undefined || b === undefined) throw new InvalidArgumentError('It takes two targets, such as base=head.');
	return { a, b };
}

function path(text: string): string {
	if (text === '') throw new InvalidArgumentError('Give the path of a file.');
	return text;
}

async function compareCommand(givenA: string, givenB: string, flags: CompareFlags): Promise<void> {
	const { failOn: gates = [], strict = false, out, junit } = flags;
	if (flags.json && flags.markdown) throw new UserError('Give --json or --markdown, not both.');
	if (junit !== undefined && gates.length === 0) {
		throw new UserError("--junit writes down gates: add --fail-on, such as --fail-on 'steady-calls.p99Us > 1.10x'.");
	}
	const saved: TwoRuns = { a: await savedRun(out, givenA), b: await savedRun(out, givenB) };
	const runs = flags.pair ? pairOf(saved, flags.pair) : saved;
	checkNames(runs, gates);
	const results = comparedGates(runs, gates);
	const comparison: RunComparison = { ...compareRuns(runs, scenarios), gates: results };
	if (junit !== undefined) {
		const xml = gatesXml(`${runs.a.id} ${runs.b.id}`, results, { strict });
		await writeWhole(junit, xml).catch((error: Error) => {
			throw new UserError(`Cannot write the gates to ${junit}: ${error.message}. Give another file with --junit.`);
		});
	}
	console.log(inForm(comparison, flags).trimEnd());
	process.exitCode = tellGates(results, strict);
}

/** @throws UserError where a run has no such target */
function pairOf(runs: TwoRuns, asked: TargetPair): TwoRuns {
	for (const side of ['a', 'b'] as const) {
		const ids = runs[side].targets.map(({ id }) => id);
		if (ids.includes(asked[side])) continue;
		const known = ids.slice(0, 20).join(', ') || 'none';
		throw new UserError(
			`--pair: run ${side.toUpperCase()} has no target "${asked[side]}"; it has ${known}. Name one of these.`,
		);
	}
	return pairedRuns(runs, asked);
}

/** @throws UserError where a gate names what one of its runs has not */
function checkNames({ a, b }: TwoRuns, gates: readonly Gate[]): void {
	for (const gate of gates) {
		const inA = gate.limit.is === 'relative' ? unknownName(gate, a.planned, `run A, ${a.id}`) : undefined;
		const wrong = unknownName(gate, b.planned, `run B, ${b.id}`) ?? inA;
		if (wrong !== undefined) throw new UserError(wrong);
	}
}

function inForm(comparison: RunComparison, { json, markdown }: CompareFlags): string {
	if (json) return JSON.stringify(comparison, null, '\t');
	return markdown ? comparisonMarkdown(comparison) : comparisonText(comparison, terminalOptions(process.stdout));
}
