import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { scenarios } from '../scenarios/index.ts';
import { projectFolder } from './environment.ts';
import { UserError } from './exit.ts';
import { counted, interval } from './model/quantity.ts';
import type { ReportInput } from './model/report.ts';
import { privateWords } from './private-words.ts';
import { type Publication, publish } from './publish.ts';
import { restorePublication } from './publish-folder.ts';
import { whyNotPublishable } from './publishable.ts';
import { isPublished, publishedInput } from './published-data.ts';
import { cleanText } from './report/index.ts';
import { rereadRun } from './run.ts';
import { findRun, type RunFolder } from './store.ts';

export interface PublishFlags {
	/** The folder that holds all runs. */
	readonly out: string;
	/** Absent: the project’s own publication, which its README shows. */
	readonly to?: string;
	readonly readme?: string;
}

export const publishedFolder = join(projectFolder, 'results', 'published');
export const projectReadme = join(projectFolder, 'README.md');

/** Publishes a saved run. */
export async function publishCommand(given: string, { out, to, readme }: PublishFlags): Promise<void> {
	const folder = resolve(to ?? publishedFolder);
	const file = readme ?? (to === undefined ? projectReadme : undefined);
	// What a killed publish left aside may be the very run that is given.
	await writingTo(folder, () => restorePublication(folder));
	const { input, places } = await inputOf(given, out);
	const options = { to: folder, readme: file === undefined ? file : resolve(file), words: privateWords(...places) };
	const done = await writingTo(folder, () => publish(input, options));
	console.log(cleanLines(said(done, folder, file)));
}

/** @throws UserError with what the file system says */
async function writingTo<T>(folder: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === undefined) throw error;
		throw new UserError(`Cannot write the publication to ${folder}: ${message}. Give another folder with --to.`);
	}
}

/** A run with its histories, judged anew, or one that was published before, from what was published of it. */
async function inputOf(
	given: string,
	out: string,
): Promise<{ readonly input: ReportInput; readonly places: readonly string[] }> {
	if (existsSync(given) && isPublished(given)) return { input: publishedInput(given), places: [] };
	const run = await findRun(out, given);
	const why = whyNotPublishable(run.load());
	if (why !== undefined) throw new UserError(why);
	return { input: await judgedAnew(run), places: [resolve(out), resolve(run.path)] };
}

/** @throws UserError where the run cannot be saved as it is judged now, which is no matter of where it is published */
async function judgedAnew(run: RunFolder): Promise<ReportInput> {
	try {
		return (await rereadRun(run, scenarios)).input;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === undefined || code === 'EMFILE' || code === 'ENFILE') throw error;
		throw new UserError(
			`Cannot judge the run ${run.id} anew and save it in ${run.path}: ${message}. Make that folder writable, or publish a copy of it.`,
		);
	}
}

function said({ id, files, runs, leftOut }: Publication, folder: string, readme: string | undefined): string[] {
	const bytesOf = (isMeant: (name: string) => boolean) =>
		size(files.reduce((sum, { name, bytes }) => sum + (isMeant(name) ? bytes : 0), 0));
	const charts = files.filter(({ name }) => name.startsWith('charts/'));
	const shown = relative(process.cwd(), folder) || '.';
	return [
		`The run ${id} is published in ${shown}:`,
		`  index.html  ${bytesOf((name) => name === 'index.html')}`,
		`  data        ${bytesOf((name) => /^(run|sections)\./.test(name))}, ${files
			.filter(({ name }) => /^(run|sections)\./.test(name))
			.map(({ name }) => name)
			.join(', ')}`,
		`  charts      ${bytesOf((name) => name.startsWith('charts/'))}, ${counted(charts.length, 'file')}`,
		`  history     ${counted(runs, 'published run')}`,
		...(leftOut.length > 0 ? [`There was no room for pictures of: ${leftOut.join('; ')}. The page has them.`] : []),
		...(readme === undefined
			? []
			: [`Its figures stand in ${relative(process.cwd(), resolve(readme))}, between the marks.`]),
		'The histories are not part of it; the command in its page writes them anew.',
	];
}

function size(bytes: number): string {
	return interval(bytes / 1024, undefined, 'KB');
}

function cleanLines(lines: readonly string[]): string {
	return lines.map(cleanText).join('\n');
}
