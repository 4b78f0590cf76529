import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from './exit.ts';
import { isAtWork, ownerLine, ownerOf } from './run-owner.ts';

/** Beside the folder, which is itself replaced. */
export function lockOf(folder: string): string {
	return `${folder}.lock.tmp`;
}

/**
 * Two that publish into one folder at once would both read the same history, and the later one would write the other’s entry away.
 * @throws UserError where another process is at work there, and what `work` throws
 */
export async function withPublishLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
	const lock = lockOf(folder);
	while (!taken(lock)) removeIfStale(lock, folder);
	try {
		return await work();
	} finally {
		rmSync(lock, { force: true });
	}
}

function taken(lock: string): boolean {
	try {
		writeFileSync(lock, ownerLine(), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		// On a full disk an empty one would remain. Where it could not be made there is none.
		rmSync(lock, { force: true });
		throw error;
	}
}

/** @throws UserError where the lock’s owner is alive, or where it names none */
function removeIfStale(lock: string, folder: string): void {
	const line = lineIn(lock);
	if (line === undefined) return;
	const owner = ownerOf(line);
	if (owner === undefined || isAtWork(owner))
		throw new UserError(
			`Another publish, pid ${owner?.pid ?? 'unknown'}, writes into ${folder}. Wait until it has ended, or remove ${lock} if there is none.`,
		);
	// Somebody else may have removed the stale one in the meantime and made his own: what was really taken away shows it.
	const aside = `${lock}.${process.pid}`;
	try {
		renameSync(lock, aside);
		if (lineIn(aside) !== line) linkSync(aside, lock);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
	} finally {
		rmSync(aside, { force: true });
	}
}

/** Undefined where it is gone. */
function lineIn(lock: string): string | undefined {
	try {
		return readFileSync(lock, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}
