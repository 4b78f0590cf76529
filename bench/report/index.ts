import { mkdir } from 'node:fs/promises';
import type { ReportInput } from '../model/report.ts';
import { clean } from './clean.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { pictures } from './pictures.ts';
import type { Reporter } from './reporter.ts';

export { cleanText } from './clean.ts';
export { proofSummary } from './proof-summary.ts';
export type { Reporter } from './reporter.ts';
export { shareText } from './share.ts';
export { calibrationSummary, plainTrialLine, summary, type TerminalOptions, terminalOptions } from './terminal.ts';

/** Loaded when it is needed: where the canvas has no binary for this machine, every other report is still written. */
const images: Reporter = {
	id: 'charts',
	write: async (input, folder) => (await import('./images.ts')).writeImages(input, folder),
};

/** Every output of a run, in the order in which paths are named. A new one is a file and a line here. */
export const reporters: Readonly<Record<string, Reporter>> = Object.fromEntries(
	[html, markdown, junit, images, pictures].map((reporter) => [reporter.id, reporter]),
);

/** What was written, and which reporters failed. */
export interface Written {
	readonly paths: readonly string[];
	readonly failures: readonly { readonly reporter: string; readonly error: Error }[];
}

/**
 * Writes all reports of a run into its folder. One that fails does not keep the others from being written: the figures
 * took minutes to measure, and half a report is worth more than none.
 * @param chosen the reporters to use, all unless told
 */
export async function writeReports(
	unclean: ReportInput,
	folder: string,
	chosen: readonly Reporter[] = Object.values(reporters),
): Promise<Written> {
	const input = clean(unclean);
	await mkdir(folder, { recursive: true });
	const paths: string[] = [];
	const failures: { reporter: string; error: Error }[] = [];
	for (const reporter of chosen) {
		try {
			paths.push(...(await reporter.write(input, folder)));
		} catch (thrown) {
			failures.push({ reporter: reporter.id, error: thrown instanceof Error ? thrown : new Error(String(thrown)) });
		}
	}
	return { paths, failures };
}
