import { type Proc, systemProc } from './proc.ts';

/** What the system allows a process. */
export interface Limits {
	/** Open descriptors of one process. Node raises its own soft limit to the hard one when it starts. */
	readonly fdLimit: { readonly soft: number; readonly hard: number };
	/** How many ports the system hands out to outgoing connections, for each pair of source and destination. */
	readonly ephemeralPorts: number;
	/** The first and the last of them. */
	readonly ephemeralRange: readonly [first: number, last: number];
}

/** What is assumed about ports where the system does not tell: the range of IANA. */
const ianaRange = [49_152, 65_535] as const;

/** What Linux allows a process that has no limit (`fs.nr_open`), and what is assumed where there is no /proc to ask. */
const linuxFdMaximum = 1_048_576;
const unknownFdLimit = 10_240;

export function limits(proc: Proc = systemProc): Limits {
	const files = /^Max open files\s+(\S+)\s+(\S+)/m.exec(proc.read('self/limits') ?? '');
	const range = (proc.read('sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number);
	const [first = Number.NaN, last = Number.NaN] = range;
	const ephemeralRange = first <= last ? ([first, last] as const) : ianaRange;
	return {
		fdLimit: { soft: limit(files?.[1]), hard: limit(files?.[2]) },
		ephemeralPorts: ephemeralRange[1] - ephemeralRange[0] + 1,
		ephemeralRange,
	};
}

function limit(text: string | undefined): number {
	if (text === undefined) return unknownFdLimit;
	return text === 'unlimited' ? linuxFdMaximum : Number(text);
}
