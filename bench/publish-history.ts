import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from './exit.ts';
import { historySchema, noHistory, type PublishedHistory } from './report/published/history.ts';
import { measureName } from './run-schema-words.ts';

export const historyFile = 'history.json';

const count = z.int().nonnegative();

const figure = z.strictObject({
	scenario: z.string(),
	case: z.string().exactOptional(),
	measure: measureName,
	target: z.string(),
	value: z.number(),
	unit: z.string(),
	ci: z.tuple([z.number(), z.number()]).exactOptional(),
	atLeast: z.literal(true).exactOptional(),
	repeats: count,
});

const run = z.strictObject({
	id: z.string().min(1),
	startedAt: z.iso.datetime(),
	profile: z.string(),
	seed: count,
	command: z.string(),
	commit: z.string().nullable(),
	machine: z.strictObject({ cpuModel: z.string(), cpus: count, memoryMb: z.number(), arch: z.string() }),
	os: z.string(),
	kernel: z.string(),
	node: z.string(),
	trials: z.strictObject({ planned: count, completed: count, invalid: count }),
	verdicts: z.strictObject({ confirmed: count, refuted: count, depends: count, inconclusive: count }),
	figures: z.array(figure),
});

const shape = z.strictObject({ schema: z.literal(historySchema), runs: z.array(run) });

/**
 * The history of a publication; an empty one where there is none.
 * @throws UserError where there is a file that this version cannot read: it is never written over
 */
export function readPublishedHistory(folder: string): PublishedHistory {
	const path = join(folder, historyFile);
	if (!existsSync(path)) return noHistory;
	try {
		return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
	} catch (error) {
		const reason = error instanceof z.ZodError ? issueOf(error) : (error as Error).message;
		throw new UserError(
			`Cannot read the history of published runs in ${path}: ${reason}. Restore the file, or publish into another folder with --to.`,
		);
	}
}

function issueOf({ issues: [issue] }: z.ZodError): string {
	return `${issue?.path.join('.') || 'the file'}: ${issue?.message}`;
}
