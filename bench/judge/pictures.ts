import type { ReportSection } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { JudgedTrial } from './library-table.ts';

/** What browsers showed in the trials of a scenario: of each target the first, for repeats look alike. */
export function picturesOf(
	{ targets }: Pick<RunRecord, 'targets'>,
	trials: readonly JudgedTrial[],
): Partial<ReportSection> {
	const sorted = targets.flatMap(({ id }) => trials.filter(({ result }) => result.target === id));
	const all = sorted.flatMap(({ result: { scenario, target }, facts }) =>
		facts.browser.pictures.map(({ title, caption, type, base64 }) => ({
			id: `${scenario}-${target}`.replaceAll(/[^\w-]/g, '-'),
			title: `${title} (${target})`,
			...{ caption, type },
			bytes: Uint8Array.from(Buffer.from(base64, 'base64')),
		})),
	);
	const pictures = [...new Map(all.toReversed().map((picture) => [picture.id, picture])).values()].reverse();
	return pictures.length === 0 ? {} : { pictures };
}
