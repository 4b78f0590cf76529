import { existsSync, readFileSync } from 'node:fs';

const pressure = '/proc/pressure/cpu';

/**
 * With more than this share of time in which something waits for a CPU, what is measured shares its own with another program.
 * The kernel says so, not the harness, which must not be its own witness.
 */
export const mostContention = 0.1;

/** For how long something had to wait for a CPU since the machine started, as the kernel counts it (PSI); Linux only. */
export function waitedForCpuMs(): number | undefined {
	if (!existsSync(pressure)) return undefined;
	const us = /^some .*total=(\d+)/m.exec(readFileSync(pressure, 'utf8'))?.[1];
	return us === undefined ? undefined : Number(us) / 1000;
}
