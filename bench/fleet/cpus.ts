import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a list as the kernel writes it: `0-3,8` is 0, 1, 2, 3, 8. Anything else in it is left out. */
export function parseCpuList(text: string): readonly number[] {
	return text
		.trim()
		.split(',')
		.flatMap((part) => {
			const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
			if (!range) return [];
			const first = Number(range[1]);
			const last = range[2] === undefined ? first : Number(range[2]);
			return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
		});
}

/** The CPUs that this process may run on; without /proc, as many as the system says there are. */
export function allowedCpus(procRoot = '/proc'): readonly number[] {
	try {
		const status = readFileSync(`${procRoot}/self/status`, 'latin1');
		const cpus = parseCpuList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
		if (cpus.length > 0) return cpus;
	} catch {
		// No /proc here.
	}
	return Array.from({ length: availableParallelism() }, (_, index) => index);
}

/** The hardware threads that share a core with this CPU, itself included. */
export function siblingsOf(cpu: number, sysRoot = '/sys'): readonly number[] {
	try {
		const text = readFileSync(`${sysRoot}/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'latin1');
		return parseCpuList(text);
	} catch {
		return [cpu];
	}
}
