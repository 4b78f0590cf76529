import type { Command } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { casesInWords } from './case-choice.ts';
import { faults } from './faults/faults.ts';
import {
	isPathFault,
	parametersInWords,
	parametersOf,
	pathFaultKinds,
	pathFaultParameters,
} from './model/path-fault-parameters.ts';
import { platforms, profileInWords } from './model/platforms.ts';
import { profiles, type Scenario } from './model/scenario.ts';
import { proxiesInWords } from './path-option.ts';
import { wrap } from './report/columns.ts';
import { terminalOptions } from './report/terminal.ts';
import { knownTargets } from './targets.ts';

/** Everything that can be named, for people; with `json` for tools, with every case. */
export function listCommand({ json }: { json?: boolean }, program: Command): void {
	const listed = everything(program);
	console.log(json ? JSON.stringify(listed, null, 2) : inWords(listed, terminalOptions(process.stdout).columns));
}

function everything(program: Command) {
	const arms = scenarios.flatMap((scenario) => scenario.arms(knownTargets, 'full'));
	const variants = new Map(arms.filter(({ id, base }) => id !== base).map((arm) => [arm.id, arm]));
	return {
		scenarios: scenarios.map((scenario) => ({
			id: scenario.id,
			title: scenario.title,
			question: scenario.question,
			cases: casesOf(scenario),
			claims: scenario.claims.map(({ id, text }) => ({ id, text })),
		})),
		targets: [...knownTargets, ...variants.values()].map(({ id, title, transport, implementation }) => ({
			id,
			title,
			transport,
			implementation,
		})),
		faults: Object.keys(faults),
		pathFaults: pathFaultKinds.map((id) => ({
			id,
			title: pathFaultParameters[id].title,
			parameters: parametersOf(id),
		})),
		platformProfiles: platforms,
		commands: program.commands.map((command) => ({ name: command.name(), description: command.description() })),
	};
}

/** Of all profiles, each once: the largest first, which has the most. */
function casesOf({ sizes }: Scenario): readonly { readonly id: string; readonly title: string }[] {
	const all = profiles.toReversed().flatMap((profile) => sizes[profile]?.cases ?? []);
	return [...new Map(all.map(({ id, title }) => [id, { id, title }])).values()];
}

type Item = readonly [name: string, text: string, note?: string];

function inWords(listed: ReturnType<typeof everything>, columns: number): string {
	const lines = (title: string, items: readonly Item[]) => linesOf(title, items, columns);
	const cases = listed.scenarios.filter((scenario) => scenario.cases.length > 0);
	return [
		...lines(
			'Scenarios',
			listed.scenarios.map(({ id, question }) => [id, question]),
		),
		...lines(
			'Cases of all profiles, for --case; `list --json` has every one, with its title',
			cases.map((scenario) => [scenario.id, `${scenario.cases.length}: ${casesInWords(scenario.cases)}`]),
		),
		...lines(
			'Targets',
			listed.targets.map(({ id, title }) => [id, title]),
		),
		...lines(
			'Faults of the path, for --path',
			listed.pathFaults.map(({ id, title }) => [id, `${title}: ${parametersInWords(id)}`]),
		),
		...lines('Faults on the timelines of scenarios', [['', listed.faults.filter((id) => !ofPath(id)).join(', ')]]),
		...lines('Proxies, for --path', proxiesInWords()),
		...lines(
			'Platform profiles, for --path: what each does at its limits, by how much its times are divided, and where and when that was read',
			listed.platformProfiles.map((profile) => [
				profile.id,
				profileInWords(profile),
				`${profile.checked}: ${profile.source}`,
			]),
		),
		...lines(
			'Commands',
			listed.commands.map(({ name, description }) => [name, description]),
		),
	].join('\n');
}

/** A note stands below its item, where there is room for addresses. */
const noteIndent = 6;

function linesOf(title: string, items: readonly Item[], columns: number): string[] {
	const width = Math.max(...items.map(([name]) => name.length));
	const rows = items.flatMap(([name, text, note = '']) => [
		...wrap(text, Math.max(30, columns - width - 4)).map(
			(line, n) => `  ${(n === 0 ? name : '').padEnd(width)}  ${line}`,
		),
		...wrap(note, Math.max(columns - noteIndent, longestWord(note))).map((line) => ' '.repeat(noteIndent) + line),
	]);
	return [...wrap(title, columns), ...rows, ''];
}

/** An address that is cut in two cannot be opened. */
function longestWord(text: string): number {
	return Math.max(...text.split(' ').map(({ length }) => length));
}

function ofPath(kind: string): boolean {
	return isPathFault({ kind });
}
