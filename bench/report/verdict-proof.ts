import { calibrationDiffers } from '../model/calibration.ts';
import { counted, figure, ratio } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import {
	mostRepeatsLookedAt,
	type ProofRow,
	type SlowdownRow,
	type Tally,
	type VerdictProof,
} from '../model/verdict-proof.ts';
import { instant, measureInfo } from './content.ts';
import type { TextTable } from './tables.ts';

/** With fewer that ran for real the others nearly repeat each other. */
const fewestForReal = 4;

export const proofTitle = 'The verdicts, against servers that are slower by a known share';

/** What the verdicts of a run are worth on its machine, in two or three sentences; how to find out, where nobody did. */
export function proofOf({ verdictProof, environment }: RunRecord): readonly string[] {
	if (!verdictProof) {
		return [
			'How often its verdicts are right was not measured; “calibrate --verdicts” does it, for the folder that the run is kept in.',
		];
	}
	const differs = calibrationDiffers(verdictProof, environment);
	const stale = `The proof of the verdicts does not hold for this run (${differs.join('; ')}): make it anew.`;
	return differs.length > 0 ? [stale, ...proofSentences(verdictProof)] : proofSentences(verdictProof);
}

export function proofSentences(proof: VerdictProof): readonly string[] {
	const { rows, repeats, blocks, trials, profile, measuredAt } = proof;
	const [first] = rows;
	if (!first) return [];
	const { of, ranForReal } = first.different;
	const percents = first.slowdowns.map(({ percent }) => percent);
	const found = percents.map((percent, nth) => {
		const each = rows.flatMap((row) => row.slowdowns[nth]?.found ?? []);
		return `${nth === 0 ? 'a slowdown' : 'one'} of ${percent} % was found in ${eachOf(rows, each)}`;
	});
	const different = eachOf(
		rows,
		rows.map((row) => row.different),
	);
	return [
		`Verdicts proved ${instant(measuredAt)}, profile ${profile}, with ${counted(repeats, 'repeat')} of each side. Of ${of} comparisons of a server with itself ` +
			`${different} called it different; at most ${proof.allowedDifferent} are allowed. Of ${of} comparisons each with a slower one, ` +
			`${found.join(', ')}; ${proof.wantedFound} are wanted.`,
		`Of each ${of} comparisons ${ranForReal} ran for real; the others were drawn again, without replacement, from the ${trials} trials of ${counted(blocks, 'block')}. Each was looked at alone, without the correction for many.` +
			(ranForReal < fewestForReal ? ' That proves little: the profiles standard and full have more.' : ''),
		...rows.flatMap((row) => shortfall(row, proof)),
	];
}

/** `2 (p50), 4 (CPU)`: the counts, measure by measure. */
function eachOf(rows: readonly ProofRow[], tallies: readonly Tally[]): string {
	return tallies.map(({ count }, n) => `${count} (${titleOf(rows[n] as ProofRow)})`).join(' and ');
}

function titleOf({ measure }: ProofRow): string {
	return measureInfo(measure).title;
}

/** What is not as it should be, said plainly. */
function shortfall(row: ProofRow, proof: VerdictProof): readonly string[] {
	const title = titleOf(row);
	const { different, slowdowns, smallestFoundPercent } = row;
	const tooMany = different.count * 100 > proof.allowedDifferent * different.of;
	const missed = slowdowns.filter((each) => !isFound(each, proof));
	const [least] = slowdowns;
	const smallest =
		smallestFoundPercent === undefined
			? 'none that was tried is found often enough here'
			: `the smallest that ${counted(proof.repeats, 'repeat')} find often enough on this machine is ${figure(smallestFoundPercent)} %`;
	const more = least && !isFound(least, proof) ? `; ${neededWords(row, least)}` : '';
	const equal = missed.filter(({ calledEqual }) => calledEqual > 0);
	return [
		...(tooMany ? [`That is more than is allowed for ${title}: its verdicts call too much different here.`] : []),
		...(missed.length > 0
			? [
					`For ${title} a slowdown of ${missed.map(({ percent }) => `${percent} %`).join(' and ')} is not found often enough: ${smallest}${more}.` +
						equal.map(({ percent, calledEqual }) => ` Of ${percent} %, ${calledEqual} were called equal.`).join(''),
				]
			: []),
	];
}

/** What it would take to find the smallest slowdown, and of which size that is. */
function neededWords({ repeatsNeeded, repeatsNeededForPercent: measured }: ProofRow, { percent }: SlowdownRow): string {
	const what =
		measured === undefined ? `${percent} %` : `what was measured of ${percent} %, ${figure(measured, '%')} %,`;
	if (repeatsNeeded === undefined && measured === undefined)
		return `${what} would take more than ${mostRepeatsLookedAt} repeats`;
	return repeatsNeeded === undefined
		? `${what} is found often enough with no number of repeats up to ${mostRepeatsLookedAt}`
		: `${what} would take about ${counted(repeatsNeeded, 'repeat')}`;
}

function isFound({ found: { count, of } }: SlowdownRow, { wantedFound }: VerdictProof): boolean {
	return count * 100 >= wantedFound * of;
}

export function proofTable({ rows, allowedDifferent, wantedFound }: VerdictProof): TextTable {
	const tally = ({ count, of }: Tally) => `${count} of ${of}`;
	return {
		head: ['measure and server', 'said', 'wanted', 'equal', 'ran for real', 'measured ÷ base'],
		rows: rows.flatMap((row) => [
			[
				`${titleOf(row)}: itself`,
				`different: ${tally(row.different)}`,
				`at most ${allowedDifferent}`,
				'',
				String(row.different.ranForReal),
				`one trial ±${figure(row.perRepeat * 100, '%')} %`,
			],
			...row.slowdowns.map(({ percent, found, calledEqual, measured }) => [
				`${titleOf(row)}: slower by ${percent} %`,
				`higher: ${tally(found)}`,
				`at least ${wantedFound}`,
				String(calledEqual),
				String(found.ranForReal),
				ratio(measured.value, measured.ci),
			]),
			[
				`${titleOf(row)}: smallest found`,
				row.smallestFoundPercent === undefined ? 'none' : `${figure(row.smallestFoundPercent)} %`,
				'',
				'',
				'',
				'',
			],
		]),
	};
}
