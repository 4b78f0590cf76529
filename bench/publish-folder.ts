import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from './exit.ts';
import { historyFile } from './publish-history.ts';
import { withPublishLock } from './publish-lock.ts';
import { leftBeside, recoverFolder } from './replace-folder.ts';
import { makeFolder } from './store.ts';

/**
 * Works on the folder of a publication while no other publish does, once what a killed one left has been put in order.
 * @param to absolute; where it is a symbolic link, the work gets what the link leads to
 * @throws UserError where another publish is at work there, and what `work` throws
 */
export async function inPublicationFolder<T>(to: string, work: (folder: string) => Promise<T>): Promise<T> {
	const folder = realPlace(to);
	await makeFolder(dirname(folder));
	return await withPublishLock(folder, async () => {
		// Without its history a publication could not go on: that is half removed.
		await recoverFolder(folder, (left) => existsSync(join(left, historyFile)));
		return await work(folder);
	});
}

/** Puts back what a publish that was killed had put aside; does nothing, and makes no folder, where there is nothing to put back. */
export async function restorePublication(to: string): Promise<void> {
	const folder = realPlace(to);
	if (!existsSync(folder) && leftBeside(folder).length > 0) await inPublicationFolder(to, async () => {});
}

/** Where a path leads: a link would itself be replaced, and what it leads to would stay as it was. */
function realPlace(path: string): string {
	try {
		return realpathSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	// Nothing is there yet, or a link that leads to nothing yet.
	const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
	return isLink ? realPlace(resolve(dirname(path), readlinkSync(path))) : path;
}

/** What publish writes, and so may replace. */
const ownFiles =
	/^(index\.html|README\.md|history\.json|run\.json(\.gz)?|run\.schema\.json|sections\.json\.gz|charts\/[^/]+\.(svg|png))$/;

/** @throws UserError where a folder holds anything but a publication, all of which would be lost */
export function refuseForeign(folder: string): void {
	if (!existsSync(folder)) return;
	if (!statSync(folder).isDirectory())
		throw new UserError(`${folder} is a file, where a folder is to be published. Give another one with --to.`);
	const below = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
		const name = join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/');
		return { name, isOwn: entry.isDirectory() ? name === 'charts' : entry.isFile() && ownFiles.test(name) };
	});
	const foreign = below.filter(({ isOwn }) => !isOwn).map(({ name }) => name);
	const remedy = 'Move it away, or give another folder with --to.';
	if (foreign.length > 0)
		throw new UserError(
			`${folder} holds ${firstOf(foreign)}, which no publication has and which would be lost. ${remedy}`,
		);
	const names = below.map(({ name }) => name);
	if (names.length > 0 && !names.includes(historyFile))
		throw new UserError(
			`${folder} is no publication, as it has no ${historyFile}, and what it holds would be lost: ${firstOf(names)}. ${remedy}`,
		);
}

function firstOf(names: readonly string[]): string {
	return names.slice(0, 3).join(', ');
}
