import { emulatedTitle, limitsOf, limitWords } from '../model/platforms.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';

/**
 * The platforms whose limits were emulated, as they were known when the run was made: what their makers document and where, and what
 * the proxy kept. Undefined where there were none.
 */
export function platformTable(run: RunRecord, scenario: string): ReportTable | undefined {
	const { platforms = [] } = run.scenarios.find(({ id }) => id === scenario) ?? {};
	if (platforms.length === 0) return undefined;
	return {
		title: 'The limits that were emulated',
		note:
			'“Head” is the longest wait for the head of an answer and the status that comes instead, “idle” the longest silence within an ' +
			'answer, “total” the longest answer, each with the end that follows: fin and rst as TCP has them, clean a proper end of the body, silent none at all. ' +
			'As applied: times divided by the factor; sizes are not.',
		head: ['id', 'platform', 'limits as documented', '÷', 'limits as applied', 'documented in', 'looked at', 'note'],
		rows: platforms.map((platform) => [
			...[platform.id, emulatedTitle(platform), limitWords(platform), String(platform.factor)],
			...[limitWords(limitsOf(platform)), platform.source, platform.checked, platform.note ?? ''],
		]),
		folded: true,
	};
}
