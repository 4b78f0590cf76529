import { freePort } from './fleet/port.ts';
import { type ServerProcess, startServer } from './fleet/server.ts';
import { readyWithinMs } from './limits.ts';
import type { PathFault } from './model/path-fault.ts';
import type { ProxyOrder, ProxyState } from './path/control.ts';
import { type Listener, type ListenerSpec, specOf, urlBehind } from './path/listener.ts';
import type { ProxyHost, ProxyProcess } from './proxy.ts';

/** Ports that somebody else took in the moment between looking and listening, for one listener. */
const mostBusyPorts = 20;

/** The embedded proxy between swarm and target, as a process of the trial. */
export interface EmbeddedProxy extends ProxyProcess {
	register(instance: number, on: boolean): Promise<void>;
	down(on: boolean): Promise<void>;
	halfOpen(on: boolean): Promise<void>;
	turnTo(urls: readonly string[]): Promise<void>;
	inflict(fault: PathFault, on: boolean): Promise<void>;
	/** The same of one listener only, by its number. */
	tell(order: ProxyOrder): Promise<ProxyState>;
	state(): Promise<ProxyState>;
}

/** @throws StartError */
export async function startEmbeddedProxy(listeners: readonly Listener[], host: ProxyHost): Promise<EmbeddedProxy> {
	const [first, ...others] = listeners;
	if (!first) throw new Error('a proxy needs a listener');
	const { cpus, partsFolder, originUs, seed, expected } = host;
	const listener = ['--listener', JSON.stringify(specOf(first, expected))];
	const trial = [`--seed=${seed}`, '--parts', partsFolder, '--origin-us', String(originUs)];
	const server = await startServer({
		role: 'path',
		server: { kind: 'node', file: 'bench/path/proxy-process.ts', args: [...listener, ...trial] },
		cpus,
		readyMs: readyWithinMs,
	});
	try {
		for (const each of others) await openListener(server, specOf(each, expected));
		const { listeners: opened } = await server.ask<ProxyState>({ do: 'state' }, 'state');
		const urls = opened.map(({ url }, n) => urlBehind(url, listeners[n]?.servers[0] ?? url));
		return embeddedProxy(server, urls);
	} catch (error) {
		await server.kill();
		throw error;
	}
}

async function openListener(server: ServerProcess, spec: ListenerSpec): Promise<void> {
	for (let attempt = 1; ; attempt += 1) {
		const order: ProxyOrder = { do: 'open', spec, port: await freePort() };
		try {
			await server.ask<ProxyState>(order, order.do);
			return;
		} catch (error) {
			const isBusy = (error as Error).message.includes('EADDRINUSE');
			if (!isBusy || attempt === mostBusyPorts) throw error;
		}
	}
}

function embeddedProxy(server: ServerProcess, urls: readonly string[]): EmbeddedProxy {
	const { pid, cpus, readyUs, exited, kill } = server;
	const tell = (order: ProxyOrder) => server.ask<ProxyState>(order, order.do);
	return {
		urls,
		pid,
		cpus,
		readyUs,
		exited,
		kill,
		turnTo: async (servers) => void (await tell({ do: 'backends', urls: servers })),
		register: async (n, on) => void (await tell({ do: 'register', n, on })),
		down: async (on) => void (await tell({ do: 'down', on })),
		halfOpen: async (on) => void (await tell({ do: 'half-open', on })),
		inflict: async (fault, on) => void (await tell({ do: 'inflict', key: JSON.stringify(fault), fault, on })),
		tell,
		state: () => tell({ do: 'state' }),
	};
}
