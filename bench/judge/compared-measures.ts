import { type MeasureInfo, type MeasureName, measures } from '../model/measures.ts';
import type { Scenario } from '../model/scenario.ts';

/** What runs are compared on in a scenario. */
export interface ComparedMeasures {
	/** What it is about: those that it compares between targets. */
	readonly main: readonly MeasureName[];
	/** What its table shows beside them. */
	readonly others: readonly MeasureName[];
}

/** They tell of the harness, not of the server: a run in which they are bad is invalid. */
const ofHarness: readonly MeasureName[] = [
	'lagP99Us',
	'queuedPeak',
	'generatorBusyShare',
	'generatorWaitShare',
	'swarmCpuShare',
	'swarmKbPerClient',
	'swarmKbPerHour',
	'loopDelayMaxUs',
	'gcMaxUs',
	'harnessCpuShare',
	'harnessLoopDelayMaxUs',
	'harnessGcMaxUs',
	'othersCpuShare',
	'idleCpuShare',
	'harnessKbPerHour',
];

/** They rest on a single call, push or client, so that they differ from repeat to repeat by more than servers do. */
const ofOne: readonly MeasureName[] = ['maxUs', 'serviceMaxUs', 'pushMaxUs', 'noticedMaxMs', 'callsStuckMaxMs'];

/** It says how straight a line is, and nothing of a server. */
const ofFit: readonly MeasureName[] = ['r2'];

/** Shown by scenarios and better one way, and yet not compared between runs. */
export const notCompared: ReadonlySet<MeasureName> = new Set([...ofHarness, ...ofOne, ...ofFit]);

/** All that a scenario shows, if one direction is better and it tells of the server. */
export function comparedMeasures({ compares, shows }: Pick<Scenario, 'compares' | 'shows'>): ComparedMeasures {
	const isCompared = (name: MeasureName) =>
		(measures[name] as MeasureInfo).better !== 'neither' && !notCompared.has(name) && !compares.includes(name);
	return { main: [...new Set(compares)], others: [...new Set(shows)].filter(isCompared) };
}

/** Of a scenario that this version does not know: all that was measured, under the same conditions. */
export function measuredIn(names: Iterable<string>): ComparedMeasures {
	const known = [...new Set(names)].filter((name): name is MeasureName => Object.hasOwn(measures, name));
	return comparedMeasures({ compares: [], shows: known });
}
