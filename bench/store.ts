import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asCalibration, asVerdictProof } from './calibrate/schema.ts';
import { mergeHistory, readHistory } from './history-file.ts';
import type { HistoryEvent } from './model/history.ts';
import { type RunRecord, runSchema, runSchemaFile, schemaPointer } from './model/run.ts';
import { asideOf, writeWhole } from './report/whole-file.ts';
import { claimRun } from './run-owner.ts';

/** A user's mistake about a run: one sentence, exit 2. */
export class StoreError extends Error {}

/** One run's folder: `run.json` and its schema, a history per trial, the reports. */
export class RunFolder {
	readonly path: string;
	#isDescribed = false;

	constructor(path: string) {
		this.path = path;
	}

	get id(): string {
		return basename(this.path);
	}

	historyPath(trialId: string): string {
		return join(this.path, 'trials', `${trialId}.ndjson.gz`);
	}

	/** Where the processes of a trial write while it runs. */
	partsPath(trialId: string): string {
		return join(this.path, 'trials', `${trialId}.parts`);
	}

	/** The folder for one file of each process, which are merged when the trial is over. */
	async partsFolder(trialId: string): Promise<string> {
		const folder = this.partsPath(trialId);
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		return folder;
	}

	/** Merges the parts into the trial's one history and removes them. */
	async closeHistory(trialId: string): Promise<void> {
		await this.mergeParts(trialId);
		// A browser that was just killed may still have been writing into its profile.
		await rm(this.partsPath(trialId), { recursive: true, force: true, maxRetries: 3 });
	}

	/** Merges the parts into one history and leaves them. */
	async mergeParts(trialId: string): Promise<void> {
		await mergeHistory(this.partsPath(trialId), this.historyPath(trialId));
	}

	/** The events of a saved trial, in the order of time. Bounded memory. */
	async *history(trialId: string): AsyncGenerator<HistoryEvent> {
		const path = this.historyPath(trialId);
		if (!existsSync(path)) throw new StoreError(`The history of trial ${trialId} is missing: ${path}. Run it again.`);
		try {
			yield* readHistory(path);
		} catch (error) {
			const reason = (error as Error).message;
			throw new StoreError(`The history of trial ${trialId} is damaged: ${reason} in ${path}. Run it again.`);
		}
	}

	async save(record: RunRecord): Promise<void> {
		await this.#describe();
		await saveJson(join(this.path, 'run.json'), { $schema: schemaPointer, ...record });
	}

	/** The schema beside the record; one that is already there is left alone, so that no room is needed for it. */
	async #describe(): Promise<void> {
		if (this.#isDescribed) return;
		const path = join(this.path, runSchemaFile);
		const text = (await import('./run-schema.ts')).runSchemaText();
		if (!existsSync(path) || readFileSync(path, 'utf8') !== text) await writeWhole(path, text);
		this.#isDescribed = true;
	}

	/** @throws StoreError where there is no run, or one that this version cannot read */
	load(): RunRecord {
		const path = join(this.path, 'run.json');
		let record: RunRecord;
		try {
			record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
			if (record?.schema === runSchema && !isWhole(record)) throw new Error('it lacks parts that every run has');
		} catch (error) {
			const reason =
				(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
			throw new StoreError(`Cannot read ${path}: ${reason}. Give the folder of a run, its name, or "latest".`);
		}
		if (record?.schema !== runSchema) {
			throw new StoreError(`${path} has schema ${String(record?.schema)}, this version reads ${runSchema}.`);
		}
		const { $schema, calibration, verdictProof, ...rest } = record as RunRecord & { readonly $schema?: string };
		const [known, proved] = [asCalibration(calibration), asVerdictProof(verdictProof)];
		return { ...rest, ...(known && { calibration: known }), ...(proved && { verdictProof: proved }) };
	}
}

/** Whether everything is there that reports read without asking. */
function isWhole({ environment, startedAt, targets, scenarios, planned, trials }: RunRecord): boolean {
	const lists = [targets, scenarios, planned, trials];
	if (!lists.every((list) => Array.isArray(list) && list.every(hasId))) return false;
	return (
		typeof environment?.placement?.note === 'string' &&
		typeof startedAt === 'string' &&
		trials.every((trial) => Array.isArray(trial.warnings) && typeof trial.scenario === 'string')
	);
}

/** Ids become names of files: nothing in them may lead out of the folder. */
function hasId(item: unknown): boolean {
	const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
	return typeof id === 'string' && id.length <= 300 && !id.includes('..') && !id.startsWith('/');
}

/**
 * Makes the folder of a new run under `root`, with its record, and only then points `latest` at it: whoever is killed afterwards
 * leaves a run that can be reported.
 * @param begun the run, which gets its name here
 * @throws the file system's error
 */
export async function createRunFolder(
	root: string,
	{ schema, ...begun }: Omit<RunRecord, 'id'>,
): Promise<{ readonly folder: RunFolder; readonly record: RunRecord }> {
	const stamp = begun.startedAt.replace(/[-:]/g, '').replace(/\.\d+/, '');
	await makeFolder(root);
	for (let suffix = 1; ; suffix++) {
		const id = `${stamp}-${begun.profile}${suffix === 1 ? '' : `-${suffix}`}`;
		try {
			await mkdir(join(root, id));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			continue;
		}
		const folder = new RunFolder(join(root, id));
		await claimRun(folder.path);
		const record = { schema, id, ...begun };
		await folder.save(record);
		await mkdir(join(folder.path, 'trials'));
		await pointLatest(root, id);
		return { folder, record };
	}
}

/** As `createRunFolder` names them. */
const runName = /^\d{8}T\d{6}Z-/;

/** The runs under `root` by name, those without a record among them. */
export async function runNames(root: string): Promise<string[]> {
	const names = existsSync(root) ? await readdir(root) : [];
	return names.filter((name) => runName.test(name)).sort();
}

/** Written aside and renamed, so that a reader, or a kill, never finds half a file. @throws the file system's error */
export async function saveJson(path: string, value: object): Promise<void> {
	await writeWhole(path, `${JSON.stringify(value, null, '\t')}\n`);
}

/**
 * Makes a folder and what is missing above it. Not Node's `recursive`: under a file system that refuses new folders with
 * ENOENT, as /proc does, that tries for ever.
 * @throws the file system's error
 */
export async function makeFolder(path: string): Promise<void> {
	try {
		await mkdir(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
		if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
		await makeFolder(dirname(path));
		await mkdir(path);
	}
}

async function pointLatest(root: string, name: string): Promise<void> {
	const link = join(root, 'latest');
	await rm(asideOf(link), { force: true });
	await symlink(name, asideOf(link));
	await rename(asideOf(link), link);
}

/**
 * Finds a run by path, by name under `root`, or as `latest`.
 * @throws StoreError naming the runs there are
 */
export async function findRun(root: string, given: string): Promise<RunFolder> {
	const places = [join(root, given), resolve(given)];
	const found = places.find((path) => existsSync(join(path, 'run.json')));
	if (found) return new RunFolder(found);
	const runs = existsSync(root)
		? (await readdir(root)).filter((name) => name !== 'latest' && existsSync(join(root, name, 'run.json'))).sort()
		: [];
	const known = runs.length === 0 ? 'There are no runs yet' : `The newest runs are ${runs.slice(-3).join(', ')}`;
	const empty = places.find((path) => existsSync(path) && runName.test(basename(realpathSync(path))));
	if (empty) {
		throw new StoreError(
			`The run "${given}" was killed before its first trial: ${empty} has no run.json, so there is nothing to report. ${known}; start one with \`npm run bench\`.`,
		);
	}
	throw new StoreError(`No run "${given}" under ${root}. ${known}; start one with \`npm run bench\`.`);
}
