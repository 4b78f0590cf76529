import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { ReportInput } from '../../model/report.ts';
import { environmentFacts, reportTitle, runSummary } from '../content.ts';
import { gateText, gateTitle } from '../gate-table.ts';
import { openTitle, openVerdicts } from '../open-verdicts.ts';
import { type Palette, paletteOf } from '../palette.ts';
import { sectionAnchor } from './anchors.ts';
import { chartLibrary, embeddedJson, pageScript } from './bundle.ts';
import { Claims } from './claims.ts';
import { GatesSection } from './gates.ts';
import { GeneratorSection } from './generator.ts';
import { OpenSection } from './open.ts';
import { packCharts } from './packed.ts';
import { Section } from './section.ts';
import { FactTable } from './table.ts';
import { Trials } from './trials.ts';

/** The whole page as a tree; everything that is text in it is escaped when the tree is written. */
export async function page(input: ReportInput): Promise<VNode> {
	const { run, sections } = input;
	const palette = paletteOf(run.targets);
	const sheets = await Promise.all(
		['./style.css', './tables.css', './print.css'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
	);
	const style = sheets.join('') + swatchStyles(palette);
	const scripts = [await chartLibrary(), await pageScript()];
	const charts = sections.flatMap((section) => section.charts);
	const title = reportTitle(run);
	return html`
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta http-equiv="Content-Security-Policy" content=${policy(style, scripts)} />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta name="color-scheme" content="light dark" />
				<link rel="icon" href="data:," />
				<title>${title}</title>
				<style dangerouslySetInnerHTML=${raw(style)}></style>
			</head>
			<body>
				<a class="skip" href="#report">Skip to the findings</a>
				<${Header} input=${input} title=${title} />
				<main id="report" tabindex="-1">
					<${Claims} input=${input} />
					<${GatesSection} input=${input} />
					${sections.map((section) => html`<${Section} run=${run} section=${section} palette=${palette} />`)}
					<${OpenSection} run=${run} />
					<${Trials} run=${run} />
					<${GeneratorSection} run=${run} />
					<section aria-labelledby="environment">
						<h2 id="environment">Environment</h2>
						<${FactTable} facts=${environmentFacts(run)} />
					</section>
					<section aria-labelledby="again">
						<h2 id="again">Run it again</h2>
						<pre class="command" tabindex="0"><code>${run.command}</code></pre>
					</section>
				</main>
				<footer>
					<p>Every figure of this page is in <code>run.json</code> and the histories beside it. The page needs no network.</p>
				</footer>
				<script type="application/json" id="chart-data" dangerouslySetInnerHTML=${raw(embeddedJson({ packed: packCharts(charts), palette }))}></script>
				${scripts.map((script) => html`<script dangerouslySetInnerHTML=${raw(script)}></script>`)}
			</body>
		</html>
	`;
}

function Header({ input, title }: { input: ReportInput; title: string }) {
	const hasGates = gateText(input) !== undefined;
	const hasOpen = openVerdicts(input.run) !== undefined;
	return html`
		<header>
			<h1>${title}</h1>
			<p class="summary">${runSummary(input.run)}</p>
			<nav aria-label="Contents">
				<ul>
					${input.run.findings.length > 0 && html`<li><a href="#findings">Findings</a></li>`}
					${hasGates && html`<li><a href="#gates">${gateTitle}</a></li>`}
					${input.sections.map((section) => html`<li><a href=${`#${sectionAnchor(section.id)}`}>${section.title}</a></li>`)}
					${hasOpen && html`<li><a href="#open">${openTitle}</a></li>`}
					<li><a href="#trials">Trials</a></li>
					<li><a href="#generator">Generator</a></li>
					<li><a href="#environment">Environment</a></li>
					<li><a href="#again">Run it again</a></li>
				</ul>
			</nav>
		</header>
	`;
}

/** Our own sheet and scripts, and nothing else: whatever a target manages to smuggle in, the browser will not run. */
function policy(style: string, scripts: readonly string[]): string {
	const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
	return `default-src 'none'; img-src data:; style-src ${hash(style)}; script-src ${scripts.map(hash).join(' ')}`;
}

/** Text that is ours and must not be escaped. It cannot hold the end of its element. */
function raw(text: string): { __html: string } {
	if (/<\/(script|style)/i.test(text)) throw new Error('inline code must not end its own element');
	return { __html: text };
}

/** One class per target, in the order of the palette, so that tables show the colours of the charts. */
function swatchStyles(palette: Palette): string {
	const inks = Object.values(palette);
	const rules = (scheme: 'light' | 'dark') => inks.map((ink, nth) => `.t${nth}{background:${ink[scheme]}}`).join('');
	return `${rules('light')}@media screen and (prefers-color-scheme:dark){${rules('dark')}}`;
}
