import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { z } from 'zod';
import { measures } from './model/measures.ts';
import { type RunRecord, schemaPointer } from './model/run.ts';
import { run } from './report/fixture-run.ts';
import { runFileSchema, runJsonSchema, type runRecordSchema } from './run-schema.ts';

/** A type without `readonly` and intersections, in which a field that may be absent differs from one that may not. */
type Plain<T> = T extends string | number | boolean | null | undefined
	? T
	: T extends readonly [infer A, infer B]
		? ['pair', Plain<A>, Plain<B>]
		: T extends readonly (infer E)[]
			? ['list', Plain<E>]
			: { -readonly [K in keyof T]-?: undefined extends T[K] ? ['optional', Plain<T[K]>] : [Plain<T[K]>] };

/** Each fits into the other: the same fields, with the same types, and the same of them optional. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type Described = z.infer<typeof runRecordSchema>;
type Wider<T, K extends keyof T, More> = Omit<T, K> & { readonly [N in K]: readonly More[] };

// A field that only one of the two has, or that differs, breaks the build here. To find it, ask for one field at a time, as `Described['trials']`.
const schemaSaysWhatTheTypeSays: Same<Plain<RunRecord>, Plain<Described>> = true;

// The compiler takes types that are nested this deep for equal without looking, so those further down are compared by themselves.
type Item<T> = T extends readonly (infer E)[] ? E : never;
interface Parts<R extends Pick<RunRecord, keyof RunRecord>> {
	environment: R['environment'];
	placement: R['environment']['placement'];
	spread: Item<NonNullable<R['calibration']>['spread']>;
	timing: Item<NonNullable<R['calibration']>['timing']>;
	contender: Item<NonNullable<R['calibration']>['contenders']>;
	proofRow: Item<NonNullable<R['verdictProof']>['rows']>;
	slowdown: Item<Item<NonNullable<R['verdictProof']>['rows']>['slowdowns']>;
	asked: Item<NonNullable<R['untilDecided']>['asked']>;
	look: Item<NonNullable<NonNullable<R['untilDecided']>['looks']>>;
	client: Item<R['targets']>['client'];
	call: Item<R['targets']>['call'];
	server: Item<R['targets']>['server'];
	case: Item<NonNullable<Item<R['scenarios']>['cases']>>;
	platform: Item<NonNullable<Item<R['scenarios']>['platforms']>>;
	planned: Item<R['planned']>;
	trial: Item<R['trials']>;
	warning: Item<Item<R['trials']>['warnings']>;
	comparison: Item<R['comparisons']>;
	noise: NonNullable<Item<R['comparisons']>['noise']>;
	note: Item<NonNullable<R['notes']>>;
	evidence: Item<Item<R['findings']>['evidence']>;
}
type Agreeing = { [K in keyof Parts<RunRecord>]: Same<Plain<Parts<RunRecord>[K]>, Plain<Parts<Described>[K]>> };
const parts: Agreeing = {
	environment: true,
	placement: true,
	spread: true,
	timing: true,
	contender: true,
	proofRow: true,
	slowdown: true,
	asked: true,
	look: true,
	client: true,
	call: true,
	server: true,
	case: true,
	platform: true,
	planned: true,
	trial: true,
	warning: true,
	comparison: true,
	noise: true,
	note: true,
	evidence: true,
};
// That the comparison sees what it is for: a further field that may be absent, deep within.
const furtherFieldIsSeen: Same<
	Plain<RunRecord>,
	Plain<Wider<Described, 'comparisons', Described['comparisons'][number] & { readonly further?: number }>>
> = false;
const otherTypeIsSeen: Same<
	Plain<RunRecord>,
	Plain<Wider<Described, 'findings', Omit<Described['findings'][number], 'because'> & { readonly because: number }>>
> = false;

/** A run as its file would hold it; the made-up one has a ratio that JSON cannot write. */
const saved = (): Record<string, unknown> => {
	const comparisons = run.comparisons.filter(({ ratio }) => Number.isFinite(ratio));
	return JSON.parse(JSON.stringify({ $schema: schemaPointer, ...run, comparisons }));
};

const validate = new Ajv2020({ validateFormats: false, allErrors: true }).compile(runJsonSchema());

describe('the schema of run.json', () => {
	test('says what the type says, as the compiler sees it', () => {
		assert.deepEqual([schemaSaysWhatTheTypeSays, furtherFieldIsSeen, otherTypeIsSeen], [true, false, false]);
		assert.ok(Object.values(parts).every(Boolean));
	});

	test('accepts a run, with and without its name in it', () => {
		const { $schema, ...older } = saved();
		for (const each of [saved(), older]) {
			assert.ok(validate(each), JSON.stringify(validate.errors));
			assert.ok(runFileSchema.safeParse(each).success);
		}
	});

	test('refuses a field that nobody described, wherever it stands', () => {
		let objects = 0;
		const spoil = (value: unknown, whole: Record<string, unknown>, where: string): void => {
			if (typeof value !== 'object' || value === null) return;
			for (const [key, inner] of Object.entries(value)) spoil(inner, whole, `${where}/${key}`);
			// Packages have names of their own choice.
			if (Array.isArray(value) || where.endsWith('/packages')) return;
			objects++;
			(value as Record<string, unknown>).undocumented = 1;
			assert.ok(!runFileSchema.safeParse(whole).success, where);
			if (objects % 20 === 1) assert.ok(!validate(whole), where);
			delete (value as Record<string, unknown>).undocumented;
		};
		const few = { ...saved(), trials: run.trials.slice(0, 6), planned: run.planned.slice(0, 3) };
		const whole = JSON.parse(JSON.stringify(few)) as Record<string, unknown>;
		assert.ok(validate(whole), 'it was sound before');
		spoil(whole, whole, '');
		assert.ok(objects > 50);
	});

	test('refuses a measure in another unit, and one that does not exist', () => {
		const withMeasures = (found: object) => ({
			...saved(),
			trials: run.trials.filter(({ state }) => state === 'completed').map((trial) => ({ ...trial, measures: found })),
		});
		assert.ok(validate(withMeasures({ p50Us: { value: 1, unit: 'µs' } })));
		assert.ok(!validate(withMeasures({ p50Us: { value: 1, unit: 'ms' } })));
		assert.ok(!validate(withMeasures({ p51Us: { value: 1, unit: 'µs' } })));
	});

	test('says of every measure what it is and in which unit', () => {
		const text = JSON.stringify(runJsonSchema());
		for (const { meaning } of Object.values(measures))
			assert.ok(text.includes(JSON.stringify(meaning).slice(1, -1)), meaning);
	});
});
