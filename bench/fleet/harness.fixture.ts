/** A harness in small: starts children of every difficult kind, prints their pids, and waits to be killed. */
import { fileURLToPath } from 'node:url';
import { startChild } from './child.ts';
import { guard } from './guard.ts';
import { startServer } from './server.ts';

const stubbornFile = fileURLToPath(new URL('./fixtures/stubborn.ts', import.meta.url));

function startStubborn(...args: string[]): Promise<number[]> {
	return new Promise((resolve) => {
		startChild({
			role: 'target',
			file: stubbornFile,
			args,
			ipc: false,
			onStdoutLine: (line) => {
				const { pid, child } = JSON.parse(line) as { pid: number; child: number | null };
				resolve(child === null ? [pid] : [pid, child]);
			},
		});
	});
}

const server = await startServer({ server: { kind: 'node', file: 'bench/fleet/fixtures/server.ts', args: [] } });
const stopped = await startServer({ server: { kind: 'node', file: 'bench/fleet/fixtures/server.ts', args: [] } });
stopped.signal('SIGSTOP');
const pids = [server.pid, stopped.pid, ...(await startStubborn()), ...(await startStubborn('--child'))];
console.log(JSON.stringify({ pids, reaper: guard.reaperPid }));
if (process.argv.includes('--leave')) process.exit(0);
