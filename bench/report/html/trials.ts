import { html } from 'htm/preact';
import { counted } from '../../model/quantity.ts';
import type { RunRecord } from '../../model/run.ts';
import { stateWords, type Trouble, trialHead, trialRows, troubled } from '../content.ts';
import { Table } from './table.ts';

/** Every trial; those that did not complete come first, with what the target said last. */
export function Trials({ run }: { run: RunRecord }) {
	const trouble = troubled(run);
	return html`
		<section aria-labelledby="trials">
			<h2 id="trials">Trials</h2>
			${trouble.map((each) => html`<${TroubleNote} trouble=${each} />`)}
			${trouble.length === 0 && html`<p>Every trial completed.</p>`}
			<details>
				<summary>All ${counted(run.trials.length, 'trial')}</summary>
				<${Table} label="All trials" table=${{ head: trialHead, rows: trialRows(run) }} names=${trialHead.length} />
			</details>
		</section>
	`;
}

function TroubleNote({ trouble: { where, state, reason, stderr } }: { trouble: Trouble }) {
	return html`
		<div class=${`trouble ${state}`}>
			<p><strong>${where}</strong>${' '}<span class="state">${stateWords[state]}</span>: ${reason}</p>
			${
				stderr.length > 0 &&
				html`<pre tabindex="0" aria-label="Last lines of stderr"><code>${stderr.join('\n')}</code></pre>`
			}
		</div>
	`;
}
