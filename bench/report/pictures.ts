import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReportPicture } from '../model/report.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './whole-file.ts';

/** Where a picture lies within the folder of the run. */
export function picturePath({ id, type }: Pick<ReportPicture, 'id' | 'type'>): string {
	return `pictures/${id}.${type === 'image/png' ? 'png' : 'jpg'}`;
}

/** Pictures of what browsers showed, as files, for whoever wants one by itself. */
export const pictures: Reporter = {
	id: 'pictures',
	async write({ sections }, folder) {
		const all = sections.flatMap((section) => section.pictures ?? []);
		const paths: string[] = [];
		for (const picture of all) {
			const path = join(folder, picturePath(picture));
			await mkdir(dirname(path), { recursive: true });
			await writeWhole(path, picture.bytes);
			paths.push(path);
		}
		return paths;
	},
};
