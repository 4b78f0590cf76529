import { type MeasureName, measures } from '../model/measures.ts';
import type { CaseRecord } from '../model/run.ts';
import type { GridClasses, GridPlace } from '../model/scenario.ts';
import type { HeatCell, HeatChart, HeatColumn, HeatMeasure, HeatValue } from '../model/series.ts';
import { withoutInstances } from '../model/target.ts';
import type { TrialFigures } from './figures.ts';

/** A target, and the ids of the cases that were planned for it. */
export interface PlannedTarget {
	readonly target: string;
	readonly cases: readonly string[];
}

/** A row: its name, the same in few letters, and what sentences call it. */
export interface GridRow {
	readonly name: string;
	readonly short?: string;
	readonly group: string;
}

/** Cases that stand in a grid: its rows, its columns, and which case of which target stands where. */
export interface Grid {
	readonly rows: readonly GridRow[];
	readonly columns: readonly HeatColumn[];
	readonly places: readonly GridCellPlace[];
}

interface GridCellPlace {
	readonly row: number;
	readonly column: number;
	readonly target: string;
	readonly caseId: string;
}

/**
 * The grid that the planned cases make, its columns target by target; undefined where none of them has a place in one.
 * @param planned in the order of the columns
 */
export function gridOf(cases: readonly CaseRecord[], planned: readonly PlannedTarget[]): Grid | undefined {
	const placed = cases.flatMap(({ id, at }) => (at ? [{ id, at }] : []));
	const rows = [...new Map(placed.map(({ at }) => [at.row, rowOf(at)])).values()];
	const names = [...new Set(placed.map(({ at }) => at.column))];
	const parts = planned.map(({ target, cases: ids }) => {
		const mine = placed.filter(({ id }) => ids.includes(id));
		return { target, mine, names: names.filter((name) => mine.some(({ at }) => at.column === name)) };
	});
	const shown = parts.filter(({ mine }) => mine.length > 0);
	if (shown.length === 0) return undefined;
	// The name of the only column says nothing where every target has just that.
	const nameless = shown.length > 1 && names.length === 1;
	const heads = headsOf(shown.map(({ target }) => target));
	const columns = shown.flatMap(({ target, names: own }, nth) =>
		own.map((name) => ({ target, head: heads[nth] ?? target, name })),
	);
	const places = shown.flatMap(({ target, mine }) =>
		mine.map(({ id, at }) => ({
			row: rows.findIndex(({ name }) => name === at.row),
			column: columns.findIndex((column) => column.target === target && column.name === at.column),
			target,
			caseId: id,
		})),
	);
	return { rows, columns: nameless ? columns.map((column) => ({ ...column, name: '' })) : columns, places };
}

function rowOf({ row, short, group = row }: GridPlace): GridRow {
	return { name: row, ...(short !== undefined && { short }), group };
}

/** What targets are called side by side: without the number of their processes, where it is the same for all. */
export function headsOf(targets: readonly string[]): readonly string[] {
	const plain = targets.map(withoutInstances);
	const endings = new Set(targets.map((target, nth) => target.slice(plain[nth]?.length)));
	return endings.size === 1 ? plain : targets;
}

/**
 * A row for each target and a column for each case, wherever the cases stand; undefined where no target has a figure.
 * @param has whether a target has a figure in a case: rows and columns without one are left out
 */
export function targetGridOf(
	cases: readonly CaseRecord[],
	targets: readonly string[],
	has: (target: string, caseId: string) => boolean,
): Grid | undefined {
	const rows = targets.filter((target) => cases.some(({ id }) => has(target, id)));
	const shown = cases.filter(({ id }) => rows.some((target) => has(target, id)));
	if (rows.length === 0) return undefined;
	const places = rows.flatMap((target, row) =>
		shown.flatMap(({ id }, column) => (has(target, id) ? [{ row, column, target, caseId: id }] : [])),
	);
	return {
		rows: rows.map((name) => ({ name, group: name })),
		columns: shown.map(({ title }) => ({ target: '', head: '', name: title })),
		places,
	};
}

/** The figures of two measures at every place of a grid that has one of them. */
export function gridCells(grid: Grid, figures: TrialFigures, colour: MeasureName, label: MeasureName): HeatCell[] {
	const taken = new Set<string>();
	return grid.places.flatMap(({ row, column, target, caseId }): HeatCell[] => {
		const inCase = figures.in(caseId);
		const [coloured, labelled] = [colour, label].map((name) => heatValue(inCase, target, name));
		const place = `${row} ${column}`;
		if ((!coloured && !labelled) || taken.has(place)) return [];
		taken.add(place);
		const limitNotMetS = inCase.limitNotMetS(target, colour);
		return [
			{
				...{ row, column },
				...(coloured && { colour: coloured }),
				...(labelled && { label: labelled }),
				...(limitNotMetS !== undefined && { limitNotMetS }),
			},
		];
	});
}

/** The same cells with their classes; one that lacks a figure has none. */
export function classed(cells: readonly HeatCell[], { classOf }: GridClasses): HeatCell[] {
	return cells.map((cell) => {
		const { colour, label } = cell;
		return colour && label ? { ...cell, nthClass: classOf(colour.value, label.value) } : cell;
	});
}

function heatValue(figures: TrialFigures, target: string, name: MeasureName): HeatValue | undefined {
	const estimate = figures.estimate(target, name);
	return estimate && { value: estimate.value, ...(estimate.atLeast ? { atLeast: true as const } : {}) };
}

export function heatMeasure(name: MeasureName): HeatMeasure {
	const { title, unit, better } = measures[name];
	return { title, unit, better };
}

/** Which targets and columns a heat map of a grid has, and what their titles are. */
export function gridAxes(
	grid: Grid,
	[rows, columns]: readonly [string, string] = ['case', ''],
): Pick<HeatChart, 'rows' | 'columns'> {
	const names = grid.rows.map(({ name }) => name);
	const short = grid.rows.flatMap((row) => row.short ?? []);
	return {
		rows: { title: rows, names, ...(short.length === names.length && { short }) },
		columns: { title: columns, names: grid.columns },
	};
}
