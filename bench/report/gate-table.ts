import type { GateResult, GateState } from '../model/gate.ts';
import { counted, interval, atLeast as lowerBound } from '../model/quantity.ts';
import type { ReportInput } from '../model/report.ts';
import { confidenceWords, repeatsForVerdict } from '../model/verdict-rules.ts';
import type { TextTable } from './chart-table.ts';
import { measureInfo } from './content.ts';

// What became of limits, in words; each reporter only lays it out.

export const gateTitle = 'Gates';

export const gateMarks: Readonly<Record<GateState, string>> = {
	broken: '✗ broken',
	held: '✓ held',
	open: '? open',
	void: '✗ checks nothing',
	skipped: '– not checked',
};

/** What must be looked at comes first. */
const order: readonly GateState[] = ['broken', 'void', 'open', 'held', 'skipped'];

/** The worst first, in the order of the limits otherwise. */
export function sortedGates(gates: readonly GateResult[]): readonly GateResult[] {
	return gates.toSorted((x, y) => order.indexOf(x.state) - order.indexOf(y.state));
}

/** The limits of a run: what they say together, and a row for each place that one stands at. */
export interface GateText {
	readonly sentence: string;
	/** All of its columns are words. */
	readonly table: TextTable;
}

/** Undefined where no limit was set. */
export function gateText({ gates }: Pick<ReportInput, 'gates'>): GateText | undefined {
	if (!gates || gates.results.length === 0) return undefined;
	const { results, strict } = gates;
	const limits = new Set(results.map(({ gate }) => gate)).size;
	const counts = order.flatMap((state) => {
		const n = results.filter((each) => each.state === state).length;
		return n === 0 ? [] : [`${n} ${gateMarks[state].slice(2)}`];
	});
	return {
		sentence:
			`${counted(limits, 'limit was', 'limits were')} set for this run, at ${counted(results.length, 'place')}: ${counts.join(', ')}. ` +
			`One is broken, or holds, where the whole ${confidenceWords()} interval of at least ${repeatsForVerdict} repeats lies on one side of it; else it is open` +
			`${strict ? ', which fails, too (--strict)' : ''}. A limit at the end of what can be is broken by a single repeat.`,
		table: {
			head: ['verdict', 'gate', 'where', 'measured', 'what was found'],
			rows: sortedGates(results).map((each) => [
				gateMarks[each.state],
				each.gate,
				placeOf(each),
				measuredText(each),
				each.sentence,
			]),
		},
	};
}

function placeOf({ case: inCase, target }: GateResult): string {
	return [inCase, target].filter((part) => part !== undefined).join(', ') || '—';
}

/** The figure with the interval that decides; of a lower bound there is none. */
function measuredText({ b, measure }: GateResult): string {
	if (!b) return '—';
	const { unit } = measureInfo(measure);
	return `${b.atLeast ? lowerBound(b.value, unit) : interval(b.value, b.ci, unit)} in ${counted(b.repeats, 'repeat')}`;
}
