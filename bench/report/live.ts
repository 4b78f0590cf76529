import { styleText } from 'node:util';
import type { Phase } from '../model/history.ts';
import { counted, duration, figure } from '../model/quantity.ts';
import type { TrialPlan } from '../model/trial.ts';
import { cleanText } from './clean.ts';
import { cellsOf, cut, pad } from './columns.ts';
import { type Column, markLine, peakOf, sparkline, usualColumns } from './timeline.ts';

// What a run shows while it goes on, as lines for a terminal. Pure: the clock, the width and all figures are given.

/** A trial under way; `n` of `of` in the order of the plan. */
export interface RunningTrial {
	readonly plan: TrialPlan;
	readonly n: number;
	readonly of: number;
	readonly phase: Phase;
}

/** A fault that struck a trial under way. */
export interface StruckFault {
	/** Id of the trial. */
	readonly trial: string;
	/** What was done, in words that a time follows. */
	readonly word: string;
	readonly struckMs: number;
	readonly healedMs?: number;
}

/** All that is shown; several trials at once are one sum. */
export interface LiveView {
	/** Width of the terminal. */
	readonly columns: number;
	readonly colour: boolean;
	/** On the clock of the faults. */
	readonly nowMs: number;
	/** In the order in which they began. */
	readonly running: readonly RunningTrial[];
	readonly open: number;
	readonly perS: number;
	/** Calls that failed or whose outcome is unknown, of the trials under way. */
	readonly callsNotOk: number;
	readonly leftMs: number;
	/** The run was asked to end. */
	readonly isEnding: boolean;
	/** The oldest first. */
	readonly timeline: readonly Column[];
	readonly columnMs: number;
	readonly faults: readonly StruckFault[];
}

/** Cells before a line of the timeline, and behind it. */
const labelWidth = 10;
const peakWidth = 13;
/** With fewer columns than this a timeline says nothing. */
const fewestColumns = 8;
/** Faults that are told of in words, the newest first; the timeline has the others. */
const mostFaults = 3;

/** How many columns of a timeline fit a terminal; zero where it is too narrow for one. */
export function timelineColumns(columns: number): number {
	const room = widthOf(columns) - labelWidth - peakWidth;
	return room < fewestColumns ? 0 : room;
}

/** The last cell stays free: terminals differ in when they break a line that fills it. */
function widthOf(columns: number): number {
	return Math.max(1, Math.floor(columns) - 1);
}

/** What happens now, in lines that fit the terminal; none where no trial is under way. */
export function liveLines(view: LiveView): string[] {
	const { running, columns, colour } = view;
	if (running.length === 0) return [];
	const width = widthOf(columns);
	const paint = (style: Parameters<typeof styleText>[0], text: string) =>
		colour ? styleText(style, text, { validateStream: false }) : text;
	const fit = (text: string) => cut(cleanText(text), width);
	const lines = timelineLines(view, (text) => paint('dim', text));
	const faults = faultLines(view).map(({ text, isOver }) => paint(isOver ? 'green' : 'red', fit(text)));
	return [paint('bold', fit(headOf(running))), fit(stateOf(view)), ...lines, ...faults];
}

/** What runs now: one trial with its name, or how many of which scenario. */
function headOf(running: readonly RunningTrial[]): string {
	const [first, ...more] = running;
	if (!first) return '';
	const { plan, n, of } = first;
	if (more.length > 0) return `trial ${n} of ${of}: ${plan.scenario}, ${running.length} trials at once`;
	return `trial ${n} of ${of}: ${placeOf(plan)} · repeat ${plan.repeat}`;
}

function placeOf({ scenario, case: inCase, target }: TrialPlan): string {
	return [scenario, inCase, target].filter(Boolean).join(' · ');
}

function stateOf({ running, open, perS, callsNotOk, leftMs, isEnding, columns }: LiveView): string {
	const phases = isEnding ? 'ending' : [...new Set(running.map(({ phase }) => phase))].join(', ');
	const left = isEnding ? '' : leftMs > 0 ? `${duration(leftMs)} left` : 'longer than estimated';
	const lost = callsNotOk > 0 ? `${figure(callsNotOk)} lost` : '';
	const brief = [`${open} open`, `${rate(perS)}/s`, lost, left];
	const texts = [[phases, `${open} sessions open`, `${rate(perS)} calls/s`, lost, left], [phases, ...brief], brief];
	// What is left is worth more than words.
	const written = texts.map((parts) => parts.filter((part) => part !== '').join(' · '));
	return written.find((text) => cellsOf(text) <= widthOf(columns)) ?? written.at(-1) ?? '';
}

function rate(perS: number): string {
	return String(Math.round(perS));
}

/** Calls, sessions, and the line of time with what struck; each with its name before it, and with its peak where the line will end. */
function timelineLines({ timeline, columns, columnMs }: LiveView, dim: (text: string) => string): string[] {
	const room = timelineColumns(columns);
	if (room === 0 || timeline.length === 0) return [];
	const shown = timeline.slice(-room);
	const line = (label: string, drawn: string, behind: string) =>
		[
			dim(pad(label, labelWidth, 'right')),
			pad(drawn, Math.min(room, usualColumns), 'right'),
			behind && dim(behind),
		].join('');
	const calls = shown.map(({ perS }) => perS);
	const sessions = shown.map(({ open }) => open);
	return [
		line('calls/s', sparkline(calls), cut(` peak ${figure(Math.round(peakOf(calls)))}`, peakWidth)),
		line('sessions', sparkline(sessions), cut(` peak ${figure(peakOf(sessions))}`, peakWidth)),
		line(`last ${Math.ceil((shown.length * columnMs) / 1000)} s`, markLine(shown), ''),
	];
}

/** The newest faults first. */
function faultLines({ faults, nowMs, running }: LiveView): { readonly text: string; readonly isOver: boolean }[] {
	const newest = faults.toSorted((a, b) => b.struckMs - a.struckMs);
	const shown = newest.slice(0, mostFaults).map(({ trial, word, struckMs, healedMs }) => {
		const plan = running.find((each) => each.plan.id === trial)?.plan;
		const where = running.length > 1 && plan ? ` (${placeOf(plan)})` : '';
		const struck = `${word} ${ago(nowMs - struckMs)}`;
		if (healedMs === undefined) return { text: `× ${struck}${where}`, isOver: false };
		return { text: `✓ ${struck}, healed ${ago(nowMs - healedMs)}${where}`, isOver: true };
	});
	const more = newest.length - shown.length;
	return more > 0 ? [...shown, { text: `… and ${counted(more, 'fault')} before`, isOver: true }] : shown;
}

/** Always with a tenth of a second, so that the line does not jump. */
function ago(ms: number): string {
	const text = ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : duration(ms);
	return `${text} ago`;
}
