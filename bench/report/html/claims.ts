import { html } from 'htm/preact';
import type { Finding, Verdict } from '../../model/finding.ts';
import type { RunRecord } from '../../model/run.ts';
import { evidenceRows, verdictMarks } from '../content.ts';
import { sectionAnchor } from './anchors.ts';
import { Table } from './table.ts';

/** The answers first: every claim with its verdict and what decided it. */
export function Claims({ run }: { run: RunRecord }) {
	if (run.findings.length === 0) return null;
	return html`
		<section aria-labelledby="findings">
			<h2 id="findings">Findings</h2>
			<table class="claims" role="table">
				<thead role="rowgroup">
					<tr role="row">
						<th scope="col" role="columnheader">verdict</th>
						<th scope="col" role="columnheader">claim</th>
						<th scope="col" role="columnheader">because</th>
					</tr>
				</thead>
				<tbody role="rowgroup">
					${run.findings.map((finding) => html`<${Claim} run=${run} finding=${finding} />`)}
				</tbody>
			</table>
		</section>
	`;
}

// The roles are spelled out because a phone shows the rows as cards, and a table that is no grid loses its own.
function Claim({ run, finding }: { run: RunRecord; finding: Finding }) {
	const scenario = run.scenarios.find((each) => each.id === finding.scenario);
	const rows = evidenceRows(finding);
	return html`
		<tr role="row">
			<td role="cell"><${VerdictChip} verdict=${finding.verdict} /></td>
			<th scope="row" role="rowheader">
				${finding.claim}${' '}
				<a class="more" href=${`#${sectionAnchor(finding.scenario)}`}>${scenario?.title ?? finding.scenario}</a>
			</th>
			<td role="cell">
				${finding.because}
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

/** Verdict as symbol, word and colour. */
export function VerdictChip({ verdict }: { verdict: Verdict }) {
	return html`<span class=${`verdict ${verdict}`}><span aria-hidden="true">${verdictMarks[verdict]}</span> ${verdict}</span>`;
}
