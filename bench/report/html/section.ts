import { html } from 'htm/preact';
import type { ReportPicture, ReportSection } from '../../model/report.ts';
import type { RunRecord } from '../../model/run.ts';
import type { ChartData } from '../../model/series.ts';
import { confidenceWords } from '../../model/verdict-rules.ts';
import { chartPath, comparisonsOf, comparisonTable, findingsOf } from '../content.ts';
import { comparisonNote } from '../interval-words.ts';
import { readingHint } from '../legends.ts';
import type { Palette } from '../palette.ts';
import { type SummaryColumn, summaryText } from '../tables.ts';
import { chartAnchor, findingAnchor, sectionAnchor } from './anchors.ts';
import { VerdictChip } from './claims.ts';
import { ExtraTables } from './extra-table.ts';
import { FiguresTable } from './figures-table.ts';
import { Folded, ScrollBox, Table } from './table.ts';

interface SectionProps {
	readonly run: RunRecord;
	readonly section: ReportSection;
	readonly palette: Palette;
}

/** One scenario: question, answer, pictures, tables, method, warnings, in this order in every section. */
export function Section({ run, section, palette }: SectionProps) {
	const anchor = sectionAnchor(section.id);
	const { tables: extra = [], pictures = [], charts, warnings } = section;
	return html`
		<section aria-labelledby=${anchor}>
			<h2 id=${anchor}>${section.title}${' '}<code class="id">${section.id}</code></h2>
			<p class="question">${section.question}</p>
			<${Answer} section=${section} />
			<${Verdicts} run=${run} scenario=${section.id} />
			${pictures.map((picture) => html`<${Picture} picture=${picture} />`)}
			<div class="charts">${charts.map((data) => html`<${Figure} data=${data} />`)}</div>
			<${ExtraTables} tables=${extra.filter(({ folded }) => !folded)} />
			<${Figures} section=${section} palette=${palette} />
			<${Comparisons} run=${run} section=${section} />
			<${ExtraTables} tables=${extra.filter(({ folded }) => folded)} />
			<h3>How this was measured</h3>
			<p>${section.method}</p>
			${
				warnings.length > 0 &&
				html`
					<h3>Warnings</h3>
					<ul class="warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>
				`
			}
		</section>
	`;
}

function Figures({ section, palette }: { section: ReportSection; palette: Palette }) {
	const text = summaryText(section.table);
	return html`
		<h3>Figures</h3>
		<${Folded} rows=${text.rows.length} what="Figures of every case and target">
			<${FiguresTable} label=${`Figures of ${section.title}`} text=${text} palette=${palette} />
		<//>
		<${Meanings} columns=${text.columns} />
		<p class="note">Means over the completed repeats, of times the geometric mean; in brackets the ${confidenceWords()} interval, where there are enough of them.${text.note === '' ? '' : ` ${text.note}`}</p>
	`;
}

function Comparisons({ run, section }: { run: RunRecord; section: ReportSection }) {
	const comparisons = comparisonsOf(run, section.id);
	if (comparisons.length === 0) return null;
	const compared = comparisonTable(comparisons);
	return html`
		<h3>Comparisons</h3>
		<${Folded} rows=${compared.rows.length} what="Comparisons in every case">
			<${Table} label=${`Comparisons of ${section.title}`} table=${compared} names=${compared.names} merged />
		<//>
		<p class="note">${comparisonNote(run)}</p>
	`;
}

/** The first sentence stands out; a list of them in bold would not be read. */
function Answer({ section: { answer, points = [] } }: { section: ReportSection }) {
	if (points.length > 0) return html`<ul class="points">${points.map((point) => html`<li>${point}</li>`)}</ul>`;
	if (answer === '') return null;
	const [first = answer, rest = ''] = parted(answer);
	return html`<p class=${first.length > longSentence ? 'answer long' : 'answer'}>${first}</p>${rest !== '' && html`<p>${rest}</p>`}`;
}

/** In characters. A longer sentence is a list of figures, which would not be read in bold. */
const longSentence = 240;
const shortSentence = 40;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The first sentence of a text, and the others. A short one is taken together with the next: it says too little alone. */
function parted(text: string): [first: string, rest: string] {
	let end = 0;
	for (const { segment } of sentences.segment(text)) {
		end += segment.length;
		if (end >= shortSentence) break;
	}
	return [text.slice(0, end).trimEnd(), text.slice(end)];
}

/** What exactly each column counts; a title alone leaves room for doubt. */
function Meanings({ columns }: { columns: readonly SummaryColumn[] }) {
	const said = columns.filter((column) => column.meaning !== '');
	if (said.length === 0) return null;
	return html`
		<details>
			<summary>What the columns mean</summary>
			<dl>${said.map((column) => html`<dt>${column.title}</dt><dd>${column.meaning}</dd>`)}</dl>
		</details>
	`;
}

function Verdicts({ run, scenario }: { run: RunRecord; scenario: string }) {
	const findings = findingsOf(run, scenario);
	if (findings.length === 0) return null;
	return html`
		<ul class="verdicts">
			${findings.map(
				({ id, verdict, unmeasured, claim }) =>
					html`<li><${VerdictChip} verdict=${verdict} unmeasured=${unmeasured} /> <a href=${`#${findingAnchor(id)}`}>${claim}</a></li>`,
			)}
		</ul>
	`;
}

/** A chart with its heading, its sentence, and its figures for those who cannot or will not read the picture. */
function Figure({ data }: { data: ChartData }) {
	const heading = chartAnchor(data.id);
	const caption = `about-${data.id}`;
	const hint = readingHint(data);
	return html`
		<figure aria-labelledby=${heading}>
			<h3 id=${heading}>${data.title}</h3>
			<figcaption id=${caption}>${data.sentence}${hint !== '' && html`<span class="hint">${' '}${hint}</span>`}</figcaption>
			<${Drawing} data=${data} heading=${heading} caption=${caption} />
			<noscript>
				<p>This picture and its data need JavaScript. Without it: <a href=${chartPath(data, 'svg')}>the same as SVG</a>, and the tables below.</p>
			</noscript>
			<div class="data" hidden>
				<details data-table=${data.id} class=${data.kind === 'heat' ? 'grid' : null}>
					<summary>Table: ${data.title}</summary>
				</details>
				<button type="button" data-csv=${data.id}>Data as CSV<span class="unseen">: ${data.title}</span></button>
			</div>
		</figure>
	`;
}

/** What a browser showed, within the page itself. */
function Picture({ picture: { id, title, caption, type, bytes } }: { picture: ReportPicture }) {
	const source = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
	return html`
		<figure class="picture" aria-labelledby=${`picture-${id}`}>
			<h3 id=${`picture-${id}`}>${title}</h3>
			<figcaption>${caption}</figcaption>
			<img src=${source} alt=${caption} />
		</figure>
	`;
}

/** The canvas; that of a grid with many columns may be wider than the page and scrolls. */
function Drawing({ data, heading, caption }: { data: ChartData; heading: string; caption: string }) {
	const canvas = html`
		<div class="canvas">
			<canvas id=${`canvas-${data.id}`} role="img" aria-labelledby=${heading} aria-describedby=${caption}></canvas>
		</div>
	`;
	return data.kind === 'heat' ? html`<${ScrollBox} label=${`Picture: ${data.title}`}>${canvas}<//>` : canvas;
}
