import type { GaugeValues } from '../model/history.ts';
import { type Proc, systemProc } from './proc.ts';

/** The kinds of descriptors, by what their link says. */
export interface Descriptors {
	/** TCP, UDP and Unix sockets; an IPC channel is one. */
	readonly sockets: number;
	readonly pipes: number;
	/** Whatever has a path: files, devices, terminals. */
	readonly files: number;
	/** epoll, eventfd, io_uring and their like. */
	readonly others: number;
}

export const totalOf = (kinds: Descriptors): number => kinds.sockets + kinds.pipes + kinds.files + kinds.others;

/**
 * Counts a process's descriptors by kind: 5 µs each, so 5 ms for 1000. Undefined when the process is gone or is not ours.
 * One that was closed since the listing is left out.
 */
export function classifyDescriptors(proc: Proc, pid: number): Descriptors | undefined {
	const names = proc.list(`${pid}/fd`);
	if (!names) return undefined;
	let [sockets, pipes, files, others] = [0, 0, 0, 0];
	for (const name of names) {
		const link = proc.link(`${pid}/fd/${name}`);
		if (link === undefined) continue;
		if (link.startsWith('socket:')) sockets += 1;
		else if (link.startsWith('pipe:')) pipes += 1;
		else if (link.startsWith('/')) files += 1;
		else others += 1;
	}
	return { sockets, pipes, files, others };
}

/** How many descriptors a process has, of any kind; cheap however many. Undefined when it is gone or is not ours. */
export function descriptorCount(pid: number, proc: Proc = systemProc): number | undefined {
	return proc.countDescriptors(`${pid}/fd`);
}

export function descriptorGauges(kinds: Descriptors): GaugeValues {
	return { fdsSocket: kinds.sockets, fdsPipe: kinds.pipes, fdsFile: kinds.files, fdsOther: kinds.others };
}
