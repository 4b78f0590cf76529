import type { ChartRequest } from './scenario.ts';

/** A chart's data, ready to draw: computed from saved histories alone, stored nowhere. */
export interface ChartData {
	/** `restart-callsOkPerS`: unique within a run, used as file name and anchor. */
	readonly id: string;
	readonly scenario: string;
	readonly kind: Exclude<ChartRequest['kind'], 'cases'>;
	readonly title: string;
	/** One sentence that says what the picture shows, with figures. */
	readonly sentence: string;
	readonly x: Axis;
	readonly y: Axis;
	readonly lines: readonly Line[];
	/** Spans of x that are shaded, e.g. an outage. */
	readonly shades: readonly Shade[];
	/** Values of y that mean something, drawn as level lines. */
	readonly marks?: readonly Mark[];
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
