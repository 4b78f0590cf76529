import { html } from 'htm/preact';
import type { ReportPicture, ReportSection } from '../../model/report.ts';
import type { RunRecord } from '../../model/run.ts';
import type { ChartData } from '../../model/series.ts';
import { chartPath, comparisonsOf, comparisonTable, findingsOf } from '../content.ts';
import { readingHint } from '../legends.ts';
import type { Palette } from '../palette.ts';
import { chartTable, type SummaryColumn, summaryText } from '../tables.ts';
import { chartAnchor, sectionAnchor } from './anchors.ts';
import { VerdictChip } from './claims.ts';
import { ExtraTables } from './extra-table.ts';
import { FiguresTable, Folded, ScrollBox, Table } from './table.ts';

interface SectionProps {
	readonly run: RunRecord;
	readonly section: ReportSection;
	readonly palette: Palette;
}

/** One scenario: question, answer, pictures, figures, comparisons, method, warnings. */
export function Section({ run, section, palette }: SectionProps) {
	const anchor = sectionAnchor(section.id);
	const text = summaryText(section.table);
	const comparisons = comparisonsOf(run, section.id);
	const compared = comparisonTable(comparisons);
	const { tables: extra = [] } = section;
	const size = run.scenarios.find((scenario) => scenario.id === section.id);
	return html`
		<section aria-labelledby=${anchor}>
			<h2 id=${anchor}>${section.title}${' '}<code class="id">${section.id}</code></h2>
			<p class="question">${section.question}</p>
			<${Answer} section=${section} />
			<${Verdicts} run=${run} scenario=${section.id} />
			<${ExtraTables} tables=${extra.filter(({ folded }) => !folded)} />
			${(section.pictures ?? []).map((picture) => html`<${Picture} picture=${picture} />`)}
			<div class="charts">${section.charts.map((data) => html`<${Figure} data=${data} />`)}</div>
			<h3>Figures</h3>
			<${Folded} rows=${text.rows.length} what="Figures of every case and target">
				<${FiguresTable} label=${`Figures of ${section.title}`} text=${text} palette=${palette} />
			<//>
			<${Meanings} columns=${text.columns} />
			<p class="note">Means over the completed repeats, of times the geometric mean; in brackets the 95 % interval, where there are enough of them.${text.note === '' ? '' : ` ${text.note}`}</p>
			${
				comparisons.length > 0 &&
				html`
					<h3>Comparisons</h3>
					<${Folded} rows=${compared.rows.length} what="Comparisons in every case">
						<${Table} label=${`Comparisons of ${section.title}`} table=${compared} names=${compared.names} />
					<//>
				`
			}
			<${ExtraTables} tables=${extra.filter(({ folded }) => folded)} />
			<h3>How this was measured</h3>
			<p>${section.method}</p>
			${size?.clamped !== undefined && html`<p class="warning">${size.clamped}</p>`}
			${
				section.warnings.length > 0 &&
				html`
					<h3>Warnings</h3>
					<ul class="warnings">${section.warnings.map((warning) => html`<li>${warning}</li>`)}</ul>
				`
			}
		</section>
	`;
}

/** One sentence, or a few, stand out; a list of them in bold would not be read. */
function Answer({ section: { answer, points = [] } }: { section: ReportSection }) {
	if (points.length > 0) return html`<ul class="points">${points.map((point) => html`<li>${point}</li>`)}</ul>`;
	return answer === '' ? null : html`<p class="answer">${answer}</p>`;
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
			${findings.map((finding) => html`<li><${VerdictChip} verdict=${finding.verdict} /> ${finding.claim}</li>`)}
		</ul>
	`;
}

/** A chart with its heading, its sentence, and its figures for those who cannot or will not read the picture. */
function Figure({ data }: { data: ChartData }) {
	const heading = chartAnchor(data.id);
	const hint = readingHint(data);
	return html`
		<figure aria-labelledby=${heading}>
			<h3 id=${heading}>${data.title}</h3>
			<figcaption>${data.sentence}${hint !== '' && html`<span class="hint">${' '}${hint}</span>`}</figcaption>
			<${Drawing} data=${data} />
			<noscript>
				<p>This picture needs JavaScript. Without it: <a href=${chartPath(data, 'svg')}>the same as SVG</a>, or the table.</p>
			</noscript>
			<details>
				<summary>Table: ${data.title}</summary>
				<div class=${data.kind === 'heat' ? 'grid' : null}><${Table} label=${`Table: ${data.title}`} table=${chartTable(data)} /></div>
			</details>
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
function Drawing({ data }: { data: ChartData }) {
	const canvas = html`
		<div class="canvas">
			<canvas id=${`canvas-${data.id}`} role="img" aria-label=${`${data.title}. ${data.sentence}`}></canvas>
		</div>
	`;
	return data.kind === 'heat' ? html`<${ScrollBox} label=${`Picture: ${data.title}`}>${canvas}<//>` : canvas;
}
