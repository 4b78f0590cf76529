import { z } from 'zod';
import { calibratedMachineSchema } from './run-schema-machine.ts';
import { ci, instant, measureName, number, text, whole } from './run-schema-words.ts';

// What run.json says of its verdicts themselves: what they are worth on the machine, and what was done while they were open.

const tally = (description: string) =>
	z
		.strictObject({
			count: whole('how often'),
			of: whole('of so many comparisons'),
			ranForReal: whole('of trials that no other comparison used; the others draw from the same trials again'),
		})
		.meta({ description });

const slowdown = z.strictObject({
	percent: number('% by which the server was slowed'),
	found: tally('comparisons that said so'),
	calledEqual: whole('comparisons that called both equal'),
	measured: z
		.strictObject({ value: z.number(), ci: ci.exactOptional() })
		.meta({ description: 'all its trials ÷ all of the base' }),
});

export const verdictProofSchema = z
	.strictObject({
		measuredAt: instant('when it began'),
		durationMs: number('how long it took, in ms'),
		machine: calibratedMachineSchema,
		profile: z.string(),
		seed: z.number(),
		repeats: whole('of each side of a comparison'),
		blocks: whole('blocks that count'),
		blocksRan: whole('blocks that ran'),
		trials: whole('fresh processes in the blocks that count'),
		allowedDifferent: whole('comparisons of a server with itself that may call it different'),
		wantedFound: whole('comparisons in which a slowdown is to be found'),
		rows: z.array(
			z.strictObject({
				measure: measureName,
				different: tally('comparisons of a server with itself that called it different'),
				slowdowns: z.array(slowdown),
				perRepeat: number('share, 0 to 1, by which a trial typically differs from the mean'),
				smallestFoundPercent: number('smallest slowdown, in %, that is found often enough').exactOptional(),
				repeatsNeeded: whole('repeats that would find the smallest one that was injected').exactOptional(),
				repeatsNeededForPercent: number(
					'what was measured of that one, in %; absent: it was taken as injected',
				).exactOptional(),
			}),
		),
	})
	.meta({ id: 'verdict-proof', description: 'what verdicts are worth on the machine, by `calibrate --verdicts`' });

const place = { scenario: z.string(), case: z.string().exactOptional() };

const question = z.union([
	z.strictObject({ of: z.literal('comparison'), ...place, measure: measureName, a: z.string(), b: z.string() }),
	z.strictObject({ of: z.literal('finding'), scenario: z.string(), id: z.string() }),
]);

const look = z.strictObject({
	planned: whole('trials that were planned by then'),
	closed: z.array(question).meta({ description: 'open at the look before, and not any more' }),
	opened: z.array(question).meta({ description: 'not open at the look before' }),
});

export const untilDecidedSchema = z
	.strictObject({
		budgetMs: number('how long the added repeats might take together'),
		spentMs: number('how long they took'),
		ended: z
			.enum(['running', 'decided', 'budget', 'repeats', 'invalid', 'interrupted'])
			.meta({ description: 'why no more were added' }),
		asked: z.array(question).meta({ description: 'what was open after the planned repeats' }),
		looks: z.array(look).exactOptional().meta({ description: 'what each further look changed' }),
	})
	.meta({ id: 'until-decided', description: 'what became of a run that adds repeats while verdicts are open' });

export const noiseSchema = z
	.strictObject({
		ratio: z.number(),
		ci: ci.exactOptional(),
		from: text('another scenario, or `calibration`; absent: the A/A arm of the same scenario').exactOptional(),
	})
	.meta({ id: 'noise', description: 'what a target differs from itself by' });

export const noteSchema = z
	.strictObject({
		kind: z.enum(['drift', 'outlier', 'spread', 'control']),
		...place,
		measure: measureName,
		text: text('a sentence or two, with figures'),
	})
	.meta({ id: 'note', description: 'something that a reader of the figures must know' });
