import type { VerdictProof } from '../model/verdict-proof.ts';
import { clean, cleanText } from './clean.ts';
import { columnBlocks, wrap } from './columns.ts';
import type { TerminalOptions } from './terminal.ts';
import { proofSentences, proofTable, proofTitle } from './verdict-proof.ts';

/** A proof of the verdicts for a terminal. Ends with a line break. */
export function proofSummary(unclean: VerdictProof, { columns, paths = [] }: TerminalOptions): string {
	const proof = clean(unclean);
	const width = Math.max(20, Math.floor(columns));
	const { head, rows } = proofTable(proof);
	const blocks = [
		proofSentences(proof).flatMap((sentence) => wrap(sentence, width)),
		[proofTitle, ...columnBlocks(head, rows, width).flatMap(({ lines }) => lines)],
		paths.map((path) => `stored  ${cleanText(path)}`),
	];
	return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
