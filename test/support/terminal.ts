import { findTool } from '../../bench/fleet/tools.ts';

/** Colours and weights only. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
export const colourEscape = /\u001b\[[\d;]*m/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
export const anyEscape = /\u001b/;

/** Why tests on a terminal are left out. */
export const skipWithoutScript =
	process.platform === 'linux' && findTool('script') !== null ? false : 'script of util-linux is missing';

/** Words before a command that give it a terminal of this width; its exit code is passed on. */
export function inTerminal(columns: number): readonly string[] {
	// `script` takes one string: the words that follow reach it through the shell that starts it.
	const inner = `stty cols ${columns} rows 30; exec "$@"`;
	return ['sh', '-c', `${quoted}; exec script -qec "sh -c $(quote '${inner}') sh $(quote "$@")" /dev/null`, 'sh'];
}

/** A shell function that quotes its arguments for another shell. */
const quoted = `quote() { for word; do printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\\\\\''/g")"; done; }`;

/** The summary at the end of what a run or a report printed, without the paths of the reports. */
export function summaryOf(out: string): string {
	const start = out.search(/^\d+\stargets?\sin\s/m);
	if (start < 0) throw new Error(`no summary in: ${out}`);
	const end = out.lastIndexOf('\nreport ');
	return out.slice(start, end < 0 ? undefined : end);
}

export function linesOf(text: string): string[] {
	return text.split(/\r?\n/);
}

/** The lines that do not fit. */
export function tooWide(text: string, columns: number): string[] {
	return linesOf(text).filter((line) => [...line].length > columns);
}
