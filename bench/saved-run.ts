import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { RunRecord } from './model/run.ts';
import { findRun, RunFolder, StoreError } from './store.ts';

const named = z.looseObject({ id: z.string() });
const numbers = z.looseObject({ value: z.number() });

/** What is read of a run that nobody measured here: as much as a comparison asks for. */
const shape = z.looseObject({
	id: z.string(),
	command: z.string(),
	profile: z.string(),
	seed: z.number(),
	state: z.enum(['running', 'completed', 'interrupted', 'failed']),
	environment: z.looseObject({
		node: z.string(),
		v8: z.string(),
		packages: z.record(z.string(), z.string()),
		os: z.string(),
		kernel: z.string(),
		arch: z.string(),
		cpuModel: z.string(),
		cpus: z.number(),
		memoryMb: z.number(),
		fdLimit: z.number(),
		ephemeralPorts: z.number(),
		busyCpus: z.number(),
		git: z.looseObject({ head: z.string(), dirty: z.boolean() }).nullable(),
		missing: z.array(z.string()),
	}),
	targets: z.array(named),
	scenarios: z.array(
		z.looseObject({
			id: z.string(),
			repeats: z.number(),
			sessions: z.number(),
			cases: z.array(z.looseObject({ id: z.string(), sessions: z.number() })).optional(),
		}),
	),
	trials: z.array(
		z.discriminatedUnion('state', [
			z.looseObject({ state: z.literal('completed'), target: z.string(), measures: z.record(z.string(), numbers) }),
			...(['invalid', 'aborted', 'failed-to-start', 'skipped'] as const).map((state) =>
				z.looseObject({ state: z.literal(state), target: z.string(), because: z.string() }),
			),
		]),
	),
	planned: z.array(z.looseObject({ scenario: z.string(), target: z.string() })),
});

/**
 * A saved run by name, folder, `latest` or the path of its `run.json`.
 * @throws StoreError where there is none, or its parts are not as this version writes them
 */
export async function savedRun(root: string, given: string): Promise<RunRecord> {
	const isFile = basename(given) === 'run.json' && existsSync(resolve(given));
	const folder = isFile ? new RunFolder(dirname(resolve(given))) : await findRun(root, given);
	const run = folder.load();
	const { error } = shape.safeParse(run);
	if (!error) return run;
	const [issue] = error.issues;
	throw new StoreError(
		`${folder.path}/run.json is damaged: ${issue?.path.join('.') || 'it'}: ${issue?.message}. Measure it again, or give another run.`,
	);
}
