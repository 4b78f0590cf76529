import type { Evidence, Finding } from '../model/finding.ts';
import { atLeast, interval } from '../model/quantity.ts';
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

/** A figure with its interval; of a lower bound there is none. */
export function evidenceFigure({ value, ci, unit, atLeast: isBound }: Evidence): string {
	return isBound ? atLeast(value, unit) : interval(value, ci, unit);
}

/**
 * The figure that decides a verdict most; of one that depends the least and the most of it, for it is between them that it depends.
 * None where no figure decides.
 */
export function decidingEvidence({ verdict, evidence }: Finding): readonly Evidence[] {
	const [first] = evidence;
	if (first === undefined) return [];
	if (verdict !== 'depends') return [first];
	const same = evidence.filter(({ measure }) => measure === first.measure).sort((a, b) => a.value - b.value);
	const [least = first, most = first] = [same[0], same.at(-1)];
	return least.value === most.value ? [first] : [least, most];
}

/** What a line of evidence is a figure of: `PSS per client, sse`. */
export function evidencePlace({ measure, target, case: inCase }: Evidence): string {
	return [measureInfo(measure).title, target, ...(inCase === undefined ? [] : [inCase])].join(', ');
}
