/** A harness in small: starts the proxies that are named, says where they are and which processes they are, and waits to be killed. */
import { monotonicUs } from './clock.ts';
import { guard } from './fleet/guard.ts';
import type { RealProxyName } from './path/real/program.ts';
import { proxyPrograms, startRealProxy } from './real-proxy.ts';

const [partsFolder = '', server = '', ...names] = process.argv.slice(2);
const host = { cpus: [], partsFolder, originUs: monotonicUs(), seed: 1 };
const proxies = await Promise.all(
	(names as RealProxyName[]).map((by) =>
		startRealProxy(proxyPrograms[by], [{ path: { kind: 'proxy', by }, place: 0, servers: [server] }], host),
	),
);
const urls = proxies.flatMap((proxy) => proxy.urls);
const pids = proxies.flatMap((proxy) => proxy.pids());
console.log(JSON.stringify({ urls, pids, reaper: guard.reaperPid }));
