import { html } from 'htm/preact';
import type { Finding, Verdict } from '../../model/finding.ts';
import { counted } from '../../model/quantity.ts';
import type { ReportInput } from '../../model/report.ts';
import { countsInWords } from '../claim-counts.ts';
import { findingParts, verdictMarks } from '../content.ts';
import { decidingChart } from '../deciding-chart.ts';
import { decidingEvidence, evidenceFigure, evidencePlace } from '../evidence.ts';
import { intervalWords } from '../interval-words.ts';
import { chartAnchor, findingAnchor, sectionAnchor } from './anchors.ts';
import { evidenceTable } from './evidence.ts';
import { Table } from './table.ts';

const heads = ['verdict', 'claim', 'deciding figure', 'what decides'];

/** The answers first: every claim with its verdict and what decided it, in the order in which the article makes them. */
export function Claims({ input }: { input: ReportInput }) {
	const { findings } = input.run;
	if (findings.length === 0) return null;
	const parts = findingParts(findings);
	return html`
		<section aria-labelledby="findings">
			<h2 id="findings">Findings</h2>
			<p class="note">${countsInWords(findings)} In brackets ${intervalWords(input.run)} over the repeats, where there are enough of them; where it is all from 0 to 100 % the value of each repeat stands instead.</p>
			<table class="claims" role="table" aria-labelledby="findings">
				<thead role="rowgroup">
					<tr role="row">${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr>
				</thead>
				${parts.map(
					({ title, findings: own }) => html`
						<tbody role="rowgroup">
							${
								title !== '' &&
								html`<tr role="row" class="part"><th scope="rowgroup" role="rowheader" colspan=${heads.length}>${title}</th></tr>`
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
	const { restsOn = [], evidence } = finding;
	const isMore = evidence.length > 1;
	return html`
		<tr role="row" id=${findingAnchor(finding.id)} class=${isMore ? 'above' : null}>
			<td role="cell"><${VerdictChip} verdict=${finding.verdict} unmeasured=${finding.unmeasured} /></td>
			<th scope="row" role="rowheader">${finding.claim}${' '}<code class="id">${finding.id}</code></th>
			<td role="cell" class="decides"><${Deciding} finding=${finding} /></td>
			<td role="cell">
				${finding.because}${' '}
				<${Where} input=${input} finding=${finding} />
				${restsOn.length > 0 && html`<p class="rests">Rests on: ${restsOn.map((id) => html`<a href=${`#${findingAnchor(id)}`}><code class="id">${id}</code></a>${' '}`)}</p>`}
			</td>
		</tr>
		${isMore && html`<tr role="row"><td role="cell" class="behind" colspan=${heads.length}><${Figures} finding=${finding} /></td></tr>`}
	`;
}

/** The figures that decide, with their intervals, and beside each what it is a figure of. */
function Deciding({ finding }: { finding: Finding }) {
	const lines = decidingEvidence(finding);
	if (lines.length === 0) return html`<span class="none">none</span>`;
	return lines.map(
		(line) => html`<p><strong>${evidenceFigure(line)}</strong>${' '}<small>${evidencePlace(line)}</small></p>`,
	);
}

function Figures({ finding }: { finding: Finding }) {
	const { table, names } = evidenceTable(finding);
	return html`
		<details>
			<summary>The ${counted(finding.evidence.length, 'figure')}</summary>
			<${Table} label=${`Figures for: ${finding.claim}`} table=${table} names=${names} merged />
		</details>
	`;
}

/** A link to the picture that shows the deciding measure, or where there is none to the scenario. */
function Where({ input, finding }: { input: ReportInput; finding: Finding }) {
	const section = input.sections.find(({ id }) => id === finding.scenario);
	if (!section) return finding.scenario === '' ? null : html`<span class="more">${finding.scenario}</span>`;
	const chart = decidingChart(input, finding);
	const href = chart ? `#${chartAnchor(chart.id)}` : `#${sectionAnchor(section.id)}`;
	return html`<a class="more" href=${href}>${section.title}${chart ? `: ${chart.title}` : ''}</a>`;
}

/** Verdict as symbol, word and colour. What cannot be measured has no verdict. */
export function VerdictChip({ verdict, unmeasured = false }: { verdict: Verdict; unmeasured?: boolean | undefined }) {
	if (unmeasured) return html`<span class="verdict inconclusive">not measurable</span>`;
	return html`<span class=${`verdict ${verdict}`}><span aria-hidden="true">${verdictMarks[verdict]}</span> ${verdict}</span>`;
}
