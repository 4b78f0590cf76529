import { type MeasureName, measures } from '../model/measures.ts';
import { atLeast, capital, quantity } from '../model/quantity.ts';
import type { ChartRequest, LadderGauge } from '../model/scenario.ts';
import type { SeriesChart } from '../model/series.ts';
import { slopeOfSoak } from '../model/soak-measures.ts';
import type { Remains } from '../model/vanish.ts';
import { backAfter, slopeOfRemains } from '../model/vanish-measures.ts';
import { bucketMs } from './accounts/timeline.ts';
import { ceilingNote } from './ceiling-note.ts';
import type { TrialFigures } from './figures.ts';

const ladderMeasure: Readonly<Record<LadderGauge, { settled: MeasureName; 'kept-alive': MeasureName }>> = {
	pssKb: { settled: 'pssKbPerClient', 'kept-alive': 'pssKbPerClientKeptAlive' },
	ussKb: { settled: 'ussKbPerClient', 'kept-alive': 'ussKbPerClient' },
	heapUsedKb: { settled: 'heapKbPerClient', 'kept-alive': 'heapKbPerClient' },
	fds: { settled: 'fdsPerClient', 'kept-alive': 'fdsPerClientKeptAlive' },
	kernelKb: { settled: 'kernelKbPerClient', 'kept-alive': 'kernelKbPerClient' },
};

/** One sentence per chart, with the figures that a reader would look for in it. */
export function sentenceOf(
	request: Exclude<ChartRequest, { kind: 'heat' }>,
	figures: TrialFigures,
	drawn: Pick<SeriesChart, 'lines' | 'shades'>,
): string {
	switch (request.kind) {
		case 'ladder':
			return `Per client: ${list(figures, ladderMeasure[request.gauge][request.state])}.`;
		case 'bars':
			return [
				...request.measures.map((name) => `${capital(measures[name].title)}: ${list(figures, name)}.`),
				...(request.measures.includes('ceilingPerS') ? ceilingNote(figures) : []),
			].join(' ');
		case 'cases':
			return casesSentence(request.measure, figures);
		case 'push-cost':
			return `Computed from measured parts. Idle: ${list(figures, 'idleCpuMsPerClientHour')} per client and hour.`;
		case 'percentiles':
			if (request.of === 'deliveries') {
				return `Half of the pushes had arrived within: ${list(figures, 'pushP50Us')}; 99 %: ${list(figures, 'pushP99Us')}.`;
			}
			return `Median from due: ${list(figures, 'p50Us')}; 99 %: ${list(figures, 'p99Us')}.`;
		case 'timeline':
			return timelineSentence(request, drawn);
		case 'knee':
			return kneeSentence(figures);
		case 'reclaim':
			return reclaimSentence(request.of, figures);
		case 'remains':
			return `Per client that has gone: ${list(figures, slopeOfRemains[request.of])}.`;
		case 'soak':
			return `Per hour: ${list(figures, slopeOfSoak[request.of])}.`;
	}
}

/** For each target in which case the figure was least, and in which most. */
export function casesSentence(name: MeasureName, figures: TrialFigures): string {
	const { title, unit } = measures[name];
	const said = figures.targets.flatMap((target) => {
		const read = figures.cases.flatMap((id) => {
			const estimate = figures.in(id).estimate(target, name);
			return estimate ? [{ id, value: estimate.value }] : [];
		});
		const sorted = read.toSorted((a, b) => a.value - b.value);
		const [least, most] = [sorted[0], sorted.at(-1)];
		if (!least || !most) return [];
		const low = quantity(least.value, unit);
		if (least.value === most.value) return [`${target} ${low}`];
		return [`${target} ${low} (${least.id}) to ${quantity(most.value, unit)} (${most.id})`];
	});
	return `${capital(title)}: ${said.length === 0 ? 'not measured' : said.join(', ')}.`;
}

/** `sse 1.00 fd, stateless 0.00 fd`, in the order of the targets. */
export function list(figures: TrialFigures, name: MeasureName): string {
	const parts = figures.targets.flatMap((target) => {
		const estimate = figures.estimate(target, name);
		const write = estimate?.atLeast === true ? atLeast : quantity;
		return estimate ? [`${target} ${write(estimate.value, measures[name].unit)}`] : [];
	});
	return parts.length === 0 ? 'not measured' : parts.join(', ');
}

function reclaimSentence(of: Remains, figures: TrialFigures): string {
	if (of === 'ussKb') return '';
	const said = Object.entries(backAfter[of]).map(([afterS, name]) => `after ${afterS} s ${list(figures, name)}`);
	return `Given back: ${said.join('; ')}.`;
}

function kneeSentence(figures: TrialFigures): string {
	const name = figures.targets.some((target) => figures.estimate(target, 'capacityPerS'))
		? 'capacityPerS'
		: 'capacitySessions';
	return `Highest level within the objective: ${list(figures, name)}.`;
}

/** A point may be partly of what was before, and the grey is not. */
const shadeNote = ` A point is the mean over the repeats of ${bucketMs} ms; grey is what the fault lasted in every one of them.`;

function timelineSentence(
	request: Extract<ChartRequest, { kind: 'timeline' }>,
	{ lines, shades }: Pick<SeriesChart, 'lines' | 'shades'>,
): string {
	const extremes = lines.map(({ label, points }) => {
		const values = points.map(({ y }) => y);
		const extreme = request.series === 'connectsPerS' ? Math.max(0, ...values) : Math.min(...values);
		return `${label} ${Math.round(extreme)}`;
	});
	const what = {
		callsOkPerS: 'Lowest rate of answers per second',
		openSessions: 'Fewest sessions open',
		connectsPerS: 'Most connection attempts in a quarter of a second, as a rate per second',
	};
	return `${what[request.series]}: ${extremes.join(', ')}.${shades.length === 0 ? '' : shadeNote}`;
}
