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
	return `<!doctype html>\n${withoutOptionalEnds(renderToString(await page(input)))}\n`;
}

/**
 * HTML lets these end with what follows them; in the thousands of cells of a large run their end tags are a tenth of the page.
 * Only before the first script: what stands in scripts is bound to its hash, and in text there is no `<`.
 */
function withoutOptionalEnds(markup: string): string {
	const scripts = markup.indexOf('<script');
	const end = scripts < 0 ? markup.length : scripts;
	return markup.slice(0, end).replace(/<\/(td|th|tr|thead|tbody|li|dt|dd)>/g, '') + markup.slice(end);
}
