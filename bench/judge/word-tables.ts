import type { ReportSection, ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { Scenario, TableRequest } from '../model/scenario.ts';
import { affinityTable } from './affinity-table.ts';
import { billingTable } from './billing-table.ts';
import { type JudgedTrial, libraryTable } from './library-table.ts';
import { platformTable } from './platform-table.ts';
import { revocationTable } from './revocation-table.ts';
import { soakTable } from './soak-table.ts';
import { cookieTable, tokenTable } from './token-table.ts';
import { vanishedTable } from './vanished-table.ts';

/** Makes a table in words from the completed trials of a scenario; undefined where nothing was there to be said. */
export type TableMaker = (run: RunRecord, scenario: string, trials: readonly JudgedTrial[]) => ReportTable | undefined;

/** Every kind of table with its maker. A new one is a file and a line here. */
const tableMakers: Readonly<Record<TableRequest, TableMaker>> = {
	affinity: affinityTable,
	billing: billingTable,
	cookies: cookieTable,
	libraries: libraryTable,
	platforms: platformTable,
	soak: soakTable,
	vanished: vanishedTable,
	tokens: tokenTable,
	revocation: revocationTable,
};

/** The tables that a scenario asks for; none where nothing was there to be said. */
export function wordTables(
	run: RunRecord,
	{ id, tables = [] }: Scenario,
	trials: readonly JudgedTrial[],
): Partial<ReportSection> {
	const made = tables.flatMap((kind) => tableMakers[kind](run, id, trials) ?? []);
	return made.length === 0 ? {} : { tables: made };
}
