import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isAlive } from './run-owner.ts';
import { makeFolder } from './store.ts';

type Kind = 'new' | 'old';

function asideOf(path: string, kind: Kind): string {
	return `${path}.${process.pid}.${kind}.tmp`;
}

/**
 * Fills a folder beside `path` and only then puts it in its place: a reader never finds half of it, and what stood there before stays
 * until all of the new one is there, and returns where it cannot be put there. Between two renames there is neither: who is killed
 * just then leaves the old one aside, for `recoverFolder`.
 * @param path absolute, without a slash at its end
 * @throws what `fill` throws, or the file system's error; nothing is left aside then
 */
export async function replaceFolder<T>(path: string, fill: (aside: string) => Promise<T>): Promise<T> {
	const [aside, old] = [asideOf(path, 'new'), asideOf(path, 'old')];
	await makeFolder(dirname(path));
	await rm(aside, { recursive: true, force: true });
	try {
		await mkdir(aside);
		const filled = await fill(aside);
		await uninterrupted(async () => {
			swap(path, aside, old);
			// The new one is in its place: what cannot be removed is no failure, and the next one tries again.
			await rm(old, { recursive: true, force: true }).catch(() => {});
		});
		return filled;
	} catch (error) {
		await rm(aside, { recursive: true, force: true }).catch(() => {});
		throw error;
	}
}

/** In one go, so that as little time as can be passes between the renames. */
function swap(path: string, aside: string, old: string): void {
	const isThere = existsSync(path);
	if (isThere) renameSync(path, old);
	try {
		renameSync(aside, path);
	} catch (error) {
		if (isThere) renameSync(old, path);
		throw error;
	}
}

/** Lets a signal that would end the process wait until `work` is done. */
export async function uninterrupted(work: () => Promise<void>): Promise<void> {
	const caught = new Set<NodeJS.Signals>();
	const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	const later = (signal: NodeJS.Signals) => void caught.add(signal);
	for (const name of names) process.on(name, later);
	try {
		await work();
	} finally {
		// One that came last is told on the next turn only, and would be lost.
		await turn();
		await turn();
		for (const name of names) process.off(name, later);
		// Whoever else listens for it was told when it came.
		for (const name of caught) if (process.listenerCount(name) === 0) process.kill(process.pid, name);
	}
}

interface Left {
	readonly path: string;
	readonly pid: number;
	readonly kind: Kind;
}

/** What a replacement that was killed left beside a folder, or what one that is under way needs there. */
export function leftBeside(path: string): readonly Left[] {
	const [under, start] = [dirname(path), `${basename(path)}.`];
	if (!existsSync(under)) return [];
	return readdirSync(under).flatMap((name): Left[] => {
		const [, pid, kind] = (name.startsWith(start) && /^(\d+)\.(new|old)\.tmp$/.exec(name.slice(start.length))) || [];
		return kind === undefined ? [] : [{ path: join(under, name), pid: Number(pid), kind: kind as Kind }];
	});
}

/**
 * Puts the newest folder that was put aside back where none is in its place, and removes what else dead processes left. To be
 * called only by who knows that nobody else replaces it: so a process that has the number of a dead one by now keeps nothing from
 * its place.
 * @param isWhole whether what was put aside is all there
 * @throws the file system's error
 */
export async function recoverFolder(path: string, isWhole: (left: string) => boolean): Promise<void> {
	const wholeOnes = () => leftBeside(path).filter((left) => left.kind === 'old' && isWhole(left.path));
	const [newest] = existsSync(path) ? [] : wholeOnes().sort((a, b) => writtenAt(b) - writtenAt(a));
	if (newest) await rename(newest.path, path);
	for (const { path: left, pid } of leftBeside(path))
		if (pid === process.pid || !isAlive(pid)) await rm(left, { recursive: true, force: true });
}

function writtenAt({ path }: Left): number {
	return statSync(path).mtimeMs;
}
