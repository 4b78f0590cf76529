import { html } from 'htm/preact';
import { counted, duration } from '../../model/quantity.ts';
import type { RunRecord } from '../../model/run.ts';
import type { TrialResult } from '../../model/trial.ts';
import { stateWords, trialFigures, trialMs, trialReason, trialStderr, troubled } from '../content.ts';
import { Table } from './table.ts';

/** Every trial; those that did not complete come first, with what the target said last. */
export function Trials({ run }: { run: RunRecord }) {
	const trouble = troubled(run);
	const rows = run.trials.map((trial) => [
		trial.scenario,
		trial.target,
		String(trial.repeat),
		stateWords[trial.state],
		took(trial),
		trialFigures(trial),
		trial.warnings.map((warning) => `${warning.id}: ${warning.detail}`).join('; '),
	]);
	const head = ['scenario', 'target', 'repeat', 'state', 'took', 'calls or slopes', 'warnings'];
	return html`
		<section aria-labelledby="trials">
			<h2 id="trials">Trials</h2>
			${trouble.map((trial) => html`<${Trouble} trial=${trial} />`)}
			${trouble.length === 0 && html`<p>Every trial completed.</p>`}
			<details>
				<summary>All ${counted(run.trials.length, 'trial')}</summary>
				<${Table} label="All trials" table=${{ head, rows }} names=${7} />
			</details>
		</section>
	`;
}

function Trouble({ trial }: { trial: TrialResult }) {
	const lines = trialStderr(trial);
	return html`
		<div class=${`trouble ${trial.state}`}>
			<p>
				<strong>${trial.scenario} · ${trial.target} · repeat ${trial.repeat}</strong>${' '}
				<span class="state">${stateWords[trial.state]}</span>: ${trialReason(trial)}
			</p>
			${
				lines.length > 0 &&
				html`<pre tabindex="0" aria-label="Last lines of stderr"><code>${lines.join('\n')}</code></pre>`
			}
		</div>
	`;
}

function took(trial: TrialResult): string {
	const ms = trialMs(trial);
	return ms === undefined ? '—' : duration(ms);
}
