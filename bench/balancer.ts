import type { PathControl } from './faults/fault.ts';
import { type ServerProcess, startServer } from './fleet/server.ts';
import { readyWithinMs } from './limits.ts';
import type { BalancerOrder, BalancerState } from './path/control.ts';

/** The embedded balancer between swarm and target, as a process of the trial. */
export interface Balancer
	extends Required<PathControl>,
		Pick<ServerProcess, 'pid' | 'cpus' | 'readyUs' | 'exited' | 'kill'> {
	/** Where clients reach a server through it: the balancer's address with the server's own path. */
	urlFor(serverUrl: string): string;
	state(): Promise<BalancerState>;
}

/**
 * Starts the balancer before these servers. It shares the target's CPUs: what stands in the path is part of what is measured,
 * while the swarm's CPUs must be the swarm's alone, because a generator that waits makes a trial invalid.
 * @throws StartError
 */
export async function startBalancer(serverUrls: readonly string[], cpus: readonly number[]): Promise<Balancer> {
	const server = await startServer({
		role: 'path',
		server: { kind: 'node', file: 'bench/path/balancer-process.ts', args: [] },
		cpus,
		readyMs: readyWithinMs,
	});
	const { pid, readyUs, exited, kill } = server;
	const tell = async (order: BalancerOrder): Promise<BalancerState> => server.ask<BalancerState>(order, order.do);
	const balancer: Balancer = {
		pid,
		cpus: server.cpus,
		readyUs,
		exited,
		kill,
		urlFor: (serverUrl) => {
			const { pathname, search } = new URL(serverUrl);
			return new URL(pathname + search, server.url).href;
		},
		turnTo: async (urls) => void (await tell({ do: 'backends', urls })),
		register: async (n, on) => void (await tell({ do: 'register', n, on })),
		down: async (on) => void (await tell({ do: 'down', on })),
		halfOpen: async (on) => void (await tell({ do: 'half-open', on })),
		state: () => tell({ do: 'state' }),
	};
	try {
		await balancer.turnTo(serverUrls);
	} catch (error) {
		await kill();
		throw error;
	}
	return balancer;
}
