import { join } from 'node:path';
import type { ReportInput } from '../../bench/model/report.ts';
import { privateWords } from '../../bench/private-words.ts';
import { type Publication, publish } from '../../bench/publish.ts';
import { fixture } from '../../bench/report/fixture.ts';
import { temporaryFolder } from './folders.ts';

/** The made-up run, without the ratio that JSON cannot write. */
export const fixtureRun: ReportInput = {
	...fixture,
	run: { ...fixture.run, comparisons: fixture.run.comparisons.filter(({ ratio }) => Number.isFinite(ratio)) },
};

export interface Published {
	readonly folder: string;
	readonly publication: Publication;
}

/** The made-up run as it would be if another machine had made it, some time later. */
export function elsewhere(id: string, cpus: number): ReportInput {
	const environment = { ...fixture.run.environment, cpus };
	return { ...fixture, run: { ...fixtureRun.run, id, environment, startedAt: '2026-03-01T08:00:00.000Z' } };
}

/** Made-up runs published one after the other into a folder of their own. */
export async function published(inputs: readonly ReportInput[] = [fixtureRun]): Promise<Published> {
	const folder = join(temporaryFolder('published'), 'published');
	let publication: Publication | undefined;
	for (const input of inputs) publication = await publish(input, { to: folder, words: privateWords() });
	if (!publication) throw new Error('nothing was to be published');
	return { folder, publication };
}
