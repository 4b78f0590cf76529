import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

/**
 * The modules that draw charts, in the order in which they build on each other. They run here for the pictures and in
 * the page for the canvases, so that nothing about a chart is written twice. For this they keep two rules: they import
 * at run time only each other, without renaming, and no name stands at the top of two of them.
 */
const modules = [
	'../../model/quantity.ts',
	'../palette.ts',
	'../ticks.ts',
	'../look.ts',
	'../plugins.ts',
	'../axes.ts',
	'../legends.ts',
	'../heat-plugins.ts',
	'../heat.ts',
	'../charts.ts',
	'../chart-table.ts',
	'../chart-csv.ts',
	'./packed.ts',
	'./page.ts',
];

/** The script of the page: the modules without their types and imports, in one function. */
export async function pageScript(): Promise<string> {
	const sources = await Promise.all(
		modules.map(async (path) => joined(await readFile(new URL(path, import.meta.url), 'utf8'))),
	);
	return `(() => {\n'use strict';\n${sources.join('\n')}\n})();`;
}

function joined(source: string): string {
	return withoutTypes(source)
		.replace(/^import\s[^;]*?from '[^']+';$/gm, '')
		.replace(/^export /gm, '')
		.replace(/^\s*(\/\/|\/\*\*|\*).*$/gm, '')
		.replace(/[ \t]+$/gm, '')
		.replace(/\n{2,}/g, '\n');
}

/**
 * Node strips the types of every file it runs without a word, but warns when a program asks it to. Its version is
 * pinned, so the warning would only worry the reader of the terminal.
 */
function withoutTypes(source: string): string {
	const { emitWarning } = process;
	process.emitWarning = () => {};
	try {
		return stripTypeScriptTypes(source);
	} finally {
		process.emitWarning = emitWarning;
	}
}

/**
 * Chart.js and, which registers itself with it, its heat map, as their packages ship them for pages, without the pointers to
 * maps that the page does not have.
 */
export async function chartLibrary(): Promise<string> {
	const files = [
		new URL('chart.umd.min.js', import.meta.resolve('chart.js')),
		new URL('chartjs-chart-matrix.min.js', import.meta.resolve('chartjs-chart-matrix')),
	];
	const sources = await Promise.all(files.map((file) => readFile(file, 'utf8')));
	return sources.join('\n').replace(/^\/\/# sourceMappingURL=.*$/gm, '');
}

/** Data as JSON that can stand in a script element: it can neither end the element nor break an old parser. */
export function embeddedJson(value: unknown): string {
	return JSON.stringify(value)
		.replace(/</g, '\\u003c')
		.replace(/>/g, '\\u003e')
		.replace(/\u2028/g, '\\u2028')
		.replace(/\u2029/g, '\\u2029');
}
