import type { GaugeValues } from '../model/history.ts';
import { known } from './gauges.ts';
import { numberAfter, type Proc, systemProc } from './proc.ts';

/** Figures of the whole machine (socket counts: of this network namespace): 0.4 ms, 1 ms with cold caches. */
export function machineGauges(proc: Proc = systemProc): GaugeValues {
	return { ...socketGauges(proc), ...slabGauge(proc) };
}

/** The cheap part: TCP figures and the load average. */
export function socketGauges(proc: Proc): GaugeValues {
	const sockets = proc.read('net/sockstat') ?? '';
	const sockets6 = proc.read('net/sockstat6') ?? '';
	const tcp = (key: string) => wordAfter(sockets, 'TCP', key);
	const inUse = tcp('inuse');
	const memoryPages = tcp('mem');
	const load = proc.read('loadavg')?.split(' ')[0];
	return known({
		tcpMemKb: memoryPages === undefined ? undefined : memoryPages * proc.units().pageKb,
		tcpInUse: inUse === undefined ? undefined : inUse + (wordAfter(sockets6, 'TCP6', 'inuse') ?? 0),
		tcpTimeWait: tcp('tw'),
		loadAverage1: load === undefined ? undefined : Number(load),
	});
}

/** The number after `key` in the line `Name: key number key number`. */
function wordAfter(text: string, name: string, key: string): number | undefined {
	const line = new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1];
	const found = line && new RegExp(`\\b${key} (\\d+)`).exec(line)?.[1];
	return found ? Number(found) : undefined;
}

/**
 * The kernel's caches that an open TCP socket fills. Not among them: TIME_WAIT sockets (a gauge of their own counts them, a
 * quarter KB each) and packet buffers (`tcpMemKb` has those).
 */
const socketCaches: ReadonlySet<string> = new Set([
	'TCP',
	'TCPv6',
	'request_sock_TCP',
	'request_sock_TCPv6',
	'sock_inode_cache',
	'filp',
	'eventpoll_epi',
]);

/**
 * Kernel memory of sockets, in KB.
 *
 * As root: the pages of the caches that sockets fill, from `slabinfo`, plus one directory entry for each socket, counted
 * because the cache of those entries also holds everybody's file names. Measured on 2000 loopback connections with both
 * ends here: 7.8 KB a connection (4.9 TCP, 1.7 inode, 0.5 epoll, 0.4 file, 0.4 entry) of the 8.2 KB by which all slab
 * memory grew. All slab memory is no gauge: reading /proc/PID/fd alone, as a collector must, adds 1.8 KB for each
 * descriptor it sees.
 *
 * Otherwise: `SUnreclaim`, which such reads do not touch. It lacks inodes and entries: a quarter less, 6.2 KB a connection.
 */
export function slabGauge(proc: Proc): GaugeValues {
	const caches = parseSlabInfo(proc.read('slabinfo') ?? '', proc.units().pageKb);
	if (caches.has('sock_inode_cache')) {
		const entry = caches.get('dentry')?.kbPerObject ?? 0;
		let sum = (caches.get('sock_inode_cache')?.objects ?? 0) * entry;
		for (const [name, cache] of caches) if (socketCaches.has(name)) sum += cache.kb;
		return { slabKb: Math.round(sum) };
	}
	return known({ slabKb: numberAfter(proc.read('meminfo') ?? '', 'SUnreclaim') });
}

interface SlabCache {
	/** Objects in use; a slab that a CPU is filling counts as full. */
	readonly objects: number;
	readonly kb: number;
	readonly kbPerObject: number;
}

/** Version 2.1: name, active objects, objects, object size, objects per slab, pages per slab, …, `slabdata`, active, slabs. */
function parseSlabInfo(text: string, pageKb: number): ReadonlyMap<string, SlabCache> {
	const caches = new Map<string, SlabCache>();
	for (const line of text.split('\n')) {
		const fields = line.split(/\s+/);
		const [name, objects, , , perSlab, pages] = fields;
		const slabs = fields[14];
		if (name === undefined || slabs === undefined || !(socketCaches.has(name) || name === 'dentry')) continue;
		const kbPerSlab = Number(pages) * pageKb;
		caches.set(name, {
			objects: Number(objects),
			kb: Number(slabs) * kbPerSlab,
			kbPerObject: kbPerSlab / Number(perSlab),
		});
	}
	return caches;
}

/** What this machine's /proc offers, for `doctor` and the environment. */
export interface ProcFeatures {
	/** RSS and CPU time of processes. */
	readonly processes: boolean;
	/** PSS and USS. */
	readonly smapsRollup: boolean;
	/** Kernel memory by kind of object. */
	readonly slabInfo: boolean;
}

export function procFeatures(proc: Proc = systemProc): ProcFeatures {
	return {
		processes: proc.read('self/stat') !== undefined,
		smapsRollup: numberAfter(proc.read('self/smaps_rollup') ?? '', 'Pss') !== undefined,
		slabInfo: proc.read('slabinfo')?.includes('sock_inode_cache') === true,
	};
}
