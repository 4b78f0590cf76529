import { rename, rm, writeFile } from 'node:fs/promises';

/** Where a file is written before it takes its place. */
export function asideOf(path: string): string {
	return `${path}.tmp`;
}

/**
 * Written aside and renamed, so that a reader, a kill or a full disk never finds half a file, and what stood there before stays until
 * all of the new one is there.
 * @throws the file system's error; nothing is left aside then
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
	try {
		await writeFile(asideOf(path), data);
		await rename(asideOf(path), path);
	} catch (error) {
		await rm(asideOf(path), { force: true }).catch(() => {});
		throw error;
	}
}
