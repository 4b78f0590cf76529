import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UserError } from './exit.ts';
import type { ReportInput } from './model/report.ts';
import { type RunRecord, runSchemaFile, schemaPointer } from './model/run.ts';
import { sectionsFrom, sectionsText } from './report/published/saved-sections.ts';
import { runFileSchema, runSchemaText } from './run-schema.ts';

/** What the reports of a published run are made from: its record, and what was computed from its histories. */
const sectionsFile = 'sections.json.gz';
const recordFiles = ['run.json', 'run.json.gz'] as const;

/** A file of a publication before it is written. */
export interface PublishedFile {
	readonly name: string;
	/** What it is, in a few words. */
	readonly words: string;
	readonly content: string | Uint8Array;
}

/** The record, its schema and the sections together, in bytes. */
export const mostDataBytes = 2_000_000;

/**
 * The data of a run as files: `run.json` as it is where there is room for it, else packed.
 * @throws UserError where even so they are too large, or where the record is not what its schema says
 */
export function dataFiles({ run, sections }: ReportInput): readonly PublishedFile[] {
	const record = { $schema: schemaPointer, ...run };
	refuseUndescribed(record);
	const text = `${JSON.stringify(record, null, '\t')}\n`;
	const others: PublishedFile[] = [
		{
			name: runSchemaFile,
			words: 'its JSON Schema',
			content: runSchemaText(),
		},
		{ name: sectionsFile, words: 'what charts and tables show', content: packed(sectionsText(sections)) },
	];
	const words = 'every trial, measure, comparison and finding';
	const plain: PublishedFile = { name: 'run.json', words, content: text };
	const small: PublishedFile = { name: 'run.json.gz', words, content: packed(text) };
	const fitting = [plain, small].find((record) => sizeOf([record, ...others]) <= mostDataBytes);
	if (fitting) return [fitting, ...others];
	throw new UserError(
		`The data of the run ${run.id} take ${sizeOf([small, ...others])} bytes, where a publication has room for ${mostDataBytes}. Publish a run of fewer scenarios.`,
	);
}

/** A run of another version may have what this one's schema does not know. */
function refuseUndescribed(record: RunRecord): void {
	const [issue] = runFileSchema.safeParse(record).error?.issues ?? [];
	if (!issue) return;
	throw new UserError(
		`The run ${record.id} is not what the schema of run.json says, at ${issue.path.join('.')}: ${issue.message}. Publish it with the version that made it, or run it again.`,
	);
}

/** Without a time in it, so that the same data always give the same bytes. */
function packed(text: string): Uint8Array {
	return gzipSync(text, { level: 9 });
}

export function sizeOf(files: readonly Pick<PublishedFile, 'content'>[]): number {
	return files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
}

/** Whether a folder holds a published run, rather than one with its histories. */
export function isPublished(folder: string): boolean {
	return existsSync(join(folder, sectionsFile));
}

/**
 * What was published, as its reports were made from it.
 * @throws UserError where it cannot be read
 */
export function publishedInput(folder: string): ReportInput {
	try {
		const name = recordFiles.find((file) => existsSync(join(folder, file))) ?? recordFiles[0];
		const { $schema, ...run } = JSON.parse(textOf(join(folder, name))) as RunRecord & { $schema?: string };
		return { run, sections: sectionsFrom(textOf(join(folder, sectionsFile))) };
	} catch (error) {
		throw new UserError(
			`Cannot read the published run in ${folder}: ${(error as Error).message}. Publish a run into it again.`,
		);
	}
}

function textOf(path: string): string {
	const bytes = readFileSync(path);
	return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The names of all files of a publication, relative to it. */
export function publishedNames(folder: string): readonly string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
		.sort();
}
