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

export const ci = z.tuple([z.number(), z.number()]).meta({
	id: 'interval',
	description: 'interval: low, high; at 95 %, of ratios of a run that looks more than once (untilDecided) wider',
});

/** What is only ever there as `true`. */
export const flag = (description: string) => z.literal(true).exactOptional().meta({ description });

/** What `--profile` takes; written out, because the array of the model is no tuple of literals to the checker's eye. */
export const profile = z.enum(['smoke', 'standard', 'full']).meta({ description: 'size and number of repeats' });

export const measureName = z
	.enum(Object.keys(measures) as [MeasureName, ...MeasureName[]])
	.meta({ id: 'measure-name', description: 'name of a measure; what each is stands at `measures` of a trial' });

/** How a unit is called in the name of a definition. */
const unitWords: Readonly<Record<string, string>> = { '': 'count', '%': 'percent', µs: 'us', $: 'usd' };

type ValueSchema = z.ZodType<MeasureValue>;
const valueSchemas = new Map<string, ValueSchema>();

/** A value in a unit: one definition for all measures that have it. */
function valueIn(unit: string): ValueSchema {
	const known = valueSchemas.get(unit);
	if (known) return known;
	const value = z.strictObject({
		value: z.number(),
		unit: z.literal(unit),
		ci: ci.exactOptional(),
		atLeast: flag('a lower bound: what ended the measurement was not the target'),
	});
	const id = `value-${(unitWords[unit] ?? unit).replace(/[^\w]+/g, '-')}`;
	const made = value.meta({ id, description: `a value in ${unit || 'numbers'}` }) as unknown as ValueSchema;
	valueSchemas.set(unit, made);
	return made;
}

function measureValue(name: MeasureName): z.ZodExactOptional<ValueSchema> {
	const { title, unit, better, meaning } = measures[name];
	const direction = better === 'neither' ? 'neither direction is better' : `${better} is better`;
	return valueIn(unit)
		.meta({ description: `${title}: ${meaning}; ${direction}` })
		.exactOptional();
}

type MeasureShape = { [K in MeasureName]: z.ZodExactOptional<ValueSchema> };

const names = Object.keys(measures) as MeasureName[];

/** Every measure that this version knows, and no other; absent: not measured. */
export const measureValues = z
	.strictObject(Object.fromEntries(names.map((name) => [name, measureValue(name)])) as MeasureShape)
	.meta({
		id: 'measures',
		description: 'what was measured, by the name of the measure; absent: not measured, never zero',
	});
