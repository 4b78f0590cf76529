import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './exit.ts';
import { type Gate, gateOf } from './model/gate.ts';
import { transports } from './model/transport.ts';
import type { UserServer } from './user-target.ts';

const largestFile = 1024 * 1024;

/** Where targets of the user's own are looked for unless `--config` says otherwise. */
export const defaultConfigFile = 'bench.config.json';

const transportSchema = z
	.enum([...transports, 'auto'])
	.default('auto')
	.meta({ description: 'auto asks the server' });

const targetSchema = z
	.strictObject({
		id: z
			.string()
			.regex(/^[a-z0-9][a-z0-9._-]{0,40}$/, 'must be a short name of small letters, digits, dots and dashes')
			.meta({ description: 'its name in reports and for --target' }),
		url: z.url().meta({ description: 'where clients connect' }),
		command: z.string().min(1).optional().meta({ description: 'starts it; absent: it runs already' }),
		pid: z.int().positive().optional().meta({ description: 'its process, if it runs already and cannot be found' }),
		transport: transportSchema,
		tool: z.string().min(1).optional().meta({ description: 'the tool that is called' }),
		arguments: z
			.record(z.string(), z.unknown())
			.optional()
			.meta({ description: 'of the tool; {{seq}} and {{uuid}} in strings differ from call to call' }),
		headers: z
			.record(z.string(), z.string())
			.default({})
			.meta({ description: 'sent with every request; values are never written anywhere' }),
	})
	.meta({ description: 'a server of your own' });

const limitSchema = z.union([z.string().min(1), z.number().nonnegative()]);

const objectiveSchema = z
	.strictObject({
		scenario: z.string().min(1).meta({ description: 'its id, as `list` names it' }),
		case: z.string().min(1).optional().meta({ description: 'one of its cases; absent: all' }),
		measure: z.string().min(1).meta({ description: 'by its name in run.json, such as p99Us' }),
		target: z.string().min(1).optional().meta({ description: 'one target; absent: all' }),
		atMost: limitSchema.optional().meta({ description: 'a number with a unit of the measure: 50ms, 20KB, 1%, 0' }),
		atLeast: limitSchema.optional().meta({ description: 'the same, from below' }),
	})
	.meta({
		description: 'a limit that a run must keep; it fails with exit code 1 when the figures say that it did not',
	});

const configSchema = z.strictObject({
	$schema: z.string().optional(),
	targets: z.array(targetSchema).min(1).max(20).optional(),
	objectives: z.array(objectiveSchema).min(1).max(200).optional(),
});

type Config = z.infer<typeof configSchema>;

/** The JSON Schema of the file, generated from what checks it. */
export function configJsonSchema(): object {
	return z.toJSONSchema(configSchema, { io: 'input' });
}

/**
 * The user's targets in a config file; none where the default file does not exist.
 * @throws UserError naming the place and what is allowed there
 */
export function readConfig(path: string | undefined): readonly UserServer[] {
	const { file, targets = [] } = readFile(path);
	const ids = targets.map(({ id }) => id);
	const twice = ids.find((id, n) => ids.indexOf(id) !== n);
	if (twice) throw new UserError(`${file}: two targets are named "${twice}"; each needs a name of its own.`);
	return targets.map((target) => ({
		...target,
		arguments: target.arguments === undefined ? undefined : JSON.stringify(target.arguments),
	}));
}

/** The limits in a config file; none where the default file does not exist. @throws UserError as `readConfig` */
export function readObjectives(path: string | undefined): readonly Gate[] {
	const { file, objectives = [] } = readFile(path);
	return objectives.map((each, n) => {
		const { scenario, case: inCase, measure, target, atMost, atLeast } = each;
		const [limit, ...more] = [atMost, atLeast].filter((given) => given !== undefined);
		const where = `${file}: objectives.${n}`;
		if (limit === undefined || more.length > 0) {
			throw new UserError(
				`${where}: Give atMost or atLeast, one of them. \`npm run bench -- schema\` prints what it may hold.`,
			);
		}
		const place = [scenario, ...(inCase === undefined ? [] : [inCase]), measure].join('.');
		try {
			const gate = gateOf(place, target, atMost === undefined ? '<' : '>', limit);
			if (gate.limit.is === 'absolute') return gate;
		} catch (error) {
			throw new UserError(`${where}: ${(error as Error).message}`);
		}
		throw new UserError(
			`${where}: ${limit} is relative to another run; give a limit with a unit, and ratios to \`compare --fail-on\`.`,
		);
	});
}

function readFile(path: string | undefined): Config & { readonly file: string } {
	const file = path ?? defaultConfigFile;
	if (path === undefined && !existsSync(file)) return { file };
	let value: unknown;
	try {
		const { size } = statSync(file);
		if (!statSync(file).isFile() || size > largestFile)
			throw new Error(`it is no file of at most ${largestFile / 1024} KB`);
		value = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw new UserError(
			`Cannot read ${file}: ${(error as Error).message}. \`npm run bench -- schema\` prints what it may hold.`,
		);
	}
	const parsed = configSchema.safeParse(value);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join('.') || 'the file';
		throw new UserError(`${file}: ${where}: ${issue?.message}. \`npm run bench -- schema\` prints what it may hold.`);
	}
	return { file, ...parsed.data };
}
