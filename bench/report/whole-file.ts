import { rename, rm, writeFile } from 'node:fs/promises';

/** Where this process writes a file before it takes its place: two that report one run at once must not take each other's. */
export function asideOf(path: string): string {
	return `${path}.${process.pid}.tmp`;
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
