import { html } from 'htm/preact';
import type { RunRecord } from '../../model/run.ts';
import { openLists, openTitle, openVerdicts } from '../open-verdicts.ts';

/** Which verdicts more repeats would decide, or did. */
export function OpenSection({ run }: { run: RunRecord }) {
	const open = openVerdicts(run);
	if (!open) return null;
	return html`
		<section aria-labelledby="open">
			<h2 id="open">${openTitle}</h2>
			${open.sentences.map((sentence) => html`<p>${sentence}</p>`)}
			${openLists(open).map(
				({ title, points }) => html`
					<details>
						<summary>${title}</summary>
						<ul>
							${points.map((point) => html`<li>${point}</li>`)}
						</ul>
					</details>
				`,
			)}
		</section>
	`;
}
