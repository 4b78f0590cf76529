import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../bench/model/run.ts';

/** The files that every report consists of, beside the charts. */
export const reportFiles = ['report.html', 'report.md', 'junit.xml'] as const;

export function recordOf(folder: string): RunRecord {
	return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
}

/** The newest run under a root; undefined until it has been saved for the first time. */
export function latestRecord(root: string): RunRecord | undefined {
	const folder = join(root, 'latest');
	return existsSync(join(folder, 'run.json')) ? recordOf(folder) : undefined;
}

/** Which report files are missing in a run's folder. */
export function missingReports(folder: string): string[] {
	const charts = existsSync(join(folder, 'charts')) ? readdirSync(join(folder, 'charts')) : [];
	const kinds = ['.svg', '.png'].filter((kind) => !charts.some((name) => name.endsWith(kind)));
	return [...reportFiles.filter((name) => !existsSync(join(folder, name))), ...kinds.map((kind) => `charts/*${kind}`)];
}
