import { z } from 'zod';
import { runSchema, schemaPointer } from './model/run.ts';
import { calibrationRecordSchema, environmentSchema } from './run-schema-machine.ts';
import { targetSchema } from './run-schema-target.ts';
import { trialPlanSchema, trialResultSchema } from './run-schema-trial.ts';
import { noiseSchema, noteSchema, untilDecidedSchema, verdictProofSchema } from './run-schema-verdicts.ts';
import { ci, flag, instant, measureName, number, profile, text, whole } from './run-schema-words.ts';

// What run.json holds, field by field. Its hundreds of definitions take a tenth of a second: who starts often loads this file when it is needed.
// `run-schema.test.ts` proves that it says what `RunRecord` says, no more and no less.

const streamEnd = z.enum(['fin', 'rst', 'clean', 'silent']);

const platform = z
	.strictObject({
		id: z.string(),
		title: z.string(),
		row: z
			.enum(['lambda', 'cloud-run', 'cloudflare', 'api-gateway', 'corporate'])
			.exactOptional()
			.meta({ description: 'the row of the article’s table to which it speaks' }),
		firstByteMs: number('longest wait for an answer’s head').exactOptional(),
		onFirstByte: z
			.literal([502, 503, 504, 524])
			.exactOptional()
			.meta({ description: 'the status that the client is given then' }),
		idleMs: number('longest silence within an answer').exactOptional(),
		onIdle: streamEnd.exactOptional(),
		maxDurationMs: number('longest time for a whole answer').exactOptional(),
		onMax: streamEnd.exactOptional(),
		buffering: z.enum(['fill', 'full']).exactOptional(),
		maxBytes: number('largest answer').exactOptional(),
		factor: z
			.literal([7, 14, 30, 110, 300, 600])
			.meta({ description: 'by how much its times are divided, so that a run is short' }),
		twin: z
			.enum(['nginx', 'haproxy', 'caddy', 'squid'])
			.exactOptional()
			.meta({ description: 'the real proxy with the same limits' }),
		emulated: z
			.literal(false)
			.exactOptional()
			.meta({ description: 'no listener can stand for it: it is there to be read' }),
		source: text('where the numbers are documented'),
		checked: text('the day or month when that was looked at'),
		note: z.string().exactOptional(),
	})
	.meta({ id: 'platform', description: 'the limits of a platform as they were known then' });

const caseRecord = z.strictObject({
	id: z.string(),
	title: z.string(),
	sessions: whole('the most held at once'),
	at: z
		.strictObject({
			row: z.string(),
			short: text('the row in few letters').exactOptional(),
			group: text('what sentences and tables call the row').exactOptional(),
			column: z.string(),
			note: text('what a reader of a table must know of it').exactOptional(),
		})
		.exactOptional()
		.meta({ description: 'where it stands in the grid of all cases' }),
	factor: number('by how much its time was compressed; absent: it was not').exactOptional(),
	platform: text('id of the platform whose limits it stood behind').exactOptional(),
});

const scenario = z
	.strictObject({
		id: z.string(),
		title: z.string(),
		question: z.string(),
		repeats: whole('planned repeats, each on fresh processes'),
		sessions: whole('the most held at once, after clamping'),
		cases: z.array(caseRecord).exactOptional(),
		platforms: z.array(platform).exactOptional(),
		clamped: text('why it is smaller than the profile’s').exactOptional(),
		soakMs: number('of a soak: how long it was to last, in ms').exactOptional(),
		objective: z
			.strictObject({
				p99Us: number('µs from due that the 99th percentile may take'),
				errorShare: number('share, 0 to 1, of calls that may go wrong'),
			})
			.exactOptional()
			.meta({ description: 'what a search looked for' }),
		path: z
			.strictObject({
				word: text('as it was given'),
				title: text('what it is, in words'),
				of: z.enum(['all', 'some', 'none']).meta({ description: 'the cases that it stood before' }),
			})
			.exactOptional()
			.meta({ description: 'what `--path` put before servers' }),
	})
	.meta({ id: 'scenario', description: 'a scenario as it was run' });

const comparison = z
	.strictObject({
		scenario: z.string(),
		case: z.string().exactOptional(),
		measure: measureName,
		a: text('target: the reference'),
		b: text('target that is compared with it'),
		ratio: number('b ÷ a'),
		ci: ci.exactOptional(),
		verdict: z.enum(['lower', 'higher', 'equal', 'inconclusive']),
		moreRepeats: whole(
			'about how many more of each would decide an inconclusive one; where it has no ci, how many would give it one',
		).exactOptional(),
		p: number('chance of a difference at least as clear between equals').exactOptional(),
		adjustedP: number('the same, corrected for all comparisons of the run').exactOptional(),
		lacks: z
			.enum(['figures', 'bound'])
			.exactOptional()
			.meta({ description: 'a repeat has no figure, or the figure is a lower bound' }),
		noise: noiseSchema.exactOptional(),
	})
	.meta({ id: 'comparison', description: 'two targets on one measure' });

const evidence = z.strictObject({
	case: z.string().exactOptional(),
	target: z.string(),
	measure: measureName,
	value: z.number(),
	unit: z.string(),
	ci: ci.exactOptional(),
	atLeast: flag('a lower bound: the true value may be higher'),
	each: z
		.array(z.number())
		.exactOptional()
		.meta({ description: 'the value of each repeat, where the interval of their mean is all that a share can be' }),
	decides: flag(
		'the verdict hangs on it; of one that depends each side has one. Where no line has it the first decides',
	),
	against: z
		.strictObject({ target: z.string(), ratio: z.number(), ci: ci.exactOptional() })
		.exactOptional()
		.meta({ description: 'what the rule compared it with: the ratio decides, not the figure itself' }),
});

const finding = z
	.strictObject({
		id: z.string(),
		claim: z.string(),
		scenario: z.string(),
		verdict: z.enum(['confirmed', 'refuted', 'depends', 'inconclusive']),
		because: text('one or two sentences with the deciding figures'),
		evidence: z.array(evidence).meta({ description: 'the figures behind it, the deciding first' }),
		part: text('the part of the article that says so; absent: the article does not').exactOptional(),
		restsOn: z.array(z.string()).exactOptional().meta({ description: 'ids of the findings that it rests on' }),
		unmeasured: flag('no figure of this project can decide it'),
	})
	.meta({ id: 'finding', description: 'a claim, its verdict and the figures that carry it' });

/** A run as the program holds it. */
export const runRecordSchema = z.strictObject({
	schema: z.literal(runSchema).meta({ description: 'a reader that does not know the number must not guess' }),
	id: text('name of the folder'),
	command: text('the command that makes the run again, seed included'),
	profile,
	seed: whole('decides the order of trials and the schedules of calls'),
	state: z
		.enum(['running', 'completed', 'interrupted', 'failed'])
		.meta({ description: '`running` is also what a killed harness leaves' }),
	startedAt: instant('when it began'),
	finishedAt: instant('when it ended; absent while it runs').exactOptional(),
	environment: environmentSchema,
	calibration: calibrationRecordSchema.exactOptional(),
	verdictProof: verdictProofSchema.exactOptional(),
	untilDecided: untilDecidedSchema.exactOptional(),
	targets: z.array(targetSchema),
	scenarios: z.array(scenario),
	planned: z.array(trialPlanSchema).meta({ description: 'the whole plan, in the order of execution' }),
	trials: z.array(trialResultSchema).meta({ description: 'those that ran, in the order of the plan' }),
	comparisons: z.array(comparison),
	notes: z.array(noteSchema).exactOptional(),
	findings: z.array(finding).meta({ description: 'in the order of the article' }),
});

/** A run as `run.json` holds it: it also names its schema, which runs of older versions did not. */
export const runFileSchema = runRecordSchema
	.extend({ $schema: z.literal(schemaPointer).exactOptional() })
	.meta({ title: 'run.json of mcp-transport-bench', description: 'one run: everything but the histories' });

/** The JSON Schema (draft 2020-12) of `run.json`, made from what is checked. */
export function runJsonSchema(): object {
	return z.toJSONSchema(runFileSchema);
}

let written: string | undefined;

/** The same as its file holds it. */
export function runSchemaText(): string {
	written ??= `${JSON.stringify(runJsonSchema(), null, '\t')}\n`;
	return written;
}
