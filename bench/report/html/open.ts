import { html } from 'htm/preact';
import type { RunRecord } from '../../model/run.ts';
import { openTitle, openVerdicts } from '../open-verdicts.ts';

/** Which verdicts more repeats would decide, or did. */
export function OpenSection({ run }: { run: RunRecord }) {
	const open = openVerdicts(run);
	if (!open) return null;
	const { sentences, points } = open;
	return html`
		<section aria-labelledby="open">
			<h2 id="open">${openTitle}</h2>
			${sentences.map((sentence) => html`<p>${sentence}</p>`)}
			${
				points.length > 0 &&
				html`
					<details>
						<summary>One by one</summary>
						<ul>
							${points.map((point) => html`<li>${point}</li>`)}
						</ul>
					</details>
				`
			}
		</section>
	`;
}
