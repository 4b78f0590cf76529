import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program lies on the PATH, or null. `/usr/sbin` is searched too: servers live there, and not on every PATH. */
export function findTool(name: string, path: string = process.env.PATH ?? ''): string | null {
	for (const folder of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
		if (folder === '') continue;
		const file = join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			return file;
		} catch {
			// Not here: the next folder.
		}
	}
	return null;
}
