import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { scenarios } from '../scenarios/index.ts';
import { CalibrationError } from './calibrate/contest.ts';
import { calibrateCommand } from './calibrate-command.ts';
import { doctorCommand, listCommand, reportCommand, runCommand } from './commands.ts';
import { configJsonSchema } from './config.ts';
import { exitCodes, UserError } from './exit.ts';
import { type Objective, parseObjective } from './model/objective.ts';
import { profiles } from './model/scenario.ts';
import { MachineError } from './plan.ts';
import { cleanText } from './report/index.ts';
import { StoreError } from './store.ts';
import { knownTargets, targetGroups } from './targets.ts';
import { withUserFlags } from './user-flags.ts';

const defaultRoot = fileURLToPath(new URL('../results/runs', import.meta.url));

const examples = `
Examples:
  npm run bench                                 every claim, standard profile, at most 10 minutes
  npm run bench -- --profile smoke              is everything in order? about a minute
  npm run bench -- --scenario restart --target sse,stateless --repeats 5
  npm run bench -- --target-url http://127.0.0.1:9000/mcp         a server of yours that runs
  npm run bench -- report latest                all reports again, from saved data
  npm run bench -- doctor                       what this machine has and lacks

Exit codes: 0 all well · 2 the command is wrong · 3 this machine lacks what was asked for ·
4 a target or the harness failed, or a trial was invalid · 130 interrupted`;

function program(): Command {
	const command = withUserFlags(new Command('npm run bench --'))
		.description('Measures the HTTP transports of the Model Context Protocol and judges what is said about them.')
		.addOption(profileOption())
		.option('--scenario <ids>', `comma-separated: ${scenarios.map(({ id }) => id).join(', ')}`, list)
		.option(
			'--target <ids>',
			`comma-separated: ${[...targetGroups, ...knownTargets.map(({ id }) => id)].join(', ')}`,
			list,
		)
		.option('--case <ids>', 'comma-separated cases of scenarios that have several: `list` names them', list)
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
		.action(runCommand);
	command
		.command('list')
		.description('scenarios, targets, faults and commands')
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
		.option('--json', 'as JSON')
		.addOption(profileOption())
		.option('--seed <n>', 'order of the contenders and schedule of calls, 0 to 2147483647', whole(0, 0x7fffffff))
		.option('--quiet', 'only the result')
		.addOption(outOption())
		.action((_options, self: Command) => {
			refuseOthers(command, self, ['profile', 'seed', 'quiet', 'out']);
			return calibrateCommand(self.optsWithGlobals());
		});
	command
		.command('report')
		.description('write all reports of a saved run again')
		.argument('[run]', 'name of a run, its folder, or "latest"', 'latest')
		.addOption(outOption())
		.action((run, _options, self: Command) => reportCommand(run, self.optsWithGlobals()));
	command
		.command('schema')
		.description('the JSON Schema of bench.config.json')
		.action(() => console.log(JSON.stringify(configJsonSchema(), null, '\t')));
	for (const each of [command, ...command.commands]) {
		each
			.exitOverride()
			.configureOutput({ outputError: () => {} })
			.allowExcessArguments(false)
			.showSuggestionAfterError(true);
	}
	return command;
}

/** The flags of a run are known to every command, and mean nothing to most: a flag that is ignored misleads. */
function refuseOthers(program: Command, self: Command, allowed: readonly string[]): void {
	const given = program.options.filter((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
	const foreign = given.find((option) => !allowed.includes(option.attributeName()));
	if (!foreign) return;
	const own = allowed.map((name) => `--${name}`).join(', ');
	throw new UserError(`${foreign.long} does not belong to ${self.name()}, which takes ${own} and --json.`);
}

function profileOption(): Option {
	return new Option('--profile <name>', 'size and number of repeats').choices([...profiles]).default('standard');
}

function outOption(): Option {
	return new Option('--out <folder>', 'where runs are kept').default(defaultRoot, 'results/runs');
}

function list(text: string): string[] {
	const items = text.split(',').map((item) => item.trim());
	if (items.some((item) => item === '')) throw new InvalidArgumentError('Give names separated by commas.');
	return [...new Set(items)];
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

/** What the file system says where results cannot be kept. */
const unwritable = new Set(['EACCES', 'EEXIST', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']);

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
	if (code !== undefined && unwritable.has(code)) {
		console.error(`bench: cannot write the results: ${message}. Give another folder with --out.`);
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
