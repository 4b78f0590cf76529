import { freePort, isPortFree } from './fleet/port.ts';
import { startTarget, type TargetProcess } from './fleet/target.ts';
import { findTool } from './fleet/tools.ts';
import { Unavailable } from './model/unavailable.ts';

const program = 'redis-server';
const missing = `Redis is not installed: \`apt-get install ${program}\` brings it. Skipped: what is measured with a shared session store.`;
const readyWithinMs = 5000;
/** Somebody else may take a port in the moment between looking and listening. */
const mostStarts = 5;

/** Where several processes of a target keep their sessions, for the length of a trial: a real Redis with nothing on disk. */
export interface SessionStoreProcess extends Pick<TargetProcess, 'exited' | 'kill' | 'pids' | 'readyUs' | 'cpus'> {
	/** As the servers' flag `--session-store` takes it. */
	readonly url: string;
}

/**
 * Starts Redis on a port of its own. It lives in memory alone: nothing is saved, and nothing is read.
 * @param folder where it may work; it writes nothing there
 * @param choosePort gives a port to try
 * @throws Unavailable where it is not installed. @throws StartError
 */
export async function startSessionStore(
	folder: string,
	cpus: readonly number[] = [],
	choosePort: () => Promise<number> = freePort,
): Promise<SessionStoreProcess> {
	const file = findTool(program);
	if (file === null) throw new Unavailable(missing);
	for (let attempt = 1; ; attempt += 1) {
		const port = await choosePort();
		const url = `redis://127.0.0.1:${port}`;
		const flags = `--port ${port} --bind 127.0.0.1 --save '' --appendonly no --dir ${quoted(folder)} --loglevel warning`;
		const command = `exec ${quoted(file)} ${flags}`;
		try {
			const server = { kind: 'command', command, url } as const;
			return { ...(await startTarget({ server, cpus, readyMs: readyWithinMs, own: true })), url };
		} catch (error) {
			// Redis says on stdout why it does not listen: whether the port is taken is seen from the port.
			if (attempt === mostStarts || (await isPortFree(port))) throw error;
		}
	}
}

/** Why no session store can be started on this machine, in one sentence; undefined where it is installed. */
export function whyNoSessionStore(): string | undefined {
	return findTool(program) === null ? missing : undefined;
}

/** A word for the shell. */
function quoted(word: string): string {
	return `'${word.replaceAll("'", "'\\''")}'`;
}
