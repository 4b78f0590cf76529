import type { Verdict } from '../../model/finding.ts';
import { counted, tick } from '../../model/quantity.ts';
import type { ReportInput } from '../../model/report.ts';
import type { RunRecord } from '../../model/run.ts';
import { type HeadlineFigure, headlineFigures } from './headlines.ts';

export const historySchema = 1;

/** What must be equal for the figures of two runs to be of one machine; the rest of its software may change. */
export interface PublishedMachine {
	readonly cpuModel: string;
	readonly cpus: number;
	/** In MB; a kernel’s own share makes it differ a little from one boot to the next. */
	readonly memoryMb: number;
	readonly arch: string;
}

/** One published run, for good: the run’s own data are replaced by those of the next. */
export interface PublishedRun {
	readonly id: string;
	readonly startedAt: string;
	readonly profile: string;
	readonly seed: number;
	readonly command: string;
	/** The commit of the harness, with `+` where files differed from it; null outside of a checkout. */
	readonly commit: string | null;
	readonly machine: PublishedMachine;
	readonly os: string;
	readonly kernel: string;
	readonly node: string;
	readonly trials: { readonly planned: number; readonly completed: number; readonly invalid: number };
	/** How many claims came out how. */
	readonly verdicts: Readonly<Record<Verdict, number>>;
	readonly figures: readonly HeadlineFigure[];
}

/** `history.json`. */
export interface PublishedHistory {
	readonly schema: typeof historySchema;
	/** In the order in which they were published first. */
	readonly runs: readonly PublishedRun[];
}

export const noHistory: PublishedHistory = { schema: historySchema, runs: [] };

/** What stays of a run in the history. */
export function entryOf(input: ReportInput): PublishedRun {
	const { run } = input;
	const { environment: env } = run;
	return {
		id: run.id,
		startedAt: run.startedAt,
		profile: run.profile,
		seed: run.seed,
		command: run.command,
		commit: env.git && `${env.git.head}${env.git.dirty ? '+' : ''}`,
		machine: { cpuModel: env.cpuModel, cpus: env.cpus, memoryMb: env.memoryMb, arch: env.arch },
		os: env.os,
		kernel: env.kernel,
		node: env.node,
		trials: {
			planned: run.planned.length,
			completed: run.trials.filter(({ state }) => state === 'completed').length,
			invalid: run.trials.filter(({ state }) => state === 'invalid').length,
		},
		verdicts: verdictCounts(run),
		figures: headlineFigures(input),
	};
}

/** Of what scenarios decide; statements that rest on others would count twice. */
export function verdictCounts({ findings }: RunRecord): Readonly<Record<Verdict, number>> {
	const judged = findings.filter(({ restsOn, unmeasured }) => restsOn === undefined && !unmeasured);
	const count = (verdict: Verdict) => judged.filter((finding) => finding.verdict === verdict).length;
	return {
		confirmed: count('confirmed'),
		refuted: count('refuted'),
		depends: count('depends'),
		inconclusive: count('inconclusive'),
	};
}

/** The history with a run at its end, or in the place of its own older entry: nothing else is ever changed. */
export function withEntry({ schema, runs }: PublishedHistory, entry: PublishedRun): PublishedHistory {
	const isKnown = runs.some(({ id }) => id === entry.id);
	return { schema, runs: isKnown ? runs.map((run) => (run.id === entry.id ? entry : run)) : [...runs, entry] };
}

/** Share by which the memory of one machine may differ between two boots. */
const sameMemory = 0.05;

function isSame(a: PublishedMachine, b: PublishedMachine): boolean {
	const alike = a.cpuModel === b.cpuModel && a.cpus === b.cpus && a.arch === b.arch;
	return alike && Math.abs(a.memoryMb - b.memoryMb) <= sameMemory * a.memoryMb;
}

/** The machines of a history, in the order in which they first appear. */
export function machinesOf({ runs }: PublishedHistory): readonly PublishedMachine[] {
	const machines: PublishedMachine[] = [];
	for (const { machine } of runs) if (!machines.some((known) => isSame(known, machine))) machines.push(machine);
	return machines;
}

/** `A`, `B`, …: short enough for the axis of a chart. */
export function machineLetter(history: PublishedHistory, machine: PublishedMachine): string {
	let nth = machinesOf(history).findIndex((known) => isSame(known, machine));
	let letters = '';
	for (; nth >= 0; nth = Math.floor(nth / 26) - 1) letters = String.fromCharCode(65 + (nth % 26)) + letters;
	return letters;
}

export function machineInWords({ cpuModel, cpus, memoryMb, arch }: PublishedMachine): string {
	return `${cpuModel}, ${counted(cpus, 'CPU')}, ${tick(Math.round(memoryMb / 102.4) / 10)}\u202fGB, ${arch}`;
}

/** `12 confirmed, 3 refuted`; what there is none of is left out. */
export function verdictsInWords(verdicts: PublishedRun['verdicts']): string {
	const parts = Object.entries(verdicts).filter(([, n]) => n > 0);
	return parts.map(([verdict, n]) => `${n} ${verdict}`).join(', ') || 'no claim was judged';
}

/** The commit as people write it. */
export function shortCommit(commit: string | null): string {
	if (commit === null) return 'unknown';
	return `${commit.slice(0, 10)}${commit.endsWith('+') ? ' with local changes' : ''}`;
}
