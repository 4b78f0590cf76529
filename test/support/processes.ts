import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every process that a command starts inherits this variable, so that none can hide, whatever its parent is by now. */
export const markVariable = 'BENCH_TEST_MARK';

export const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';

export interface MarkedProcess {
	readonly pid: number;
	/** Its arguments, separated by spaces. */
	readonly command: string;
}

/** The running processes that carry the mark. One that is over and waits to be collected has no environment, and is none. */
export function marked(mark: string): MarkedProcess[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((pid) => {
			try {
				const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
				if (!variables.includes(`${markVariable}=${mark}`)) return [];
				const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
				return [{ pid: Number(pid), command }];
			} catch {
				// Gone meanwhile, or somebody else's.
				return [];
			}
		});
}

/** The children of this very process whose arguments contain these words. */
export function childrenCalled(words: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((pid) => {
			try {
				const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
				const isOurs = Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(words);
				return isOurs ? [Number(pid)] : [];
			} catch {
				// Gone meanwhile.
				return [];
			}
		});
}

/** What still runs with the mark after at most `withinMs`. */
export async function survivors(mark: string, withinMs: number): Promise<MarkedProcess[]> {
	const giveUp = performance.now() + withinMs;
	for (;;) {
		const alive = marked(mark);
		if (alive.length === 0 || performance.now() > giveUp) return alive;
		await sleep(20);
	}
}

/** What a failed test leaves behind must not disturb the next. */
export function killMarked(mark: string): void {
	if (linuxOnly) return;
	for (const { pid } of marked(mark)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// Gone meanwhile.
		}
	}
}
