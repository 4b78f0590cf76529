import type { BalanceMethod } from '../../model/path.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { stickyCookie } from '../session-name.ts';
import { authorityOf, balanceOf, type ProxyProgram, refuseFaults, refuseLimits, type Site } from './program.ts';

const title = 'Caddy';
const methods = [
	'round_robin',
	'random',
	'least_connections',
	'source_address',
	'cookie',
] as const satisfies BalanceMethod[];

/** Within its folder, so that no port is taken and no other user can speak to it. */
const adminSocket = 'unix/admin.sock';

/** Caddy. It has no limit unless one is given, and ends an answer that was silent too long as if it were whole. */
export const caddy: ProxyProgram = {
	name: 'caddy',
	title,
	debianPackage: 'caddy',
	file: 'Caddyfile',
	hasWorker: false,
	reload: (file) => ['reload', '--config', file, '--adapter', 'caddyfile', '--address', adminSocket],
	drain: 'SIGTERM',
	environment: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
	run: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
	check: (file) => ['validate', '--config', file, '--adapter', 'caddyfile'],
	configure(sites) {
		refuseFaults(sites, title);
		return `{
	admin ${adminSocket}
	auto_https off
	log {
		output stderr
		level ERROR
	}
	servers {
		protocols h1
	}
}
${sites.map(siteText).join('')}`;
	},
};

function siteText(site: Site): string {
	const { path, port, servers } = site;
	const { limits = {} } = path;
	refuseLimits(limits, title, {
		maxDurationMs: 'its write_timeout takes effect at the next write only, which a silent stream does not have',
		maxBytes: 'nothing in it limits the size of an answer',
	});
	const { firstByteMs, onFirstByte = 504, idleMs, onIdle = 'fin', buffering } = limits;
	if (firstByteMs !== undefined && onFirstByte !== 504) {
		throw new Unavailable(`${title} answers 504 at response_header_timeout, it cannot answer ${onFirstByte}.`);
	}
	if (idleMs !== undefined && onIdle !== 'clean') {
		throw new Unavailable(`${title} ends by clean at read_timeout, it cannot end by ${onIdle}.`);
	}
	if (buffering === 'fill') {
		throw new Unavailable(`${title} buffers an answer to its end or not at all; take buffering full.`);
	}
	const method = balanceOf(site, title, methods, 'it hashes one header only, and learns nothing from answers');
	const policy = {
		round_robin: 'round_robin',
		random: 'random',
		least_connections: 'least_conn',
		source_address: 'ip_hash',
		cookie: `cookie ${stickyCookie}`,
	}[method ?? 'round_robin'];
	return `http://:${port} {
	bind 127.0.0.1
	reverse_proxy ${servers.map(authorityOf).join(' ')} {
		lb_policy ${policy}
		${servers.length > 1 ? 'fail_duration 10s' : ''}
		${buffering === 'full' ? 'buffer_responses' : ''}
		transport http {
			keepalive 4s
			${firstByteMs === undefined ? '' : `response_header_timeout ${firstByteMs}ms`}
			${idleMs === undefined ? '' : `read_timeout ${idleMs}ms`}
		}
	}
}
`;
}
