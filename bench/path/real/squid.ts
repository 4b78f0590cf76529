import type { BalanceMethod, PathLimits } from '../../model/path.ts';
import { Unavailable } from '../../model/unavailable.ts';
import {
	balanceOf,
	neverS,
	type ProxyProgram,
	readTimeoutMs,
	refuseFaults,
	refuseLimits,
	type Site,
} from './program.ts';

const title = 'Squid';
const methods = ['round_robin', 'source_address'] as const satisfies BalanceMethod[];

/**
 * Squid as a reverse proxy without a cache, one process. Its times are for all listeners, in whole seconds, and its timer looks
 * once a second. Started as root it changes to its own user; nothing that it needs afterwards lies in its folder.
 */
export const squid: ProxyProgram = {
	name: 'squid',
	title,
	debianPackage: 'squid',
	file: 'squid.conf',
	hasWorker: false,
	reload: 'SIGHUP',
	// Its shared memory has a fixed name, stays when it is killed, and only its owner can take it over: one name for each user.
	run: (file, { uid }) => ['-N', '-d', '1', '-n', `bench${uid}`, '-f', file],
	check: (file) => ['-k', 'parse', '-f', file],
	configure(sites) {
		refuseFaults(sites, title);
		const limits = commonLimits(sites);
		refuseLimits(limits, title, {
			maxBytes: 'its reply_body_max_size goes by the announced length, which a stream does not have',
			buffering: 'it passes answers on as they come',
		});
		const readMs = readTimeoutMs(limits, title, { directive: 'read_timeout', onFirstByte: 504, onIdle: 'fin' });
		const { maxDurationMs, onMax = 'fin' } = limits;
		if (maxDurationMs !== undefined && onMax !== 'fin') {
			throw new Unavailable(`${title} ends by fin at client_lifetime, it cannot end by ${onMax}.`);
		}
		return `pid_filename none
access_log none
cache_log /dev/null
cache_store_log none
coredump_dir none
cache deny all
cache_mem 8 MB
pinger_enable off
icp_port 0
htcp_port 0
snmp_port 0
visible_hostname localhost
dns_nameservers 127.0.0.1
hosts_file none
via off
forwarded_for delete
client_persistent_connections on
server_persistent_connections on
pconn_timeout 4 seconds
connect_timeout 5 seconds
shutdown_lifetime 1 seconds
read_timeout ${seconds(readMs)} seconds
client_lifetime ${seconds(maxDurationMs)} seconds
never_direct allow all
http_access allow all
${sites.map(siteText).join('')}`;
	},
};

function siteText(site: Site, n: number): string {
	const { port, servers } = site;
	const method = balanceOf(site, title, methods, 'it chooses among parents by turns or by a hash of the address');
	const option = method && { round_robin: ' round-robin', source_address: ' sourcehash' }[method];
	const peers = servers.map((url, s) => {
		const { hostname, port: serverPort } = new URL(url);
		const name = `site${n}s${s}`;
		return `cache_peer ${hostname} parent ${serverPort || 80} 0 no-query no-digest no-netdb-exchange originserver name=${name}${option ?? ''}
cache_peer_access ${name} allow at${n}
cache_peer_access ${name} deny all
`;
	});
	return `http_port 127.0.0.1:${port} accel no-vhost defaultsite=127.0.0.1 name=site${n}
acl at${n} myportname site${n}
${peers.join('')}`;
}

/** @throws Unavailable for a part of a second */
function seconds(ms: number | undefined): number {
	if (ms === undefined) return neverS;
	if (ms % 1000 === 0) return ms / 1000;
	throw new Unavailable(`${title} counts in whole seconds: it cannot have a limit of ${ms} ms.`);
}

/** @throws Unavailable where listeners want different limits: Squid's are for all of them */
function commonLimits(sites: readonly Site[]): PathLimits {
	const [first = {}, ...others] = sites.map(({ path }) => path.limits ?? {});
	if (others.some((each) => JSON.stringify(each) !== JSON.stringify(first))) {
		throw new Unavailable(`${title} has one set of limits for all its listeners: give them the same ones.`);
	}
	return first;
}
