import { fileURLToPath } from 'node:url';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { CalibrationError } from './calibrate/contest.ts';
import { calibrateCommand } from './calibrate-command.ts';
import type { RunFlags } from './choice.ts';
import { doctorCommand, reportCommand, runCommand } from './commands.ts';
import { withCompare } from './compare-command.ts';
import { configJsonSchema } from './config.ts';
import { withDecisionFlags } from './decision-flags.ts';
import { exitCodes, UserError } from './exit.ts';
import { withGateFlags } from './gate-options.ts';
import { listCommand } from './list-command.ts';
import { MachineError } from './machine-bounds.ts';
import { type Objective, parseObjective } from './model/objective.ts';
import { profiles } from './model/scenario.ts';
import { parsePath } from './path-option.ts';
import { cleanText } from './report/index.ts';
import { StoreError } from './store.ts';
import { knownTargets, targetGroups } from './targets.ts';
import { withUserFlags } from './user-flags.ts';

const defaultRoot = fileURLToPath(new URL('../results/runs', import.meta.url));

const examples = `
Examples:
  npm run bench                                 every claim of the article, about 10 minutes
  npm run bench -- --profile smoke              is everything in order? about a minute
  npm run bench -- --scenario restart --target sse,stateless --repeats 5
  npm run bench -- --target-url http://127.0.0.1:9000/mcp         a server of yours that runs
  npm run bench -- report latest                all reports again, from saved data
  npm run bench -- compare BASE latest --fail-on 'steady-calls.p99Us > 1.10x'
  npm run bench -- publish latest               as a page with its data, in results/published
  npm run bench -- doctor                       what this machine has and lacks

--scenario, --target, --case, --header and --fail-on may be repeated and then add up; any other
option is given once.

Exit codes: 0 all well · 1 a gate failed · 2 the command is wrong, or results cannot be
written · 3 this machine lacks what was asked for, so that nothing was measured · 4 a target or the
harness failed, or a trial was invalid · 130 interrupted`;

function program(): Command {
	const command = withGateFlags(withDecisionFlags(withUserFlags(new Command('npm run bench --'))))
		.description('Measures the HTTP transports of the Model Context Protocol and judges what is said about them.')
		.addOption(profileOption())
		.option('--scenario <ids>', `comma-separated: ${scenarios.map(({ id }) => id).join(', ')}`, list)
		.option(
			'--target <ids>',
			`comma-separated: ${[...targetGroups, ...knownTargets.map(({ id }) => id)].join(', ')}`,
			list,
		)
		.option('--case <ids>', 'comma-separated cases of scenarios that have several: `list --json` names them', list)
		.option(
			'--path <what>',
			"what stands before servers that have no path of their own: faults, a platform or a proxy, joined by +, e.g. 'latency?latencyMs=50'; `list` names them",
			parsePath,
		)
		.option('--minutes <n>', 'how long a soak lasts, 1 to 1440; with --scenario soak', whole(1, 1440))
		.option('--repeats <n>', 'fresh processes per target, 1 to 100', whole(1, 100))
		.option(
			'--objective <limits>',
			'of capacity: p99 from due and share of errors, e.g. p99=50ms,errors=0.1%',
			objective,
		)
		.option('--seed <n>', 'order of trials and schedule of calls, 0 to 2147483647', whole(0, 0x7fffffff))
		.addOption(outOption())
		.option('--quiet', 'only the summary')
		.addHelpText('after', examples)
		.action((flags: RunFlags, self: Command) => {
			refuseWord(self);
			return runCommand(flags);
		});
	command
		.command('list')
		.description('scenarios, targets, faults, platform profiles and commands')
		.option('--json', 'as JSON')
		.action((options) => listCommand(options, command));
	command
		.command('doctor')
		.description('what this machine has, and what each absence costs')
		.option('--json', 'as JSON')
		.action(doctorCommand);
	command
		.command('calibrate')
		.description('measure what the generator of this machine can resolve; kept for the reports')
		.option('--verdicts', 'instead: how often verdicts are right, against servers slower by a known share')
		.option('--json', 'as JSON')
		.addOption(profileOption())
		.option('--seed <n>', 'order of the contenders and schedule of calls, 0 to 2147483647', whole(0, 0x7fffffff))
		.option('--quiet', 'only the result')
		.addOption(outOption())
		.action((_options, self: Command) => calibrateCommand(self.optsWithGlobals()));
	const report = command
		.command('report')
		.description('write all reports of a saved run again')
		.argument('[run]', 'name of a run, its folder, or "latest"', 'latest')
		.addOption(outOption())
		.option('--config <file>', 'objectives of your own (default: bench.config.json, if there is one)');
	withGateFlags(report).action((run, _options, self: Command) => reportCommand(run, self.optsWithGlobals()));
	withCompare(command, outOption());
	addPublish(command);
	addSchema(command);
	for (const each of command.commands) each.hook('preAction', (_, self) => refuseOthers(command, self));
	for (const each of [command, ...command.commands]) {
		refuseTwice(each);
		each
			.exitOverride()
			.configureOutput({ outputError: () => {} })
			// A word that is no command is refused with those that there are, which commander does not name.
			.allowExcessArguments(each === command)
			.showSuggestionAfterError(true);
	}
	return command;
}

function addSchema(command: Command): void {
	command
		.command('schema')
		.description('the JSON Schema of bench.config.json, or of run.json')
		.addArgument(new Argument('[file]', 'which file it describes').choices(['config', 'run']).default('config'))
		.action(async (file) => console.log(JSON.stringify(await schemaOf(file), null, '\t')));
}

/** The schema of run.json has hundreds of definitions, which no other command should wait for. */
async function schemaOf(file: 'config' | 'run'): Promise<object> {
	return file === 'run' ? (await import('./run-schema.ts')).runJsonSchema() : configJsonSchema();
}

function addPublish(command: Command): void {
	command
		.command('publish')
		.description('write a finished run as a page with its data, charts and the history of all published runs')
		.argument('[run]', 'name of a run, its folder, or "latest"', 'latest')
		.option('--to <folder>', 'where it is published (default: results/published)')
		.option('--readme <file>', 'whose block of figures is written anew (default: README.md, without --to)')
		.addOption(outOption())
		.action(async (run, _options, self: Command) => {
			const { publishCommand } = await import('./publish-command.ts');
			await publishCommand(run, self.optsWithGlobals());
		});
}

/** @throws UserError where a word stands beside the flags of a run that is no command */
function refuseWord({ args: [word], commands }: Command): void {
	if (word === undefined) return;
	const names = commands.map((each) => each.name()).join(', ');
	throw new UserError(
		`There is no command "${word}". The commands are ${names}; without one a run is made. See \`npm run bench -- --help\`.`,
	);
}

/** The flags of a run are known to every command, and mean nothing to most: a flag that is ignored misleads. */
function refuseOthers(program: Command, self: Command): void {
	const allowed = self.options.map((option) => option.attributeName());
	const given = program.options.filter((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
	const foreign = given.find((option) => !allowed.includes(option.attributeName()));
	if (!foreign) return;
	const own = self.options.map(({ long }) => long).join(', ') || 'none';
	throw new UserError(`${foreign.long} does not belong to ${self.name()}. Of all flags it takes ${own}.`);
}

function profileOption(): Option {
	return new Option('--profile <name>', 'size and number of repeats').choices([...profiles]).default('standard');
}

function outOption(): Option {
	return new Option('--out <folder>', 'where runs are kept').default(defaultRoot, 'results/runs');
}

function list(text: string, before: readonly string[] = []): string[] {
	const items = text.split(',').map((item) => item.trim());
	if (items.some((item) => item === '')) throw new InvalidArgumentError('Give names separated by commas.');
	return [...new Set([...before, ...items])];
}

/** What may be given several times, and then adds up. */
const addsUp: readonly string[] = ['scenario', 'target', 'case', 'header', 'failOn'];

/** Of anything else two values contradict each other, and the last would win without a word. */
function refuseTwice(command: Command): void {
	for (const option of command.options) {
		if (addsUp.includes(option.attributeName())) continue;
		let isGiven = false;
		command.on(`option:${option.name()}`, () => {
			if (isGiven) throw new UserError(`${option.long} is given twice; give it once.`);
			isGiven = true;
		});
	}
}

function whole(least: number, most: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (!/^\d+$/.test(text) || value < least || value > most) {
			throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
		}
		return value;
	};
}

function objective(text: string): Objective {
	try {
		return parseObjective(text);
	} catch (error) {
		throw new InvalidArgumentError((error as Error).message);
	}
}

/** Commander repeats what it refuses; a header may be a secret. */
function withoutSecrets(sentence: string): string {
	return sentence.replace(/(--header <[^>]*>' argument )'[\s\S]*' is invalid/, '$1is invalid');
}

const otherFolder = 'Give another folder with --out.';
const moreFiles = 'Allow more open files with `ulimit -n`.';

/** What the file system says where results cannot be kept, and what helps. */
const unwritable: Readonly<Record<string, string>> = {
	EACCES: otherFolder,
	EDQUOT: otherFolder,
	EEXIST: otherFolder,
	EFBIG: 'Allow larger files with `ulimit -f`.',
	EISDIR: otherFolder,
	EMFILE: moreFiles,
	ENFILE: moreFiles,
	ENOENT: otherFolder,
	ENOSPC: otherFolder,
	ENOTDIR: otherFolder,
	EPERM: otherFolder,
	EROFS: otherFolder,
};

/** Every failure that a user can cause ends here: one sentence, the right code, no stack. */
function fail(error: unknown): number {
	if (error instanceof CommanderError) {
		if (error.exitCode === 0) return exitCodes.ok;
		const sentence = withoutSecrets(error.message.replace(/^error: /, '').replace(/[\r\n]+/g, ' ')).replace(
			/[^.?!)]$/,
			'$&.',
		);
		console.error(`bench: ${sentence} See \`npm run bench -- --help\`.`);
		return exitCodes.usage;
	}
	if (error instanceof UserError || error instanceof StoreError) {
		console.error(`bench: ${cleanText(error.message)}`);
		return exitCodes.usage;
	}
	if (error instanceof MachineError) {
		console.error(`bench: ${error.message}`);
		return exitCodes.machine;
	}
	if (error instanceof CalibrationError) {
		console.error(`bench: ${cleanText(error.message)}`);
		return exitCodes.failed;
	}
	const { code, message, stack } = error as NodeJS.ErrnoException;
	const remedy = unwritable[code ?? ''];
	if (remedy !== undefined) {
		console.error(`bench: cannot write the results: ${message}. ${remedy}`);
		return exitCodes.usage;
	}
	console.error(`bench: the harness failed: ${message}\n${stack ?? ''}`);
	return exitCodes.failed;
}

// Whoever reads the output may go away; what was measured is saved all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
	await program().parseAsync();
} catch (error) {
	process.exitCode = fail(error);
}
