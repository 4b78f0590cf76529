import { type Proc, systemProc } from './proc.ts';

/** The times of a process's threads, in µs since each began. */
export interface ThreadTimes {
	/** How long the main thread waited for a CPU while it was ready to run. */
	readonly mainWaitedUs: number;
	readonly mainRanUs: number;
	/** Of all threads that live, the main one included. */
	readonly allRanUs: number;
}

/** Undefined where the kernel does not say, or the process is gone. */
export function threadTimes(pid: number, proc: Proc = systemProc): ThreadTimes | undefined {
	const times = (path: string) => (proc.read(path) ?? '').split(' ', 2).map((ns) => Number(ns) / 1000);
	const [mainRanUs = Number.NaN, mainWaitedUs = Number.NaN] = times(`${pid}/schedstat`);
	if (!Number.isFinite(mainWaitedUs)) return undefined;
	const threads = (proc.list(`${pid}/task`) ?? []).map((thread) => times(`${pid}/task/${thread}/schedstat`)[0] ?? 0);
	return { mainWaitedUs, mainRanUs, allRanUs: threads.reduce((sum, us) => sum + us, 0) };
}

/**
 * How long the main threads of processes that belong together waited because of others, the worst of them, in µs between two
 * looks. What a process's own threads ran meanwhile, such as a collection, is taken off: it may have been what it waited for,
 * and it is no disturbance. So is what its siblings ran, where there are more of them than CPUs.
 * @param cpus that these processes may run on
 * @returns undefined where nothing is known of any of them
 */
export function waitedForOthersUs(
	before: readonly (ThreadTimes | undefined)[],
	after: readonly (ThreadTimes | undefined)[],
	cpus: number,
): number | undefined {
	const spans = before.flatMap((from, n) => {
		const to = after[n];
		if (!from || !to) return [];
		const { mainWaitedUs, mainRanUs, allRanUs } = to;
		const ranUs = mainRanUs - from.mainRanUs;
		return [{ waitedUs: mainWaitedUs - from.mainWaitedUs, ranUs, allRanUs: allRanUs - from.allRanUs }];
	});
	if (spans.length === 0) return undefined;
	const shared = spans.length > cpus;
	const togetherUs = spans.reduce((sum, { allRanUs }) => sum + allRanUs, 0);
	return Math.max(
		...spans.map(({ waitedUs, ranUs, allRanUs }) => Math.max(0, waitedUs - ((shared ? togetherUs : allRanUs) - ranUs))),
	);
}
