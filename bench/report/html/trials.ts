import { html } from 'htm/preact';
import { counted } from '../../model/quantity.ts';
import type { RunRecord } from '../../model/run.ts';
import { invalidAgain } from '../again.ts';
import { type Trouble, trialHead, trialRows, troubled } from '../content.ts';
import type { TextTable } from '../tables.ts';
import { stateWords } from '../trial-states.ts';
import { Table } from './table.ts';

/** Every trial; those that did not complete come first, with what the target said last. */
export function Trials({ run }: { run: RunRecord }) {
	const trouble = troubled(run);
	return html`
		<section aria-labelledby="trials">
			<h2 id="trials">Trials</h2>
			${trouble.map((each) => html`<${TroubleNote} trouble=${each} />`)}
			${trouble.length === 0 && html`<p>Every trial completed.</p>`}
			<${AgainNote} run=${run} />
			${trialTables(run).map(
				({ scenario, trials, table }) => html`
					<details>
						<summary>${scenario}: ${counted(trials, 'trial')}</summary>
						<${Table} label=${`Trials of ${scenario}`} table=${table} names=${table.head.length} merged />
					</details>
				`,
			)}
		</section>
	`;
}

/** What to do about what was invalid. */
function AgainNote({ run }: { run: RunRecord }) {
	const again = invalidAgain(run);
	if (!again) return null;
	return html`<p>${again.sentence}</p><pre class="command" tabindex="0" role="group" aria-label="Command for what was invalid"><code>${again.command}</code></pre>`;
}

interface TrialTable {
	readonly scenario: string;
	readonly trials: number;
	readonly table: TextTable;
}

/** The trials scenario by scenario, in the order of the run, sorted by case and target; without columns that are empty. */
function trialTables(run: RunRecord): TrialTable[] {
	const byScenario = Map.groupBy(trialRows(run), ([scenario = '']) => scenario);
	return [...byScenario].map(([scenario, rows]) => {
		const order = (row: readonly string[]) =>
			[run.scenarios.find(({ id }) => id === scenario)?.cases ?? [], run.targets].map((known, nth) =>
				known.findIndex(({ id }) => id === row[nth + 1]),
			);
		const sorted = rows.toSorted((one, other) => {
			const [a, b] = [order(one), order(other)];
			return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
		});
		const kept = trialHead.map((_, nth) => nth).filter((nth) => nth > 0 && sorted.some((row) => row[nth] !== ''));
		const pick = (row: readonly string[]) => kept.map((nth) => row[nth] ?? '');
		const trials = run.trials.filter((trial) => trial.scenario === scenario).length;
		return { scenario, trials, table: { head: pick(trialHead), rows: sorted.map(pick) } };
	});
}

function TroubleNote({ trouble: { where, state, reason, stderr } }: { trouble: Trouble }) {
	return html`
		<div class=${`trouble ${state}`}>
			<p><strong>${where}</strong>${' '}<span class="state">${stateWords[state]}</span>: ${reason}</p>
			${
				stderr.length > 0 &&
				html`<pre tabindex="0" role="group" aria-label=${`Last lines of stderr of ${where}`}><code>${stderr.join('\n')}</code></pre>`
			}
		</div>
	`;
}
