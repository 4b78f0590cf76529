import { html } from 'htm/preact';
import type { ReportSection } from '../../model/report.ts';
import type { RunRecord } from '../../model/run.ts';
import type { ChartData } from '../../model/series.ts';
import { chartPath, comparisonsOf, comparisonTable, findingsOf } from '../content.ts';
import { readingHint } from '../legends.ts';
import type { Palette } from '../palette.ts';
import { chartTable, type SummaryColumn, summaryText } from '../tables.ts';
import { sectionAnchor } from './anchors.ts';
import { VerdictChip } from './claims.ts';
import { ExtraTables } from './extra-table.ts';
import { FiguresTable, Table } from './table.ts';

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
	const size = run.scenarios.find((scenario) => scenario.id === section.id);
	return html`
		<section aria-labelledby=${anchor}>
			<h2 id=${anchor}>${section.title}</h2>
			<p class="question">${section.question}</p>
			<p class="answer">${section.answer}</p>
			<${Verdicts} run=${run} scenario=${section.id} />
			<${ExtraTables} tables=${section.tables ?? []} />
			<div class="charts">${section.charts.map((data) => html`<${Figure} data=${data} />`)}</div>
			<h3>Figures</h3>
			<${FiguresTable} label=${`Figures of ${section.title}`} text=${text} palette=${palette} />
			<${Meanings} columns=${text.columns} />
			<p class="note">Means over the completed repeats, of times the geometric mean; in brackets the 95 % interval, where there are enough of them.</p>
			${
				comparisons.length > 0 &&
				html`
					<h3>Comparisons</h3>
					<${Table} label=${`Comparisons of ${section.title}`} table=${compared} names=${compared.names} />
				`
			}
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
	const heading = `chart-${data.id}`;
	const hint = readingHint(data);
	return html`
		<figure aria-labelledby=${heading}>
			<h3 id=${heading}>${data.title}</h3>
			<figcaption>${data.sentence}${hint !== '' && html`<span class="hint">${' '}${hint}</span>`}</figcaption>
			<div class="canvas">
				<canvas id=${`canvas-${data.id}`} role="img" aria-label=${`${data.title}. ${data.sentence}`}></canvas>
			</div>
			<noscript>
				<p>This picture needs JavaScript. Without it: <a href=${chartPath(data, 'svg')}>the same as SVG</a>, or the table.</p>
			</noscript>
			<details>
				<summary>Table: ${data.title}</summary>
				<${Table} label=${`Table: ${data.title}`} table=${chartTable(data)} />
			</details>
		</figure>
	`;
}
