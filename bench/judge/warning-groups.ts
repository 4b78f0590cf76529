import type { Warning, WarningId } from '../model/warning.ts';

/** Warnings that say the same. */
export interface WarningGroup<W extends Warning> {
	readonly id: WarningId;
	/** Their detail; the number in which they differ, if they do, from the least to the most. */
	readonly text: string;
	readonly of: readonly W[];
}

/** A number that stands for itself: none in a name such as `p99` or `sdk1-sse`. */
const number = /(?<![\w.-])\d+(?:\u202f\d{3})*(?:\.\d+)?(?![\w-])/g;

/** Warnings of one kind that differ in one number, or in nothing, as one, where they came first. */
export function alike<W extends Warning>(warnings: readonly W[]): readonly WarningGroup<W>[] {
	const bySentence = Map.groupBy(warnings, ({ id, detail }) => `${id} ${detail.replaceAll(number, '0')}`);
	return [...bySentence.values()].flatMap((of) => {
		const text = ranged(of.map(({ detail }) => detail));
		const groups = text === undefined ? [...Map.groupBy(of, ({ detail }) => detail)] : [[text, of] as const];
		return groups.flatMap(([said, same]) => (same[0] ? [{ id: same[0].id, text: said, of: same }] : []));
	});
}

/** Sentences that differ in their numbers only, as one; undefined where they do so in more than one: ranges would hide what goes with what. */
function ranged(sentences: readonly string[]): string | undefined {
	const numbers = sentences.map((sentence) => sentence.match(number) ?? []);
	const differing = (numbers[0] ?? []).filter((first, nth) => numbers.some((found) => found[nth] !== first));
	if (differing.length > 1) return undefined;
	let nth = 0;
	return (sentences[0] ?? '').replaceAll(number, () => {
		const mine = numbers.map((found) => found[nth] ?? '').sort((a, b) => plain(a) - plain(b));
		nth++;
		return mine[0] === mine.at(-1) ? `${mine[0]}` : `${mine[0]} to ${mine.at(-1)}`;
	});
}

function plain(written: string): number {
	return Number(written.replaceAll('\u202f', ''));
}
