import { measures } from '../model/measures.ts';
import { duration, interval } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import { soakSlopes, soakWord } from '../model/soak-verdict.ts';
import { figuresOf } from './judge.ts';

const absent = '—';

/** What grew by how much in an hour, with the interval. Undefined where nothing was soaked. */
export function soakTable(run: RunRecord, scenario: string): ReportTable | undefined {
	const figures = figuresOf(run, { id: scenario });
	const rows = figures.targets.flatMap((target) => {
		const soaked = figures.estimate(target, 'soakedMs');
		if (!soaked) return [];
		const slopes = soakSlopes.map((name) => {
			const found = figures.estimate(target, name);
			return found ? interval(found.value, found.ci, measures[name].unit) : absent;
		});
		const word = soakWord((name) => figures.estimate(target, name));
		return [[target, duration(soaked.value), ...slopes, word]];
	});
	if (rows.length === 0) return undefined;
	return {
		title: 'What grows in an hour',
		note:
			'Slopes through the checkpoints, per hour, with their 95 % intervals, which a short soak has wide; “grows”: those of sessions, descriptors or heap that lie ' +
			'above zero as a whole.',
		head: [
			'server',
			'soaked for',
			...soakSlopes.map((name) => measures[name].title.replace(' per hour', '')),
			'verdict',
		],
		rows,
		inTerminal: true,
	};
}
