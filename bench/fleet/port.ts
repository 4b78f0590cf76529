import { createServer } from 'node:net';

/**
 * Servers listen below the range from which systems hand out the ports of outgoing connections (Linux: 32768 and up).
 * Otherwise a client that retries while the server is dead may be given the server's own port: it then connects to
 * itself, and the server cannot come back.
 */
export const serverPorts = { first: 20_000, count: 10_000 } as const;

// Start somewhere else in every process, so that harnesses that run side by side rarely meet: far apart also where their numbers follow.
let next = (process.pid * 6181) % serverPorts.count;

/** A port on 127.0.0.1 that was free a moment ago; each call of a process gives another one. */
export async function freePort(): Promise<number> {
	for (let attempt = 0; attempt < 100; attempt += 1) {
		const port = serverPorts.first + next;
		next = (next + 1) % serverPorts.count;
		if (await isPortFree(port)) return port;
	}
	throw new Error(`No free port found from ${serverPorts.first} to ${serverPorts.first + serverPorts.count - 1}.`);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(false));
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}
