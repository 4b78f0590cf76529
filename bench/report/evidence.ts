import type { Evidence, Finding } from '../model/finding.ts';
import { atLeast, enumerated, interval, quantity, ratio, roundedDown } from '../model/quantity.ts';
import { measureInfo } from './content.ts';

// The figures behind verdicts, in words; each reporter only lays them out.

/** The figures behind a verdict: target, measure, value. */
export function evidenceRows(finding: Finding): string[][] {
	return finding.evidence.map((line) => [
		line.case === undefined ? line.target : `${line.target}, ${line.case}`,
		measureInfo(line.measure).title,
		evidenceFigure(line),
	]);
}

/** A figure with its interval; of a lower bound there is none, and what an interval leaves open the value of each repeat tells. */
export function ownFigure({ value, ci, unit, atLeast: isBound, each }: Evidence): string {
	if (isBound) return atLeast(value, unit);
	return each ? enumerated(each.map((one) => quantity(one, unit))) : interval(value, ci, unit);
}

/** The same, and what the rule compared it with. */
export function evidenceFigure(line: Evidence): string {
	const { atLeast: isBound, against } = line;
	const own = ownFigure(line);
	if (!against) return own;
	const times = isBound
		? `≥ ${ratio(roundedDown(against.ratio, { unit: '×', factor: 1 }))}`
		: ratio(against.ratio, against.ci);
	return `${own}, ${times} of ${against.target}`;
}

/**
 * The figures that the rule of a claim named as deciding it; none where no figure decides. A run that was saved before rules named them
 * has the deciding figure first; of a verdict that depends the least and the most of it, for it is between them that it depends.
 */
export function decidingEvidence({ verdict, evidence, unmeasured }: Finding): readonly Evidence[] {
	const named = evidence.filter(({ decides }) => decides);
	const [first] = evidence;
	if (named.length > 0 || first === undefined || unmeasured) return named;
	if (verdict !== 'depends') return [first];
	const same = evidence.filter(({ measure }) => measure === first.measure).sort((a, b) => a.value - b.value);
	const [least = first, most = first] = [same[0], same.at(-1)];
	return least.value === most.value ? [first] : [least, most];
}

/** What a line of evidence is a figure of: `PSS per client, sse`. */
export function evidencePlace({ measure, target, case: inCase }: Evidence): string {
	return [measureInfo(measure).title, target, ...(inCase === undefined ? [] : [inCase])].join(', ');
}
