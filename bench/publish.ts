import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UserError } from './exit.ts';
import { MachineError } from './machine-bounds.ts';
import type { ReportInput } from './model/report.ts';
import type { ChartData } from './model/series.ts';
import { inPublicationFolder, refuseForeign } from './publish-folder.ts';
import { historyFile, readPublishedHistory } from './publish-history.ts';
import { dataFiles, type PublishedFile, publishedInput, publishedNames, sizeOf } from './published-data.ts';
import { replaceFolder } from './replace-folder.ts';
import { clean } from './report/clean.ts';
import { chartPath } from './report/content.ts';
import { entryOf, type PublishedHistory, withEntry } from './report/published/history.ts';
import { publishedPage } from './report/published/page.ts';
import { bestCharts, publishedCharts } from './report/published/pictures.ts';
import { leaks, type PrivateWords, scrubbed } from './report/published/private.ts';
import { darkPath, nothingPublished, publishedBlock, withBlock } from './report/published/readme.ts';
import { sectionsFrom, sectionsText } from './report/published/saved-sections.ts';
import { trendSection } from './report/published/trend.ts';
import { writeWhole } from './report/whole-file.ts';

/** All pictures together; what does not fit is left out, and stays in the page. */
export const mostPictureBytes = 9_000_000;

export interface PublishOptions {
	/** The folder of the publication, absolute. */
	readonly to: string;
	/** The file whose block of figures is written anew; undefined: none. */
	readonly readme?: string | undefined;
	/** What must not be told. */
	readonly words: PrivateWords;
}

/** What was published. */
export interface Publication {
	readonly id: string;
	readonly files: readonly { readonly name: string; readonly bytes: number }[];
	/** Published runs, this one included. */
	readonly runs: number;
	/** Charts that found no room as pictures, by title. */
	readonly leftOut: readonly string[];
}

/**
 * Publishes a run: page, data, pictures and history, written aside and put in place as a whole, and then the README’s block.
 * @throws UserError where the folder is somebody else’s, the data are too large, or something private would be told
 */
export async function publish(unclean: ReportInput, { to, readme, words }: PublishOptions): Promise<Publication> {
	return await inPublicationFolder(to, async (folder) => {
		refuseForeign(folder);
		const history = readPublishedHistory(folder);
		const input = asSaved(scrubbed(clean(unclean), words));
		const { files, leftOut, runs } = await filesOf(input, history);
		const names = files.map(({ name }) => name);
		const newReadme = readme === undefined ? undefined : readmeText(readme, to, input, names);
		await replaceFolder(folder, async (aside) => {
			for (const { name, content } of files) {
				await mkdir(dirname(join(aside, name)), { recursive: true });
				await writeFile(join(aside, name), content);
			}
			refuseLeaks(aside, words);
			// Drawing takes seconds, in which somebody may have put something there.
			refuseForeign(folder);
		});
		if (readme !== undefined && newReadme !== undefined) await writeReadme(readme, newReadme, to);
		const sizes = files.map(({ name, content }) => ({ name, bytes: Buffer.byteLength(content) }));
		return { id: input.run.id, files: sizes, runs, leftOut };
	});
}

/** @throws UserError: what was published before is gone by then, and that must not sound as if it were not */
async function writeReadme(readme: string, text: string, to: string): Promise<void> {
	try {
		await writeWhole(readme, text);
	} catch (error) {
		throw new UserError(
			`The publication stands in ${to}, but its figures could not be written into ${readme}: ${(error as Error).message}. Make that file and its folder writable and publish again, or name another file with --readme.`,
		);
	}
}

/** Page and README are made from what can be read back, so that they can be made again from it and nothing else. */
function asSaved({ run, sections }: ReportInput): ReportInput {
	return { run: JSON.parse(JSON.stringify(run)), sections: sectionsFrom(sectionsText(sections)) };
}

async function filesOf(input: ReportInput, before: PublishedHistory) {
	const history = withEntry(before, entryOf(input));
	const trends = trendSection(history).charts;
	const { files: pictures, leftOut } = await pictureFiles(input, trends);
	const others: PublishedFile[] = [
		...dataFiles(input),
		{
			name: historyFile,
			words: 'headline figures of every published run',
			content: `${JSON.stringify(history, null, '\t')}\n`,
		},
		...pictures,
	];
	const page: PublishedFile = {
		name: 'index.html',
		words: 'the report as a page',
		content: await publishedPage(input, history, others),
	};
	const names = [page, ...others].map(({ name }) => name);
	const readme: PublishedFile = {
		name: 'README.md',
		words: 'the claims and the best charts as text',
		content: `# A published run\n\n${publishedBlock({ input, files: names, base: '' })}\n`,
	};
	return { files: [page, readme, ...others], leftOut, runs: history.runs.length };
}

/** The charts of the claims as SVG and PNG, as many as there is room for; the best ones for dark grounds, too. */
async function pictureFiles(input: ReportInput, trends: readonly ChartData[]) {
	const { chartPng, chartSvg, imageLook } = await drawing();
	const best = bestCharts(input);
	const files: PublishedFile[] = [];
	const leftOut: string[] = [];
	for (const data of publishedCharts(input, trends)) {
		const look = imageLook(data, input);
		const [svg, png] = [chartPath(data, 'svg'), chartPath(data, 'png')];
		const dark: PublishedFile = {
			name: darkPath(data),
			words: `${data.title} (SVG, for dark grounds)`,
			content: best.includes(data) ? chartSvg(data, { ...look, scheme: 'dark' }) : '',
		};
		const own: PublishedFile[] = [
			{ name: svg, words: `${data.title} (SVG)`, content: chartSvg(data, look) },
			{ name: png, words: `${data.title} (PNG)`, content: chartPng(data, look) },
			...(dark.content === '' ? [] : [dark]),
		];
		if (sizeOf([...files, ...own]) <= mostPictureBytes) files.push(...own);
		else leftOut.push(data.title);
	}
	return { files, leftOut };
}

/** Loaded when it is needed: where the canvas has no binary for this machine, everything but pictures works. */
async function drawing(): Promise<typeof import('./report/images.ts')> {
	try {
		return await import('./report/images.ts');
	} catch (error) {
		throw new MachineError(
			`A publication needs pictures, and this machine cannot draw: ${(error as Error).message}. Publish from another one.`,
		);
	}
}

/** Looks into everything that was written, packed files and pictures too. */
function refuseLeaks(folder: string, words: PrivateWords): void {
	for (const name of publishedNames(folder)) {
		const bytes = readFileSync(join(folder, name));
		const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
		const [leak] = leaks(text, words);
		if (leak !== undefined)
			throw new UserError(
				`Not published: ${name} would tell ${leak}. Please report it, with what the run was started with: publish takes such words out.`,
			);
	}
}

/** The README with its block made anew. @throws UserError where it has no place for one */
function readmeText(readme: string, to: string, input: ReportInput, files: readonly string[]): string {
	try {
		return withBlock(readFileSync(readme, 'utf8'), publishedBlock({ input, files, base: baseOf(readme, to) }));
	} catch (error) {
		throw new UserError(
			`Cannot write the published figures into ${readme}: ${(error as Error).message}. Put both lines where the figures are to stand, or name another file with --readme.`,
		);
	}
}

function baseOf(readme: string, to: string): string {
	return relative(dirname(readme), to).replaceAll('\\', '/');
}

/** What the block of a README is to say, made from what is published in a folder and from nothing else. */
export function blockFor(readme: string, to: string): string {
	if (!existsSync(join(to, historyFile))) return nothingPublished;
	return publishedBlock({ input: publishedInput(to), files: publishedNames(to), base: baseOf(readme, to) });
}
