import type { ChartRequest } from './scenario.ts';

/** A chart's data, ready to draw: computed from saved histories alone, stored nowhere. */
export type ChartData = SeriesChart | HeatChart;

interface ChartHead {
	/** `restart-callsOkPerS`: unique within a run, used as file name and anchor. */
	readonly id: string;
	readonly scenario: string;
	readonly title: string;
	/** What the picture shows, with figures; a sentence or a few. */
	readonly sentence: string;
}

/** Lines or bars over an axis. */
export interface SeriesChart extends ChartHead {
	readonly kind: Exclude<ChartRequest['kind'], 'cases' | 'heat' | 'reclaim' | 'remains' | 'soak'> | 'trend';
	readonly x: Axis;
	readonly y: Axis;
	readonly lines: readonly Line[];
	/** Spans of x that are shaded, e.g. an outage. */
	readonly shades: readonly Shade[];
	/** Values of y that mean something, drawn as level lines. */
	readonly marks?: readonly Mark[];
}

/** A grid of coloured cells with their figures. */
export interface HeatChart extends ChartHead {
	readonly kind: 'heat';
	/** What decides the colour. */
	readonly colour: HeatMeasure;
	/** What the classes are that decide it instead of a scale, from the best to the worst. */
	readonly classes?: readonly string[];
	/** What is written in the cells; often the same. */
	readonly label: HeatMeasure;
	/** `short`: the same names in few letters, where there are such. */
	readonly rows: { readonly title: string; readonly names: readonly string[]; readonly short?: readonly string[] };
	readonly columns: { readonly title: string; readonly names: readonly HeatColumn[] };
	/** Those where something was measured; at most one at a place. */
	readonly cells: readonly HeatCell[];
}

export interface HeatMeasure {
	readonly title: string;
	readonly unit: string;
	readonly better: 'lower' | 'higher' | 'neither';
}

/** A column of one target; those of a target stand side by side. Where targets are the rows, a column of all of them. */
export interface HeatColumn {
	/** Empty where it is of all targets. */
	readonly target: string;
	/** What the target is called here: without what all targets of the grid have in common. */
	readonly head: string;
	/** Empty where a target has a single column without a name of its own. */
	readonly name: string;
}

/** Indices of its row and column, what decides its colour and what is written in it. */
export interface HeatCell {
	readonly row: number;
	readonly column: number;
	readonly colour?: HeatValue;
	readonly label?: HeatValue;
	/** The index of its class, where the grid has classes. */
	readonly nthClass?: number;
	/** What it shows holds for as long as it was watched, which was shorter than this limit, in seconds: no proof of more. */
	readonly limitNotMetS?: number;
}

export interface HeatValue {
	readonly value: number;
	/** The true value may be higher. */
	readonly atLeast?: true;
}

export interface Axis {
	readonly title: string;
	readonly unit: string;
	readonly scale: 'linear' | 'log' | 'category';
	/** For `category`: the labels, in order; points then use their index as x. */
	readonly labels?: readonly string[];
}

/** One line or one colour of bars. */
export interface Line {
	/** The target it belongs to: decides the colour, the same in every chart. */
	readonly target: string;
	readonly label: string;
	readonly points: readonly Point[];
	/** Whether the line is a fit through the points rather than the points. */
	readonly dashed?: boolean;
}

export interface Point {
	readonly x: number;
	readonly y: number;
	readonly low?: number;
	readonly high?: number;
	/** The true value may be higher; it has no interval then. */
	readonly atLeast?: true;
}

export interface Mark {
	readonly y: number;
	readonly label: string;
}

export interface Shade {
	readonly fromX: number;
	readonly toX: number;
	readonly label: string;
}
