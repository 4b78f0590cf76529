import { type MeasureName, measures } from '../model/measures.ts';
import { briefRange, scaleFor } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { CaseRecord, RunRecord } from '../model/run.ts';
import type { TrialFigures } from './figures.ts';
import { headsOf } from './grid.ts';
import { figuresOf } from './judge.ts';

/** The columns of each kind of server. What a death costs is asked only of cases whose clients were served before it. */
const columns: readonly { readonly head: string; readonly measure: MeasureName; readonly afterDeath?: true }[] = [
	{ head: 'served at first try', measure: 'firstTryShare' },
	{ head: 'imbalance', measure: 'imbalance' },
	{ head: 'sessions or streams lost', measure: 'lostAfterShare', afterDeath: true },
	{ head: 'calls answered', measure: 'okAfterShare', afterDeath: true },
	{ head: '99 % served after', measure: 'failover99Ms', afterDeath: true },
];

const absent = '—';
/** Seconds, whatever their size, so that a column has one unit. */
const seconds = { unit: 's', factor: 1000 };

/**
 * How clients fare with each way to spread them: a row for each group of cases, columns for each target, ranges over the cases of the
 * group. Undefined where nothing was spread.
 */
export function affinityTable(run: RunRecord, scenario: string): ReportTable | undefined {
	const figures = figuresOf(run, { id: scenario });
	const cases = run.scenarios.find(({ id }) => id === scenario)?.cases ?? [];
	const groups = Map.groupBy(
		cases.filter(({ at }) => at !== undefined),
		({ at }) => at?.group ?? at?.row ?? '',
	);
	const { targets } = figures;
	if (groups.size === 0 || targets.length === 0) return undefined;
	const proxies = [...new Set(cases.flatMap(({ at }) => at?.column ?? []))];
	const notes = [...new Set(cases.flatMap(({ at }) => at?.note ?? []))];
	return {
		title: 'Which way to spread, for which server',
		note: [noteOf(proxies, headsOf(targets).includes('modern-listen')), ...notes].join(' '),
		head: ['spread by', ...targets.flatMap(() => columns.map(({ head, measure }) => `${head}${unitOf(measure)}`))],
		groups: headsOf(targets).map((title) => ({ title, columns: columns.length })),
		rows: [...groups].map(([name, own]) => [name, ...targets.flatMap((target) => cellsOf(figures, target, own))]),
		inTerminal: true,
	};
}

function noteOf(proxies: readonly string[], areListening: boolean): string {
	// Their rhythm, not their number, decides then.
	const rhythm = areListening
		? ' A client of modern-listen sends three requests until it is served (discover, listen, a call): where clients come in turn and requests go ' +
			'round three servers, all streams come to one server, and its death costs all of them or none.'
		: '';
	return (
		`Ranges over ${proxies.join(', ')} and the manners in which clients come; ${absent}: not measured, or the way means nothing to the server. ` +
		'The last three columns are what the death of one server costs where nine in ten clients were served before it: clients that lost their ' +
		'session or stream, calls answered while it was dead, and when 99 % of the clients were served again.' +
		rhythm
	);
}

function unitOf(measure: MeasureName): string {
	const { unit } = measures[measure];
	return unit === '' ? '' : ` (${unit === 'ms' ? seconds.unit : unit})`;
}

function cellsOf(figures: TrialFigures, target: string, cases: readonly CaseRecord[]): string[] {
	const all = cases.map(({ id }) => figures.in(id)).filter((each) => each.estimate(target, 'firstTryShare'));
	const served = all.filter((each) => each.estimate(target, 'okAfterShare'));
	return columns.map(({ measure, afterDeath }) => {
		const asked = afterDeath ? served : all;
		const values = asked.flatMap((each) => each.estimate(target, measure)?.value ?? []);
		const never = measure === 'failover99Ms' && asked.some((each) => isUnfinished(each, target));
		if (values.length === 0) return never ? 'never' : absent;
		const [least, most] = [Math.min(...values), Math.max(...values)];
		const scale = measure === 'failover99Ms' ? seconds : scaleFor(measures[measure].unit, most);
		return never ? `${briefRange(least, least, scale)}–never` : briefRange(least, most, scale);
	});
}

/** In some repeat, clients that had been served before were never all served again. */
function isUnfinished(figures: TrialFigures, target: string): boolean {
	return figures.values(target, 'failover99Ms').length < figures.values(target, 'okAfterShare').length;
}
