import { setTimeout as wait } from 'node:timers/promises';

const lookEveryMs = 20;

/** Looks until it holds, or the time is over. @returns whether it does */
export async function within(ms: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
	const giveUp = performance.now() + ms;
	for (;;) {
		if (await holds()) return true;
		if (performance.now() > giveUp) return false;
		await wait(lookEveryMs);
	}
}
