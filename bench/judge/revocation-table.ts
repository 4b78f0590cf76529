import type { Estimate } from '../model/finding.ts';
import type { MeasureName } from '../model/measures.ts';
import { atLeast, quantity } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialFigures } from './figures.ts';
import { headsOf } from './grid.ts';
import { figuresOf } from './judge.ts';

const absent = '—';
const columns = ['pushed for', 'served for', 'what clients saw'] as const;

/** How long a token that no longer counted still worked: a row for each case, columns for each target. Undefined where nothing was measured. */
export function revocationTable(run: RunRecord, scenario: string): ReportTable | undefined {
	const figures = figuresOf(run, { id: scenario });
	const cases = run.scenarios.find(({ id }) => id === scenario)?.cases ?? [];
	const targets = figures.targets.filter((target) => cases.some(({ id }) => isMeasured(figures.in(id), target)));
	if (targets.length === 0) return undefined;
	return {
		title: 'How long a token works that no longer counts',
		note:
			`From the instant at which it was revoked or expired; “nothing”: no push, or no answer, came after it; ≥: it still went on at the ` +
			`end of the watch; ${absent}: no stream is held, or the case means nothing to the server. Clients were answered 401, had their session or ` +
			'stream ended, or were unaware of it: they saw neither.',
		head: ['case', ...targets.flatMap(() => columns)],
		groups: headsOf(targets).map((title) => ({ title, columns: columns.length })),
		rows: cases.map(({ id, title }) => [title, ...targets.flatMap((target) => cellsOf(figures.in(id), target))]),
		inTerminal: true,
	};
}

function isMeasured(figures: TrialFigures, target: string): boolean {
	return figures.estimate(target, 'unawareShare') !== undefined;
}

function cellsOf(figures: TrialFigures, target: string): readonly string[] {
	const of = (measure: MeasureName) => figures.estimate(target, measure);
	if (!isMeasured(figures, target)) return columns.map(() => absent);
	return [
		lasted(of('pushesAfterLapse'), of('pushesAfterLapseMs')),
		lasted(of('callsAfterLapse'), of('callsAfterLapseMs')),
		seen([
			['401', of('refusedShare')],
			['ended', of('streamsEndedShare')],
			['unaware', of('unawareShare')],
		]),
	];
}

function lasted(count: Estimate | undefined, ms: Estimate | undefined): string {
	if (!count || !ms) return absent;
	if (count.value === 0) return 'nothing';
	return ms.atLeast === true ? atLeast(ms.value, 'ms') : quantity(ms.value, 'ms');
}

function seen(shares: readonly (readonly [word: string, share: Estimate | undefined])[]): string {
	const some = shares.flatMap(([word, share]) => {
		if (!share || share.value === 0) return [];
		return [share.value === 100 ? `all ${word}` : `${quantity(share.value, '%')} ${word}`];
	});
	return some.length === 0 ? absent : some.join(', ');
}
