import type { MeasureName } from '../model/measures.ts';
import { plusMinus, tick } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import { backAfter } from '../model/vanish-measures.ts';
import { decidingSlopes, vanishWord } from '../model/vanish-verdict.ts';
import type { TrialFigures } from './figures.ts';
import { figuresOf } from './judge.ts';

const absent = '—';

const heads: Readonly<Record<(typeof decidingSlopes)[number], string>> = {
	sessionsPerVanished: 'sessions',
	fdsPerVanished: 'descriptors',
	heapKbPerVanished: 'heap (KB)',
};

/** What each server keeps of a client that has gone, by how it went, and the word for it. Undefined where nobody went. */
export function vanishedTable(run: RunRecord, scenario: string): ReportTable | undefined {
	const all = figuresOf(run, { id: scenario });
	const cases = run.scenarios.find(({ id }) => id === scenario)?.cases ?? [];
	const rows = cases.flatMap(({ id, title }) => {
		const figures = all.in(id);
		return figures.targets.map((target) => [title, target, ...cellsOf(figures, target)]);
	});
	if (rows.length === 0) return undefined;
	return {
		title: 'What is left of each client that has gone',
		note:
			'Slopes over the clients that have come and gone, with half of their 95 % interval; “leaks”: one of them lies above nothing (0.02 ' +
			'sessions or descriptors, 1 KB of heap) as a whole, within the time that the server was watched; “gives back”: none reaches beyond, and the server tells all three. ' +
			'The last column: of the sessions of the last wave, the share that was gone by then. ' +
			`${absent}: the server does not say, nobody read it then, or its clients had added nothing that could be given back.`,
		head: [
			'how they went',
			'server',
			...decidingSlopes.map((name) => heads[name]),
			'verdict',
			'back after 1 / 2 / 5 s (%)',
		],
		rows,
		inTerminal: true,
	};
}

function cellsOf(figures: TrialFigures, target: string): string[] {
	const of = (name: MeasureName) => figures.estimate(target, name);
	const slope = (name: MeasureName): string => {
		const found = of(name);
		// Hundredths of a client, whatever the unit: a thousandth is not told from none.
		return found
			? plusMinus(rounded(found.value), found.ci?.map(rounded) as [number, number] | undefined, {
					unit: 'fd',
					factor: 1,
				})
			: absent;
	};
	const shares = Object.values(backAfter.sessions).map((name) => of(name)?.value);
	const said = shares.map((share) => (share === undefined ? absent : tick(Math.round(share))));
	const back = shares.every((share) => share === undefined) ? absent : said.join(' / ');
	return [...decidingSlopes.map(slope), vanishWord(of), back];
}

/** To hundredths; what is less than one half of that is none, and has no sign. */
function rounded(value: number): number {
	return Math.round(value * 100) / 100 + 0;
}
