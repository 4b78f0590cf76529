import { z } from 'zod';
import { type MeasureName, type MeasureValue, measures } from './model/measures.ts';

// Small parts that every file of the schema of run.json builds on.

/** A string with its meaning. */
export const text = (description: string) => z.string().meta({ description });

/** A number with its meaning and, where its name does not carry it, its unit. */
export const number = (description: string) => z.number().meta({ description });

export const whole = (description: string) => z.int().nonnegative().meta({ description });

export const instant = (description: string) =>
	z.iso.datetime().meta({ description: `${description}; ISO 8601 in UTC` });

export const ci = z.tuple([z.number(), z.number()]).meta({ description: '95 % interval: low, high' });

/** What is only ever there as `true`. */
export const flag = (description: string) => z.literal(true).exactOptional().meta({ description });

/** What `--profile` takes; written out, because the array of the model is no tuple of literals to the checker's eye. */
export const profile = z.enum(['smoke', 'standard', 'full']).meta({ description: 'size and number of repeats' });

export const measureName = z
	.enum(Object.keys(measures) as [MeasureName, ...MeasureName[]])
	.meta({ description: 'name of a measure; what each is stands at `measures` of a trial' });

/** The value of one measure: the same for all of them but for its unit. */
function measureValue(name: MeasureName): z.ZodExactOptional<z.ZodType<MeasureValue>> {
	const { title, unit, better, meaning } = measures[name];
	const direction = better === 'neither' ? 'neither direction is better' : `${better} is better`;
	const value = z.strictObject({
		value: z.number(),
		unit: z.literal(unit),
		ci: ci.exactOptional(),
		atLeast: flag('a lower bound: what ended the measurement was not the target'),
	});
	return value
		.meta({ description: `${title}: ${meaning}; ${direction}` })
		.exactOptional() as unknown as z.ZodExactOptional<z.ZodType<MeasureValue>>;
}

type MeasureShape = { [K in MeasureName]: z.ZodExactOptional<z.ZodType<MeasureValue>> };

const names = Object.keys(measures) as MeasureName[];

/** Every measure that this version knows, and no other; absent: not measured. */
export const measureValues = z
	.strictObject(Object.fromEntries(names.map((name) => [name, measureValue(name)])) as MeasureShape)
	.meta({ description: 'what was measured, by the name of the measure; absent: not measured, never zero' });
