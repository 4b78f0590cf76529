import { html } from 'htm/preact';
import { renderToString } from 'preact-render-to-string';
import type { ReportInput } from '../../model/report.ts';
import { instant } from '../content.ts';
import { htmlReport } from '../html.ts';
import { entryOf, machineInWords, type PublishedHistory, shortCommit } from './history.ts';
import { trendSection, trialsInWords } from './trend.ts';

/** A file that the page links to. */
export interface LinkedFile {
	/** Relative to the page. */
	readonly name: string;
	/** What it is, in a few words. */
	readonly words: string;
}

/**
 * The page of a publication: the report of its run, with a head that says what is published, and the history of all published runs.
 * @param files every file that lies beside it
 * @throws Error where the report is no page with a header
 */
export async function publishedPage(
	input: ReportInput,
	history: PublishedHistory,
	files: readonly LinkedFile[],
): Promise<string> {
	const page = await htmlReport({ ...input, sections: [...input.sections, trendSection(history)] });
	const end = page.indexOf('</header>', page.indexOf('<body'));
	if (end < 0) throw new Error('the report has no header to say in what is published');
	const about = renderToString(html`<${About} input=${input} files=${files} />`);
	return withoutDeadLinks(page.slice(0, end) + about + page.slice(end), files);
}

/** What this is, when, where, of which commit, and how one gets what is not here. */
function About({ input, files }: { input: ReportInput; files: readonly LinkedFile[] }) {
	const { run } = input;
	const entry = entryOf(input);
	const { machine, os, kernel, node, commit, profile } = entry;
	const data = files.filter(({ name }) => !name.includes('/'));
	const charts = files.filter(({ name }) => name.startsWith('charts/'));
	return html`
		<div class="published" id="published">
			<p>
				<strong>A published run</strong> of mcp-transport-bench: ${run.id}, started ${instant(run.startedAt)}, profile ${profile}, at commit${' '}
				${shortCommit(commit)}; ${trialsInWords(entry)}. Measured on one machine: ${machineInWords(machine)}; ${os}, kernel ${kernel}; Node ${node}.
				Figures of another machine differ.
				${profile === 'smoke' && html`${' '}<strong>The profile smoke proves the machinery: its figures decide nothing.</strong>`}
				${entry.trials.invalid > 0 && html`${' '}The invalid trials enter no figure.`}
			</p>
			<details>
				<summary>Its data, its charts as pictures, and how to run it again</summary>
				<p>
					The data: ${data.map(({ name, words }, nth) => html`${nth > 0 && ', '}<a href=${name}>${name}</a> (${words})`)}. The histories of the
					trials, every call and every gauge, are too large to be published. This command makes the run again, with the same plan and the same
					schedules, and writes them anew:
				</p>
				<pre class="command" tabindex="0"><code>${run.command}</code></pre>
				<ul>${charts.map(({ name, words }) => html`<li><a href=${name}>${words}</a></li>`)}</ul>
			</details>
		</div>
	`;
}

/** The report links to a picture of every chart; not all of them are published, and what is not there is no link. */
function withoutDeadLinks(page: string, files: readonly LinkedFile[]): string {
	const known = new Set(files.map(({ name }) => name));
	return page.replace(/<a\b[^>]*\bhref="((?:charts|pictures)\/[^"]*)"[^>]*>([\s\S]*?)<\/a>/g, (link, name, words) =>
		known.has(name) ? link : words,
	);
}
