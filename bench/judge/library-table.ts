import { duration } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import type { TrialFacts } from './facts.ts';
import { type LibraryWords, libraryWords } from './library-words.ts';

export interface JudgedTrial {
	readonly result: TrialResult;
	readonly facts: TrialFacts;
}

const columns: readonly (readonly [head: string, words: keyof LibraryWords])[] = [
	['recovers by itself', 'byItself'],
	['calls while it is down', 'whileDown'],
	['calls when it is back', 'afterHeal'],
	['a call in flight', 'inFlight'],
	['a client that only waits hears', 'heard'],
	['by hand', 'byHand'],
];

/**
 * What applications saw of their client libraries: a row for each case and target, in words, with the command that runs it
 * alone. Undefined where no library was observed.
 */
export function libraryTable(
	run: RunRecord,
	scenario: string,
	trials: readonly JudgedTrial[],
): ReportTable | undefined {
	const seen = trials.filter(({ facts }) => facts.libraries.library !== undefined);
	if (seen.length === 0) return undefined;
	const order = run.scenarios.find(({ id }) => id === scenario)?.cases ?? [];
	const place = ({ result }: JudgedTrial) => [
		order.findIndex(({ id }) => id === result.case),
		targetPlace(run, result),
	];
	const rows = Map.groupBy(seen, ({ result }) => JSON.stringify([result.case, result.target]));
	const sorted = [...rows.values()].sort(([a], [b]) => (a && b ? compared(place(a), place(b)) : 0));
	return {
		title: 'What an application sees',
		note: noteOf(run, seen),
		head: ['client', 'server', ...columns.map(([head]) => head), 'first success', 'run it alone'],
		rows: sorted.map((row) => rowOf(run, scenario, row)),
	};
}

function targetPlace(run: RunRecord, { target }: TrialResult): number {
	return run.targets.findIndex(({ id }) => id === target);
}

function compared([a = 0, b = 0]: readonly number[], [c = 0, d = 0]: readonly number[]): number {
	return a - c || b - d;
}

/** When it ran, and with which packages: tables age. */
function noteOf(run: RunRecord, seen: readonly JudgedTrial[]): string {
	const libraries = seen.flatMap(({ facts: { libraries } }) => libraries.library ?? []);
	const clients = new Set(
		libraries.map(({ library, package: name, version }) => `client ${library} is ${name} ${version}`),
	);
	const servers = Object.entries(run.environment.packages).filter(([name]) =>
		name.startsWith('@modelcontextprotocol/'),
	);
	const versions = servers.map(([name, version]) => `${name} ${version}`).join(', ');
	return `Ran on ${run.startedAt.slice(0, 10)}: ${[...clients].sort().join(', ')}; installed are ${versions}.`;
}

function rowOf(run: RunRecord, scenario: string, trials: readonly JudgedTrial[]): string[] {
	const [first] = trials;
	if (!first) return [];
	const { result, facts } = first;
	const words = trials.map((trial) => libraryWords(trial.facts.libraries));
	const cases = run.scenarios.find(({ id }) => id === scenario)?.cases;
	const title = cases?.find(({ id }) => id === result.case)?.title ?? facts.libraries.library?.library ?? '';
	return [
		title,
		result.target,
		...columns.map(([, name]) => agreed(words.map((each) => each[name]))),
		firstSuccess(trials),
		commandOf(run, result),
	];
}

/** What all repeats say; or, where they differ, how many say what. */
function agreed(said: readonly string[]): string {
	const counts = [...Map.groupBy(said, (text) => text)].sort(([, a], [, b]) => b.length - a.length);
	if (counts.length === 1) return said[0] ?? '';
	return counts.map(([text, all]) => `${all.length} of ${said.length}: ${text}`).join('. ');
}

function firstSuccess(trials: readonly JudgedTrial[]): string {
	const times = trials.flatMap(({ facts }) => facts.libraries.firstSuccessMs ?? []).sort((a, b) => a - b);
	const [least, most] = [times[0], times.at(-1)];
	if (least === undefined || most === undefined) return 'never';
	const span = duration(least) === duration(most) ? duration(least) : `${duration(least)} to ${duration(most)}`;
	return times.length === trials.length
		? `after ${span}`
		: `after ${span}, in ${times.length} of ${trials.length} repeats`;
}

function commandOf({ profile }: RunRecord, { scenario, target, case: inCase }: TrialResult): string {
	const which = inCase === undefined ? '' : ` --case ${inCase}`;
	// A name with options has a `?`, which a shell would take for a pattern.
	const arm = /^[\w./-]+$/.test(target) ? target : `'${target}'`;
	return `npm run bench -- --profile ${profile} --scenario ${scenario} --target ${arm}${which} --repeats 1`;
}
