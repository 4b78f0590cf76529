// How the data of charts stands in the page. This file also runs in the browser: see html/bundle.ts.
import type { ChartData, HeatCell, HeatChart, HeatValue, Line, Point, SeriesChart } from '../../model/series.ts';

/** What many lines share stands once: places of points by their number. */
export interface PackedCharts {
	readonly places: readonly (readonly number[])[];
	readonly charts: readonly PackedChart[];
}
type PackedChart = PackedSeries | PackedHeat;
type PackedSeries = Omit<SeriesChart, 'lines'> & { readonly lines: readonly PackedLine[] };
type PackedHeat = Omit<HeatChart, 'cells'> & { readonly columnar: PackedCells };

/** The cells of a grid, column by column; null where a cell has none. */
interface PackedCells {
	readonly row: readonly number[];
	readonly column: readonly number[];
	readonly colour: PackedValues;
	/** Absent: what is written is what colours. */
	readonly label?: PackedValues;
	readonly nthClass?: readonly (number | null)[];
	readonly limitNotMetS?: readonly (number | null)[];
}

interface PackedValues {
	readonly values: readonly (number | null)[];
	/** Which of them are lower bounds. */
	readonly atLeast: readonly number[];
}

/** Its points column by column; `more`: what else a point has, by its index. */
type PackedLine = Omit<Line, 'points'> & {
	readonly at: number;
	readonly y: readonly number[];
	readonly more?: Readonly<Record<number, Omit<Point, 'x' | 'y'>>>;
};

/** Six digits that count: more than any of the charts and tables shows, and the histories have the rest. */
function six(value: number): number {
	return Number(value.toPrecision(6));
}

/** The same charts in a fraction of the room. Every figure is kept, to six digits. */
export function packCharts(charts: readonly ChartData[]): PackedCharts {
	const places = new Map<string, number>();
	const placeOf = (points: readonly Point[]): number => {
		const key = JSON.stringify(points.map(({ x }) => six(x)));
		const known = places.get(key) ?? places.size;
		places.set(key, known);
		return known;
	};
	const packed = charts.map((data): PackedChart => {
		if (data.kind === 'heat') return packHeat(data);
		return { ...data, lines: data.lines.map((line) => packLine(line, placeOf(line.points))) };
	});
	return { places: [...places.keys()].map((key) => JSON.parse(key) as number[]), charts: packed };
}

function packLine({ points, ...line }: Line, at: number): PackedLine {
	const more = Object.fromEntries(
		points.flatMap(({ x, y, ...rest }, nth) => (Object.keys(rest).length === 0 ? [] : [[nth, rounded(rest)]])),
	);
	const y = points.map((point) => six(point.y));
	return { ...line, at, y, ...(Object.keys(more).length > 0 && { more }) };
}

function rounded<T extends object>(values: T): T {
	const pairs = Object.entries(values).map(([key, value]) => [key, typeof value === 'number' ? six(value) : value]);
	return Object.fromEntries(pairs) as T;
}

/** @returns the charts as they were, but for digits that nobody sees */
export function unpackCharts({ places, charts }: PackedCharts): ChartData[] {
	return charts.map((data): ChartData => {
		if ('columnar' in data) return unpackHeat(data);
		return { ...data, lines: data.lines.map((line) => unpackLine(line, places[line.at] ?? [])) };
	});
}

function unpackLine({ at: _, y, more, ...line }: PackedLine, xs: readonly number[]): Line {
	return { ...line, points: xs.map((x, nth) => ({ x, y: y[nth] ?? Number.NaN, ...more?.[nth] })) };
}

function packHeat({ cells, ...data }: HeatChart): PackedHeat {
	const colour = packValues(cells.map((cell) => cell.colour));
	const label = packValues(cells.map((cell) => cell.label));
	const some = (values: (number | undefined)[]) =>
		values.some((value) => value !== undefined) && values.map((value) => value ?? null);
	const nthClass = some(cells.map((cell) => cell.nthClass));
	const limitNotMetS = some(cells.map((cell) => cell.limitNotMetS));
	const columnar = {
		row: cells.map(({ row }) => row),
		column: cells.map(({ column }) => column),
		colour,
		...(JSON.stringify(label) !== JSON.stringify(colour) && { label }),
		...(nthClass && { nthClass }),
		...(limitNotMetS && { limitNotMetS }),
	};
	return { ...data, columnar };
}

function packValues(values: readonly (HeatValue | undefined)[]): PackedValues {
	return {
		values: values.map((each) => (each === undefined ? null : six(each.value))),
		atLeast: values.flatMap((each, nth) => (each?.atLeast ? [nth] : [])),
	};
}

function unpackHeat({ columnar, ...data }: PackedHeat): HeatChart {
	const { row, column, nthClass, limitNotMetS } = columnar;
	const colour = unpackValues(columnar.colour);
	const label = columnar.label === undefined ? colour : unpackValues(columnar.label);
	const cells = row.map((at, nth): HeatCell => {
		const [ofColour, ofLabel, ofClass, limit] = [colour[nth], label[nth], nthClass?.[nth], limitNotMetS?.[nth]];
		return {
			...{ row: at, column: column[nth] ?? 0 },
			...(ofColour && { colour: ofColour }),
			...(ofLabel && { label: ofLabel }),
			...(typeof ofClass === 'number' && { nthClass: ofClass }),
			...(typeof limit === 'number' && { limitNotMetS: limit }),
		};
	});
	return { ...data, cells };
}

function unpackValues({ values, atLeast }: PackedValues): (HeatValue | undefined)[] {
	const bounds = new Set(atLeast);
	return values.map((value, nth) => {
		if (value === null) return undefined;
		return bounds.has(nth) ? { value, atLeast: true } : { value };
	});
}
