import { comparisonWord, noiseWord, ratioWord } from '../model/comparison-word.ts';
import type { Environment } from '../model/environment.ts';
import type { Comparison, Finding, Verdict } from '../model/finding.ts';
import { type MeasureInfo, type MeasureName, measures } from '../model/measures.ts';
import { counted, duration, figure, interval } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import type { ChartData } from '../model/series.ts';
import { shownTarget } from '../model/target.ts';
import type { TrialResult } from '../model/trial.ts';
import { endedWords, hasPart, stateWord } from './trial-states.ts';

// What the reports say, in words; each reporter only lays it out. Nothing here knows HTML, Markdown or a terminal.

/** A word alone is missed, a colour alone is not seen by everyone: both are always shown. */
export const verdictMarks: Readonly<Record<Verdict, string>> = {
	confirmed: '✓',
	refuted: '✗',
	depends: '◐',
	inconclusive: '?',
};

/** A row of a two-column table. */
export type Fact = readonly [name: string, value: string];

/** A title that names more of them would be a list. */
const namedScenarios = 4;

/** What was measured; the id of the run is for tools. */
export function reportTitle(run: RunRecord): string {
	// Within a sentence a title begins small, unless it is an abbreviation.
	const titles = run.scenarios.map(({ title }) =>
		title.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase()),
	);
	if (titles.length > namedScenarios) return `MCP transports measured in ${counted(titles.length, 'scenario')}`;
	return `MCP transports measured: ${titles.join(', ') || run.id}`;
}

/** What was run, when, where and how it ended, as one paragraph. */
export function runSummary(run: RunRecord): string {
	const env = run.environment;
	const parts = [
		`${counted(run.targets.filter(({ twinOf }) => twinOf === undefined).length, 'target')} in ${counted(run.scenarios.length, 'scenario')}, profile ${run.profile}, started ${instant(run.startedAt)}${ranFor(run)} on ${env.cpuModel} (${counted(env.cpus, 'CPU')}).`,
		`${endedWords(run, 'planned trial')}.`,
		stateSentences[run.state],
		...(hasPart(run) ? ['What the stopped one had measured by its last checkpoint counts.'] : []),
	];
	return parts.join(' ');
}

const stateSentences: Readonly<Record<RunRecord['state'], string>> = {
	completed: 'The run is complete.',
	interrupted: 'The run was interrupted; the figures rest on the trials that had finished.',
	failed: 'The run ended with failures; the figures rest on the trials that completed.',
	running: 'The run is not finished, or its harness was killed; the figures rest on the trials saved so far.',
};

function ranFor(run: RunRecord): string {
	if (run.finishedAt === undefined) return '';
	const ms = Date.parse(run.finishedAt) - Date.parse(run.startedAt);
	return Number.isFinite(ms) ? `, ran for ${duration(ms)}` : '';
}

/** `2026-01-31 12:05 UTC`; text that is no date stays as it is. */
export function instant(iso: string): string {
	const ms = Date.parse(iso);
	return Number.isFinite(ms) ? `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC` : iso;
}

/** A measure that this version does not know, from a newer run, keeps its name. */
export function measureInfo(name: MeasureName): MeasureInfo {
	return measures[name] ?? { title: name, unit: '', better: 'neither', meaning: '' };
}

/** Where a chart's picture lies, relative to the run's folder, with `/` as in a link. */
export function chartPath(data: ChartData, ending: 'svg' | 'png'): string {
	return `charts/${data.id.replace(/[^\w.-]+/g, '_')}.${ending}`;
}

const comparisonHead: readonly string[] = [
	'measure',
	'target',
	'reference',
	'target ÷ reference',
	'noise floor',
	'reading',
];

/** A table with more rows than this is folded away: the grids and the sentences say what it says. */
export const foldedRows = 40;

/** Comparisons as a table of text, with their cases where there are several. */
export function comparisonTable(comparisons: readonly Comparison[]): {
	head: string[];
	rows: string[][];
	names: number;
} {
	const hasCases = comparisons.some((comparison) => comparison.case !== undefined);
	const rows = comparisons.map((comparison) => {
		const { measure, a, b } = comparison;
		const place = hasCases ? [comparison.case ?? ''] : [];
		const shown = shownTarget(b);
		// A twin is the noise floor itself.
		const noise = shown === b ? noiseWord(comparison) : '—';
		const words = [ratioWord(comparison), noise, comparisonWord(comparison)];
		return [...place, measureInfo(measure).title, shown, a, ...words];
	});
	return { head: [...(hasCases ? ['case'] : []), ...comparisonHead], rows, names: hasCases ? 4 : 3 };
}

/** The comparisons of a scenario. */
export function comparisonsOf(run: RunRecord, scenario: string): readonly Comparison[] {
	return run.comparisons.filter((comparison) => comparison.scenario === scenario);
}

/** The claims that a scenario tests. */
export function findingsOf(run: RunRecord, scenario: string): readonly Finding[] {
	return run.findings.filter((finding) => finding.scenario === scenario && finding.restsOn === undefined);
}

/** Findings about a part of the article; `title` is empty where nothing of the article was asked. */
export type FindingPart = { readonly title: string; readonly findings: readonly Finding[] };

/** The findings part by part, in their order; what the article does not say stands last, under a title of its own. */
export function findingParts(findings: readonly Finding[]): readonly FindingPart[] {
	const parts = Map.groupBy(findings, ({ part }) => part);
	return [...parts].map(([part, own]) => ({
		title: part ?? (parts.size > 1 ? 'Beyond the article' : ''),
		findings: own,
	}));
}

/** The verdict as a word with its mark; what cannot be measured has none. */
export function verdictText({ verdict, unmeasured }: Finding): string {
	return unmeasured ? 'not measurable' : `${verdictMarks[verdict]} ${verdict}`;
}

/** How long a trial took, if it ran. */
export const trialMs = (trial: TrialResult): number | undefined =>
	'durationMs' in trial ? trial.durationMs : undefined;

/** Why a trial did not complete; empty for one that did. */
export const trialReason = (trial: TrialResult): string => (trial.state === 'completed' ? '' : trial.because);

/** The last lines the target wrote, if the trial kept them. */
export function trialStderr(trial: TrialResult): readonly string[] {
	return 'stderr' in trial ? (trial.stderr ?? []).slice(-20) : [];
}

/** The few figures that say what happened in a trial. */
export function trialFigures(trial: TrialResult): string {
	if (!('measures' in trial)) return '';
	const { callsOk, callsFailed, callsUnknown, fdsPerClient, pssKbPerClient, capacityPerS, capacitySessions } =
		trial.measures;
	const whole = (value: number | undefined) => figure(Math.round(value ?? 0));
	if (callsOk !== undefined) {
		return `${whole(callsOk.value)} ok, ${whole(callsFailed?.value)} failed, ${whole(callsUnknown?.value)} unknown`;
	}
	const capacity = capacityPerS ?? capacitySessions;
	if (capacity !== undefined) {
		const written = `${capacity.atLeast === true ? '≥ ' : ''}${whole(capacity.value)}`;
		return `${written}${capacityPerS === undefined ? ' sessions' : '/s'} within the objective`;
	}
	const slopes = [
		...(fdsPerClient === undefined ? [] : [interval(fdsPerClient.value, undefined, fdsPerClient.unit)]),
		...(pssKbPerClient === undefined ? [] : [`${interval(pssKbPerClient.value, undefined, pssKbPerClient.unit)} PSS`]),
	];
	return slopes.length === 0 ? '' : `${slopes.join(', ')} per client`;
}

/** What someone should look at: a trial that did not complete, or several of a scenario with the same reason. */
export interface Trouble {
	/** `restart.sse.r3`, or `behind-platforms: 24 trials, first behind-platforms.squid.sse.r1`. */
	readonly where: string;
	/** How many they are. */
	readonly trials: number;
	readonly state: TrialResult['state'];
	readonly reason: string;
	readonly stderr: readonly string[];
}

/** One for each reason: what a machine lacks keeps dozens of trials from running. */
export function troubled(run: RunRecord): readonly Trouble[] {
	const failed = run.trials.filter((trial) => trial.state !== 'completed');
	const alike = Map.groupBy(failed, (trial) =>
		JSON.stringify([trial.scenario, trial.state, trialReason(trial), trialStderr(trial)]),
	);
	return [...alike.values()].flatMap((trials) => {
		const [first] = trials;
		if (!first) return [];
		const { id, scenario, state } = first;
		const where = trials.length === 1 ? id : `${scenario}: ${counted(trials.length, 'trial')}, first ${id}`;
		return [{ where, trials: trials.length, state, reason: trialReason(first), stderr: trialStderr(first) }];
	});
}

/** A scenario with more trials than this has them listed by case and target. */
const listedTrials = 120;

export const trialHead: readonly string[] = [
	'scenario',
	'case',
	'target',
	'repeat',
	'state',
	'took',
	'calls or slopes',
	'warnings',
];

/** Every trial, or, where a scenario has very many, its repeats together. */
export function trialRows(run: RunRecord): string[][] {
	const scenarios = Map.groupBy(run.trials, ({ scenario }) => scenario);
	return run.trials.length === 0
		? []
		: [...scenarios.values()].flatMap((trials) => {
				const groups =
					trials.length <= listedTrials
						? trials.map((trial) => [trial])
						: [...Map.groupBy(trials, (trial) => JSON.stringify([trial.case, trial.target])).values()];
				return groups.map(trialRow);
			});
}

function trialRow(repeats: readonly TrialResult[]): string[] {
	const [first] = repeats;
	const states = Map.groupBy(repeats, stateWord);
	const took = repeats.flatMap((trial) => trialMs(trial) ?? []);
	const [least, most] = [Math.min(...took), Math.max(...took)].map(duration);
	const said = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text !== '').join('; ');
	const one = repeats.length === 1;
	return [
		first?.scenario ?? '',
		first?.case ?? '',
		first?.target ?? '',
		one ? String(first?.repeat) : `${repeats.length} repeats`,
		[...states].map(([word, of]) => (one ? word : `${of.length} ${word}`)).join(', '),
		took.length === 0 ? '—' : least === most ? `${least}` : `${least} to ${most}`,
		said(repeats.map(trialFigures)),
		said(repeats.flatMap((trial) => trial.warnings.map((warning) => `${warning.id}: ${warning.detail}`))),
	];
}

/** Versions, machine and limits: what another run must share to be comparable. */
export function environmentFacts(run: RunRecord): Fact[] {
	const env = run.environment;
	return [
		['run', run.id],
		['state', run.state],
		['profile', run.profile],
		['seed', String(run.seed)],
		['started', run.startedAt],
		['finished', run.finishedAt ?? 'not finished'],
		['git', env.git === null ? 'not a git checkout' : `${env.git.head}${env.git.dirty ? ' (with local changes)' : ''}`],
		['node', `${env.node} (V8 ${env.v8})`],
		...machineFacts(env),
		[
			'packages',
			Object.entries(env.packages)
				.map(([name, version]) => `${name} ${version}`)
				.join(', ') || 'none',
		],
		['not measurable here', env.missing.join('; ') || 'nothing'],
	];
}

function machineFacts(env: Environment): Fact[] {
	return [
		['system', `${env.os}, kernel ${env.kernel}, ${env.arch}`],
		['CPU', `${env.cpuModel}, ${counted(env.cpus, 'CPU')}`],
		['memory', interval(env.memoryMb * 1024, undefined, 'KB')],
		['descriptors per process', figure(env.fdLimit)],
		['local ports', figure(env.ephemeralPorts)],
		['placement', env.placement.note],
		['CPUs busy at start', env.busyCpus.toFixed(2)],
		['load average at start', env.loadAverage1.toFixed(2)],
	];
}
