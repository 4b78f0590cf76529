import { counted } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import { cellsOf } from './columns.ts';

// How to run something again, as a command that a shell takes.

/** The words of a command; what is quoted is one. */
function wordsOf(command: string): string[] {
	return command.match(/(?:[^\s']|'[^']*')+/g) ?? [];
}

/**
 * A command in lines of at most `width` cells, broken so that a shell still takes it.
 * @param label stands before the first line
 */
export function commandInLines(command: string, width: number, label = ''): string[] {
	const lines: string[] = [];
	let line = label.trimEnd();
	const end = ' \\';
	for (const [nth, word] of wordsOf(command).entries()) {
		const longer = nth === 0 ? `${label}${word}` : `${line} ${word}`;
		if (nth > 0 && cellsOf(longer) + end.length > width) {
			lines.push(line + end);
			line = `  ${word}`;
		} else {
			line = longer;
		}
	}
	return [...lines, line];
}

/** What to do about trials that count for nothing. */
export interface Again {
	readonly sentence: string;
	readonly command: string;
}

/** How to measure again what was invalid; undefined where nothing was. */
export function invalidAgain({ trials, command }: Pick<RunRecord, 'trials' | 'command'>): Again | undefined {
	const invalid = trials.filter(({ state }) => state === 'invalid');
	if (invalid.length === 0) return undefined;
	const scenarios = [...new Set(invalid.map(({ scenario }) => scenario))];
	const [what, whose] = invalid.length === 1 ? ['counts', 'Its scenario is'] : ['count', 'Their scenarios are'];
	const verb = scenarios.length === 1 && invalid.length > 1 ? 'Their scenario is' : whose;
	return {
		sentence:
			`${counted(invalid.length, 'trial was', 'trials were')} invalid and ${what} for nothing. ` +
			`${verb} measured again, best while the machine has nothing else to do, by:`,
		command: commandOf(
			command,
			scenarios,
			invalid.some((trial) => trial.case !== undefined),
		),
	};
}

/** The command of the run for these scenarios alone. Without its seed, for another order may be luckier; with all of its targets, which are compared. */
function commandOf(command: string, scenarios: readonly string[], hasCases: boolean): string {
	const left = ['--scenario', '--seed', ...(hasCases ? [] : ['--case'])];
	const words = wordsOf(command);
	const kept = words.filter((word, nth) => !left.includes(word) && !left.includes(words[nth - 1] ?? ''));
	const at = kept.indexOf('--profile');
	const place = at < 0 ? kept.length : at + 2;
	return [...kept.slice(0, place), '--scenario', scenarios.join(','), ...kept.slice(place)].join(' ');
}
