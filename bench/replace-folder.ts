import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './store.ts';

/**
 * Fills a folder beside `path` and only then puts it in its place: a reader never finds half of it, and what stood there before stays
 * until all of the new one is there, and returns where it cannot be put there.
 * @param path absolute, without a slash at its end
 * @throws what `fill` throws, or the file system's error; nothing is left aside then
 */
export async function replaceFolder<T>(path: string, fill: (aside: string) => Promise<T>): Promise<T> {
	const aside = `${path}.${process.pid}.new.tmp`;
	const old = `${path}.${process.pid}.old.tmp`;
	await makeFolder(dirname(path));
	await rm(aside, { recursive: true, force: true });
	try {
		await mkdir(aside);
		const filled = await fill(aside);
		const isThere = existsSync(path);
		if (isThere) await rename(path, old);
		try {
			await rename(aside, path);
		} catch (error) {
			if (isThere) await rename(old, path);
			throw error;
		}
		await rm(old, { recursive: true, force: true });
		return filled;
	} catch (error) {
		await rm(aside, { recursive: true, force: true }).catch(() => {});
		throw error;
	}
}
