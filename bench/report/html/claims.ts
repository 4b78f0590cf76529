import { html } from 'htm/preact';
import type { Finding, Verdict } from '../../model/finding.ts';
import type { ReportInput } from '../../model/report.ts';
import { evidenceRows, findingParts, verdictMarks } from '../content.ts';
import { chartAnchor, findingAnchor, sectionAnchor } from './anchors.ts';
import { Table } from './table.ts';

/** The answers first: every claim with its verdict and what decided it, in the order in which the article makes them. */
export function Claims({ input }: { input: ReportInput }) {
	const { findings } = input.run;
	if (findings.length === 0) return null;
	const parts = findingParts(findings);
	return html`
		<section aria-labelledby="findings">
			<h2 id="findings">Findings</h2>
			<table class="claims" role="table">
				<thead role="rowgroup">
					<tr role="row">
						<th scope="col" role="columnheader">verdict</th>
						<th scope="col" role="columnheader">claim</th>
						<th scope="col" role="columnheader">what decides</th>
					</tr>
				</thead>
				${parts.map(
					({ title, findings: own }) => html`
						<tbody role="rowgroup">
							${
								title !== '' &&
								html`<tr role="row" class="part"><th scope="rowgroup" role="rowheader" colspan="3">${title}</th></tr>`
							}
							${own.map((finding) => html`<${Claim} input=${input} finding=${finding} />`)}
						</tbody>
					`,
				)}
			</table>
		</section>
	`;
}

// The roles are spelled out because a phone shows the rows as cards, and a table that is no grid loses its own.
function Claim({ input, finding }: { input: ReportInput; finding: Finding }) {
	const rows = evidenceRows(finding);
	const { restsOn = [] } = finding;
	return html`
		<tr role="row" id=${findingAnchor(finding.id)}>
			<td role="cell"><${VerdictChip} verdict=${finding.verdict} unmeasured=${finding.unmeasured} /></td>
			<th scope="row" role="rowheader">
				${finding.claim}${' '}
				<code class="id">${finding.id}</code>${' '}
				<${Where} input=${input} finding=${finding} />
			</th>
			<td role="cell">
				${finding.because}
				${restsOn.length > 0 && html`<p class="rests">Rests on: ${restsOn.map((id) => html`<a href=${`#${findingAnchor(id)}`}><code class="id">${id}</code></a>${' '}`)}</p>`}
				${
					rows.length > 0 &&
					html`
						<details>
							<summary>The figures</summary>
							<${Table}
								label=${`Figures for: ${finding.claim}`}
								table=${{ head: ['target', 'measure', 'value'], rows }}
								names=${2}
							/>
						</details>
					`
				}
			</td>
		</tr>
	`;
}

/** Gauges whose names their slopes begin with; the slope of the heap is in a chart under its own name. */
const gauges = ['fds', 'pssKb', 'ussKb', 'kernelKb'];

/** Whether a chart shows a measure, or the gauge that it is the slope of. */
function shows(chart: string, measure: string): boolean {
	const words = chart.split('-');
	return chart.includes(measure) || gauges.some((gauge) => words.includes(gauge) && measure.startsWith(gauge));
}

/** A link to the picture that shows the deciding measure, or where there is none to the scenario. */
function Where({ input, finding }: { input: ReportInput; finding: Finding }) {
	const section = input.sections.find(({ id }) => id === finding.scenario);
	if (!section) return finding.scenario === '' ? null : html`<span class="more">${finding.scenario}</span>`;
	const { charts } = section;
	const measured = finding.evidence.map(({ measure }) => measure);
	const chart = measured.flatMap((measure) => charts.find(({ id }) => shows(id, measure)) ?? []).at(0) ?? charts.at(0);
	const href = chart ? `#${chartAnchor(chart.id)}` : `#${sectionAnchor(section.id)}`;
	return html`<a class="more" href=${href}>${section.title}${chart ? `: ${chart.title}` : ''}</a>`;
}

/** Verdict as symbol, word and colour. What cannot be measured has no verdict. */
export function VerdictChip({ verdict, unmeasured = false }: { verdict: Verdict; unmeasured?: boolean | undefined }) {
	if (unmeasured) return html`<span class="verdict inconclusive">not measurable</span>`;
	return html`<span class=${`verdict ${verdict}`}><span aria-hidden="true">${verdictMarks[verdict]}</span> ${verdict}</span>`;
}
