import { join } from 'node:path';
import { renderToString } from 'preact-render-to-string';
import type { ReportInput } from '../model/report.ts';
import { page } from './html/document.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './whole-file.ts';

/** The report as one page that needs nothing else: it opens from disk, offline, years later. */
export const html: Reporter = {
	id: 'html',
	async write(input, folder) {
		const path = join(folder, 'report.html');
		await writeWhole(path, await htmlReport(input));
		return [path];
	},
};

export async function htmlReport(input: ReportInput): Promise<string> {
	return `<!doctype html>\n${renderToString(await page(input))}\n`;
}
