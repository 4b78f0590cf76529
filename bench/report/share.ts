import type { Comparison, Evidence, Finding, Verdict } from '../model/finding.ts';
import { containsWait } from '../model/measure-kinds.ts';
import { counted, duration, ratio, tick } from '../model/quantity.ts';
import type { ReportInput } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import { commandInLines } from './again.ts';
import { claimsOf, statementsOf } from './claim-counts.ts';
import { clean, cleanText } from './clean.ts';
import { cellsOf, cut, wrap } from './columns.ts';
import { findingParts, instant, type Trouble, troubled, verdictMarks } from './content.ts';
import { decidingEvidence, evidencePlace, ownFigure } from './evidence.ts';
import { mainFigureLines } from './share-figures.ts';
import { completedWords, hasPart, stateWords } from './trial-states.ts';

// What a person pastes into a chat: plain text, short, and nothing in it that the run's data do not say.

/** A chat shows no more at a glance, nor in a line. */
const mostLines = 15;
const width = 80;

const mostFigures = 3;
const mostPartLines = 4;
const mostCommandLines = 4;

/**
 * A run in at most 15 lines of at most 80 columns: what ran where, the verdicts, what decides most, where the report lies, how to run it
 * again. Without colours; ends without a line break.
 * @param reportPath where the report lies, as the reader reaches it; absent where it could not be written. Never broken, so that it can be opened
 */
export function shareText(unclean: ReportInput, reportPath?: string): string {
	const input = clean(unclean);
	const { run } = input;
	const isAsked = countsOf(run.findings).length > 0;
	const measured = isAsked ? [] : mainFigureLines(input, width);
	const before = [...headLines(run), ...(measured.length > 0 ? [] : [totalLine(run.findings)])];
	const last = [
		...(reportPath === undefined ? [] : [`Report: ${cleanText(reportPath)}`]),
		...commandLines(run.command),
	];
	const spare = mostLines - before.length - last.length;
	const figures = isAsked ? figureLines(run, spare) : measured.slice(0, spare);
	const after = [...figures, ...last];
	const room = Math.min(mostPartLines, mostLines - before.length - after.length);
	return [...before, ...partLines(run.findings, room), ...after].join('\n');
}

const stateSentences: Readonly<Record<RunRecord['state'], string>> = {
	completed: '',
	interrupted: 'Interrupted: only what had finished counts.',
	failed: 'With failures: only what completed counts.',
	running: 'Not finished: only what was saved so far counts.',
};

const partSentence = 'Stopped: what had been measured by then counts.';

/** What was run, on what; what went wrong. */
function headLines(run: RunRecord): string[] {
	const { environment: env } = run;
	const { git } = env;
	const targets = run.targets.filter(({ twinOf }) => twinOf === undefined);
	const asked = `${counted(targets.length, 'target')}, ${counted(run.scenarios.length, 'scenario')}`;
	const ms = run.finishedAt === undefined ? Number.NaN : Date.parse(run.finishedAt) - Date.parse(run.startedAt);
	const lasted = Number.isFinite(ms) ? `, ran for ${duration(ms)}` : '';
	const commit = git ? `, commit ${git.head.slice(0, 8)}${git.dirty ? ' (changed)' : ''}` : '';
	const machine = `${env.cpuModel} (${counted(env.cpus, 'CPU')}), ${env.os}, Node ${env.node}`;
	const stateSentence = hasPart(run) ? partSentence : stateSentences[run.state];
	const isTrouble = ({ state }: Pick<Trouble, 'state'>) => state !== 'skipped';
	const [trouble] = troubled(run).filter(isTrouble);
	const failed = run.trials.filter((trial) => trial.state !== 'completed' && isTrouble(trial)).length;
	return [
		...wrap(`MCP transports (${run.profile}): ${asked}, ${completedWords(run, 'trial')}.`, width).slice(0, 2),
		...wrap(`On ${machine}; ${instant(run.startedAt)}${lasted}${commit}.`, width).slice(0, 2),
		...(stateSentence === '' ? [] : [stateSentence]),
		...(trouble ? [troubleLine(trouble, failed - trouble.trials)] : []),
		...othersLine(run),
	];
}

/** That other programs had a good part of the machine, where they had. */
function othersLine({ trials, environment: { cpus } }: RunRecord): string[] {
	const shared = trials.filter(({ warnings }) => warnings.some(({ id }) => id === 'machine-shared'));
	const shares = shared.flatMap((trial) => ('measures' in trial && trial.measures.othersCpuShare?.value) || []);
	if (shares.length === 0) return [];
	const most = (Math.max(...shares) / 100).toFixed(1);
	const where = `in ${tick(shares.length)} of ${counted(trials.length, 'trial')}`;
	return [`! Other programs used up to ${most} of ${counted(cpus, 'CPU')}, ${where}.`];
}

/** The first reason, and how many trials have another. */
function troubleLine({ where, state, reason }: Trouble, more: number): string {
	const tail = more > 0 ? `; and ${more} more` : '';
	return cut(`! ${where}: ${stateWords[state]}: ${reason}`, width - tail.length) + tail;
}

const verdicts: readonly Verdict[] = ['confirmed', 'refuted', 'depends', 'inconclusive'];

/** How many findings have which verdict; what cannot be measured has none. */
function countsOf(findings: readonly Finding[]): (readonly [Verdict, number])[] {
	const measured = findings.filter(({ unmeasured }) => !unmeasured);
	return verdicts
		.map((verdict) => [verdict, measured.filter((finding) => finding.verdict === verdict).length] as const)
		.filter(([, count]) => count > 0);
}

/** The verdicts of all claims, with the marks that stand for them below. */
function totalLine(findings: readonly Finding[]): string {
	const counts = countsOf(claimsOf(findings)).map(([verdict, count]) => `${verdictMarks[verdict]} ${count} ${verdict}`);
	if (counts.length === 0) return 'Verdicts: none, for nothing was asked of which there are figures.';
	return `Verdicts: ${counts.join(', ')}`;
}

/** Part by part, one after another: what does not fit is counted. */
function partLines(findings: readonly Finding[], room: number): string[] {
	const parts = findingParts(findings).flatMap(({ title, findings: own }) => {
		const counts = countsOf(own).map(([verdict, count]) => `${verdictMarks[verdict]}${count}`);
		// The spaces of a part hold it together.
		return title === '' || counts.length === 0 ? [] : [`${title} ${counts.join(' ')}`.replaceAll(' ', '\u00a0')];
	});
	const statements = statementsOf(findings).length;
	const lead =
		statements === 0 ? '' : `by part, with ${statements} that ${statements === 1 ? 'rests' : 'rest'} on these: `;
	for (let shown = parts.length; shown > 0; shown--) {
		const more = parts.length - shown;
		const text = lead + [...parts.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].join(' · ');
		const lines = wrap(text, width - 2).map((line) => `  ${line.replaceAll('\u00a0', ' ')}`);
		if (lines.length <= room) return lines;
	}
	return [];
}

/** A figure that carries a verdict, and the difference between targets that it stands for, where one was compared. */
interface Deciding {
	readonly finding: Finding;
	readonly evidence: Evidence;
	readonly comparison: Comparison | undefined;
	/** Higher decides more; what has no interval is below zero. */
	readonly weight: number;
}

/**
 * The three figures that decide most, of three scenarios where as many have one with an interval; below each what it was compared with, while there
 * is room.
 */
function figureLines(run: RunRecord, room: number): string[] {
	const all = decidingFigures(run);
	const first = new Map(all.toReversed().map((one) => [one.finding.scenario, one]));
	const leading = all.filter((one) => one.weight >= 0 && first.get(one.finding.scenario) === one);
	const chosen = [...leading, ...all.filter((one) => !leading.includes(one))].slice(0, mostFigures);
	if (chosen.length === 0) return ['No figure decides anything yet; the report says what each claim lacks.'];
	const lines = chosen.slice(0, Math.max(0, room)).map(figureLine);
	let spare = room - lines.length;
	return lines.flatMap(({ line, against }) => {
		if (against === '') return [line];
		const whole = `${line}; ${against}`;
		if (cellsOf(whole) <= width) return [whole];
		return spare-- > 0 && cellsOf(against) <= width - 2 ? [line, `  ${against}`] : [line];
	});
}

/**
 * Of each decided claim the figure that decides it most of those that its rule named, ordered by how far the nearer end of the ratio's interval is from 1; then
 * those that nothing was compared with, the narrowest interval first; last what has no interval.
 */
export function decidingFigures(run: Pick<RunRecord, 'findings' | 'comparisons' | 'targets'>): readonly Deciding[] {
	const decided = run.findings.filter(
		({ verdict, restsOn, unmeasured }) => verdict !== 'inconclusive' && !restsOn && !unmeasured,
	);
	return decided
		.flatMap((finding): Deciding[] => {
			const all = decidingEvidence(finding).map((evidence) => {
				const comparison = run.comparisons.find((one) => isAbout(one, finding, evidence) && !isOfWaits(one, run));
				return { finding, evidence, comparison, weight: weightOf(evidence, comparison) };
			});
			return all.toSorted((a, b) => b.weight - a.weight).slice(0, 1);
		})
		.toSorted((a, b) => b.weight - a.weight);
}

function isAbout(comparison: Comparison, { scenario }: Finding, line: Evidence): boolean {
	const { a, b, ci } = comparison;
	const { measure, case: inCase, target, against } = line;
	if (against && (a !== against.target || b !== target)) return false;
	const isSame = comparison.scenario === scenario && comparison.measure === measure && comparison.case === inCase;
	const isCalled = comparison.verdict === 'higher' || comparison.verdict === 'lower';
	return isSame && (a === target || b === target) && isCalled && ci !== undefined && distance(ci) > 0;
}

/** Whether the clients of both wait differently after a loss, so that a line without room to say so would mislead. */
function isOfWaits({ measure, a, b }: Comparison, { targets }: Pick<RunRecord, 'targets'>): boolean {
	const [one, other] = [a, b].map((id) => targets.find((target) => target.id === id)?.client.policy);
	return containsWait(measure) && one !== other;
}

/** How far the nearer end of a ratio's interval is from 1, in powers of e; zero where 1 is in it. */
function distance([low, high]: readonly [number, number]): number {
	if (low <= 1 && high >= 1) return 0;
	return Math.min(Math.abs(Math.log(low)), Math.abs(Math.log(high)));
}

function weightOf({ value, ci }: Evidence, comparison: Comparison | undefined): number {
	// Any ratio comes before any figure that stands alone.
	if (comparison?.ci) return 1 + distance(comparison.ci);
	if (ci === undefined) return -1;
	const relative = (ci[1] - ci[0]) / Math.max(Math.abs(value), Number.MIN_VALUE);
	return 1 / (1 + (Number.isFinite(relative) ? relative : Number.MAX_VALUE));
}

/**
 * The claim by its id, what was measured where, and the figure: `✗ idle-memory-sse: USS per client, sse 12.4 [12.2, 12.6] KB`. What was measured may be
 * cut; the figure and its interval never are.
 */
function figureLine({ finding, evidence, comparison }: Deciding): { line: string; against: string } {
	const { target, ci } = evidence;
	const written = `${ownFigure(evidence)}${ci === undefined && !comparison ? ' (no interval)' : ''}`;
	const mark = `${verdictMarks[finding.verdict]} `;
	const named = `${finding.id}: ${evidencePlace(evidence)}`;
	const line = `${mark}${cut(named, width - cellsOf(mark) - cellsOf(written) - 1)} ${written}`;
	return { line, against: comparison ? comparedWith(comparison, target) : '' };
}

function comparedWith({ a, b, ratio: value, ci }: Comparison, target: string): string {
	return target === b ? `${ratio(value, ci)} of ${a}` : `${b} has ${ratio(value, ci)} of that`;
}

/** The command that makes the run again, broken so that a shell still takes it. */
function commandLines(command: string): string[] {
	const label = 'Again:  ';
	const lines = commandInLines(command, width, label);
	const fits = lines.length <= mostCommandLines && lines.every((each) => cellsOf(each) <= width);
	return fits ? lines : [`${label}the command is long; it stands in the report.`];
}
