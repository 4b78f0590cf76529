import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes of a group, its leader first: what a command line really runs is often a child of a child. */
export function groupMembers(groupId: number, procRoot = '/proc'): number[] {
	const members: number[] = [];
	for (const pid of pids(procRoot)) {
		const stat = read(`${procRoot}/${pid}/stat`);
		// State, parent, group: the three fields after the command, which stands in parentheses.
		const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (Number(group) === groupId && state !== 'Z') members.push(pid);
	}
	return members.sort((a, b) => Number(b === groupId) - Number(a === groupId));
}

/** Whether a process is gone, or has ended and waits to be collected. */
export function isOver(pid: number, procRoot = '/proc'): boolean {
	const stat = read(`${procRoot}/${pid}/stat`);
	const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
	return state === '' || state === 'Z' || state === 'X';
}

/**
 * The process that listens on a TCP port of a loopback address, or undefined where it cannot be seen (another user's,
 * another namespace).
 */
export function listenerOf(host: string, port: number, procRoot = '/proc'): number | undefined {
	const inodes = listenersOf(host, port, `${procRoot}/net`);
	if (inodes.size === 0) return undefined;
	return pids(procRoot).find((pid) => holdsSocket(`${procRoot}/${pid}/fd`, inodes));
}

/** Whether a process listens there and is none of the group; false where that cannot be seen. */
export function isForeign(groupId: number, host: string, port: number, procRoot = '/proc'): boolean {
	const inodes = listenersOf(host, port, `${procRoot}/net`);
	if (inodes.size === 0) return false;
	return !groupMembers(groupId, procRoot).some((pid) => holdsSocket(`${procRoot}/${pid}/fd`, inodes));
}

/** Whether somebody listens on a TCP port of a loopback address, in the network whose tables lie in this folder. */
export function isListening(host: string, port: number, netFolder: string): boolean {
	return listenersOf(host, port, netFolder).size > 0;
}

/** The inodes of the sockets that listen there. */
function listenersOf(host: string, port: number, netFolder: string): ReadonlySet<string> {
	const tables = ['tcp', 'tcp6'].map((table) => read(`${netFolder}/${table}`));
	return new Set(tables.flatMap((table) => listeningInodes(table, addressesOf(host), port)));
}

const listening = '0A';

/** How the kernel writes the addresses that a connection to this host may reach: words of four bytes, least byte first. */
function addressesOf(host: string): ReadonlySet<string> {
	const v4 = (address: string) =>
		address
			.split('.')
			.reverse()
			.map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'))
			.join('');
	const name = host === 'localhost' ? '127.0.0.1' : host;
	const mapped = '0000000000000000FFFF0000';
	const any = ['00000000', '0'.repeat(32)];
	const v6Loopback = '00000000000000000000000001000000';
	if (name === '::1') return new Set([...any, v6Loopback]);
	return new Set([...any, v4(name), mapped + v4(name), ...(host === 'localhost' ? [v6Loopback] : [])]);
}

/** Lines of /proc/net/tcp: number, local address:port in hex, remote, state, …, inode as the tenth field. */
function listeningInodes(table: string, addresses: ReadonlySet<string>, port: number): string[] {
	const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
	return table.split('\n').flatMap((line) => {
		const fields = line.trim().split(/\s+/);
		const [address = '', localPort] = fields[1]?.split(':') ?? [];
		const isOurs = localPort === hexPort && addresses.has(address) && fields[3] === listening;
		return isOurs && fields[9] ? [fields[9]] : [];
	});
}

function holdsSocket(folder: string, inodes: ReadonlySet<string>): boolean {
	try {
		return readdirSync(folder).some((fd) => {
			const link = readlinkSync(`${folder}/${fd}`);
			return link.startsWith('socket:[') && inodes.has(link.slice(8, -1));
		});
	} catch {
		// Another user's process, or one that has just ended.
		return false;
	}
}

function pids(procRoot: string): number[] {
	try {
		return readdirSync(procRoot)
			.filter((name) => /^\d+$/.test(name))
			.map(Number);
	} catch {
		return [];
	}
}

function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
