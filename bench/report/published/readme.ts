import { markdownTable } from 'markdown-table';
import type { Finding } from '../../model/finding.ts';
import { counted } from '../../model/quantity.ts';
import type { ReportInput } from '../../model/report.ts';
import type { ChartData } from '../../model/series.ts';
import { countsInWords } from '../claim-counts.ts';
import { chartPath, instant, verdictText } from '../content.ts';
import { decidingChart } from '../deciding-chart.ts';
import { decidingEvidence, evidenceFigure, evidencePlace } from '../evidence.ts';
import { sectionAnchor } from '../html/anchors.ts';
import { intervalWords } from '../interval-words.ts';
import { entryOf, machineInWords, type PublishedRun, shortCommit } from './history.ts';
import { bestCharts } from './pictures.ts';
import { trialsInWords } from './trend.ts';

export const blockBegin = '<!-- published:begin -->';
export const blockEnd = '<!-- published:end -->';

/** A published run as a README refers to it. */
export interface Shown {
	readonly input: ReportInput;
	/** The names of the files that were published, relative to the publication. */
	readonly files: readonly string[];
	/** From the README to the publication: `results/published`, or empty where they lie together. */
	readonly base: string;
}

/** What stands where nothing is published. */
export const nothingPublished =
	'Nothing is published yet. `npm run bench -- publish latest` publishes the newest run, and writes its charts and its claims here.';

/** The file whose picture is meant for dark grounds. */
export function darkPath(data: ChartData): string {
	return chartPath(data, 'svg').replace(/\.svg$/, '-dark.svg');
}

/** The claims and the three best charts of a published run, with all their figures, as Markdown. */
export function publishedBlock(shown: Shown): string {
	const { input } = shown;
	const entry = entryOf(input);
	return [
		`${provenance(entry)} ${links(shown)}`,
		...doubts(entry),
		...bestCharts(input).flatMap((data) => picture(data, shown)),
		`${countsInWords(input.run.findings).replace(/^[^:]+:/, '**$&**')} The table has the claims, the report all. In brackets stands ${intervalWords(input.run)}; where it is all from 0 to 100 % the value of each repeat stands instead.`,
		claimsTable(shown),
	].join('\n\n');
}

function provenance(entry: PublishedRun): string {
	const { startedAt, machine, os, kernel, node, commit, profile } = entry;
	return escaped(
		`Measured ${instant(startedAt)} on one machine: ${machineInWords(machine)}, ${os}, kernel ${kernel}, Node ${node}, ` +
			`at commit ${shortCommit(commit)}, profile ${profile}; ${trialsInWords(entry)}.`,
	);
}

function links({ files, base }: Shown): string {
	const to = (name: string, words: string) => (files.includes(name) ? [`[${words}](${place(base, name)})`] : []);
	const all = [
		...to('index.html', 'the whole report'),
		...to('run.json', 'its data'),
		...to('run.json.gz', 'its data'),
		...to('history.json', 'every published run'),
	];
	return `There are ${all.join(', ')}. Figures of another machine differ; the words of this table may, too.`;
}

/** What a reader must know before the figures. */
function doubts({ profile, trials: { invalid } }: PublishedRun): string[] {
	return [
		...(profile === 'smoke' ? ['The profile `smoke` proves the machinery: its figures decide nothing.'] : []),
		...(invalid > 0
			? [`${counted(invalid, 'trial was', 'trials were')} invalid and ${invalid === 1 ? 'enters' : 'enter'} no figure.`]
			: []),
	];
}

/** A chart that is readable on the light and on the dark ground of the place that shows it. */
function picture(data: ChartData, { files, base }: Shown): string[] {
	const [light, dark] = [chartPath(data, 'svg'), darkPath(data)];
	if (!files.includes(light)) return [];
	const source = files.includes(dark)
		? `<source media="(prefers-color-scheme: dark)" srcset="${place(base, dark)}">`
		: '';
	const words = `${data.title}. ${data.sentence}`.replace(/[\r\n]+/g, ' ');
	return [`<picture>${source}<img src="${place(base, light)}" alt="${attribute(words)}"></picture>`];
}

function claimsTable(shown: Shown): string {
	const { findings } = shown.input.run;
	const judged = findings.filter(({ restsOn, unmeasured }) => restsOn === undefined && !unmeasured);
	const rows = judged.map((finding) => [
		verdictText(finding).replaceAll(' ', '\u00a0'),
		`${escaped(finding.claim)} (\`${finding.id}\`)`,
		escaped(decidingFigure(finding)),
		chartLink(finding, shown),
	]);
	return markdownTable([['verdict', 'claim', 'deciding figure', 'chart'], ...rows], {
		alignDelimiters: false,
		padding: true,
	});
}

/** `PSS per client, sse: 21.4 [20.9, 22.0] KB`, of what depends the least and the most; a claim that nothing decided has none. */
function decidingFigure(finding: Finding): string {
	const lines = decidingEvidence(finding).map((line) => `${evidencePlace(line)}: ${evidenceFigure(line)}`);
	return lines.length === 0 ? '—' : lines.join('; ');
}

function chartLink(finding: Finding, { input, files, base }: Shown): string {
	const data = decidingChart(input, finding);
	const path = data && chartPath(data, 'svg');
	if (path !== undefined && files.includes(path)) return `[${escaped(finding.scenario)}](${place(base, path)})`;
	// Some have no picture, and of some there was no room for it among the files: the page draws them all.
	const page = place(base, 'index.html');
	return files.includes('index.html')
		? `[${escaped(finding.scenario)}, in the report](${page}#${sectionAnchor(finding.scenario)})`
		: finding.scenario;
}

function place(base: string, name: string): string {
	return base === '' ? name : `${base}/${name}`;
}

/** Text that no Markdown or HTML is read from. */
function escaped(text: string): string {
	return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

function attribute(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The text with the block between the two marks replaced.
 * @throws RangeError where the marks do not stand there once each, in their order
 */
export function withBlock(text: string, block: string): string {
	const [before, rest, ...more] = text.split(blockBegin);
	const [, after, ...others] = rest?.split(blockEnd) ?? [];
	if (before === undefined || after === undefined || more.length > 0 || others.length > 0)
		throw new RangeError(`the lines ${blockBegin} and ${blockEnd} do not stand there once each`);
	return `${before}${blockBegin}\n${block}\n${blockEnd}${after}`;
}

/** What stands between the marks; undefined where there are none. */
export function blockOf(text: string): string | undefined {
	const [, rest] = text.split(`${blockBegin}\n`);
	return rest?.split(`\n${blockEnd}`)[0];
}
