/**
 * The last one out: a process of its own that reads from the harness which process groups it has started. When the pipe
 * ends, the harness is gone, however it went (SIGKILL included): every group still registered gets SIGKILL.
 *
 * It runs in a session of its own, so a terminal's Ctrl-C or hang-up does not reach it, and it ignores polite signals.
 */
import { applyLine, type Group, signalGroup } from './group.ts';

const groups = new Map<number, Group>();
let partial = '';

function read(chunk: string): void {
	const lines = (partial + chunk).split('\n');
	// A harness that died while writing leaves half a line: it never becomes an instruction.
	partial = lines.pop() ?? '';
	for (const line of lines) applyLine(groups, line);
}

function reap(): void {
	for (const group of groups.values()) signalGroup(group, 'SIGKILL');
	process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => {});
process.stdin.setEncoding('utf8').on('data', read).on('end', reap).on('error', reap);
