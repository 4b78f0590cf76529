import { z } from 'zod';
import { type WarningId, warnings } from './model/warning.ts';
import { instant, measureValues, number, text, whole } from './run-schema-words.ts';

// How a trial stands in run.json, before and after it ran.

const plan = {
	id: text('unique within the run, and the name of its history: `restart.drain-502.sse.r1`'),
	scenario: text('id of its scenario'),
	case: text('id of its case, where the scenario has several').exactOptional(),
	target: text('id of its target'),
	history: text('the history that it shares with cases that ran side by side; absent: its own').exactOptional(),
	place: whole('its place among them: client n belongs to place n modulo `places`').exactOptional(),
	places: whole('how many places there are').exactOptional(),
	repeat: whole('counts from 1'),
	seed: z
		.int()
		.meta({ description: 'decides the schedule of its calls; made from that of the run, and may be negative' }),
};

const warning = z
	.strictObject({
		id: z.enum(Object.keys(warnings) as [WarningId, ...WarningId[]]),
		detail: text('what exactly happened, with figures'),
	})
	.meta({ id: 'warning', description: 'something that lowers the trust in a figure' });

const known = { ...plan, warnings: z.array(warning) };
const startedAt = instant('when it began');
const durationMs = number('how long it took, in ms');
const stderr = z.array(z.string()).meta({ description: 'the last lines that the target wrote to stderr' });

const stopped = z
	.strictObject({
		afterMs: number('how long it had measured by its last checkpoint, in ms'),
		ofMs: number('how long it was to measure, in ms').exactOptional(),
	})
	.meta({ description: 'whoever started it ended it: it counts with what it had measured' });

export const trialPlanSchema = z
	.strictObject(plan)
	.meta({ id: 'trial-plan', description: 'one scenario, or case, of one target and one repeat' });

export const trialResultSchema = z
	.discriminatedUnion('state', [
		z
			.strictObject({
				...known,
				state: z.literal('completed'),
				startedAt,
				durationMs,
				measures: measureValues,
				stopped: stopped.exactOptional(),
			})
			.meta({ description: 'the only state that enters figures' }),
		z
			.strictObject({
				...known,
				state: z.literal('invalid'),
				startedAt,
				durationMs,
				because: text('the limit that the generator passed'),
				measures: measureValues,
			})
			.meta({ description: 'the generator, not the target, made the figures: they enter nothing' }),
		z
			.strictObject({
				...known,
				state: z.literal('aborted'),
				startedAt,
				durationMs,
				because: text('who or what ended it'),
				stderr: stderr.exactOptional(),
			})
			.meta({ description: 'interrupted, or the target or a worker died' }),
		z
			.strictObject({ ...known, state: z.literal('failed-to-start'), startedAt, because: text('why'), stderr })
			.meta({ description: 'the target was never ready' }),
		z
			.strictObject({ ...known, state: z.literal('skipped'), because: text('what is missing') })
			.meta({ description: 'the target lacks a feature, or the machine a program, that it needs' }),
	])
	.meta({ id: 'trial', description: 'what became of a trial' });
