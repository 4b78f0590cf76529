import type { BalanceMethod } from '../../model/path.ts';
import { stickyCookie } from '../session-name.ts';
import {
	authorityOf,
	balanceOf,
	neverS,
	type ProxyProgram,
	readTimeoutMs,
	refuseFaults,
	refuseLimits,
	type Site,
} from './program.ts';

const title = 'nginx';
const methods = [
	'round_robin',
	'random',
	'least_connections',
	'source_address',
	'session_hash',
	'cookie',
	'instance_in_id',
] as const satisfies BalanceMethod[];

/**
 * nginx, one master and one worker. A server that failed is put aside for 10 s (`fail_timeout`), its default.
 * - Without limits its `proxy_read_timeout`, 60 s by default, is set to a day.
 * - `buffering: 'fill'` is what it does by default before version 1.29.7: HTTP/1.0 to the server, and buffers.
 */
export const nginx: ProxyProgram = {
	name: 'nginx',
	title,
	debianPackage: 'nginx',
	file: 'nginx.conf',
	hasWorker: true,
	reload: 'SIGHUP',
	drain: 'SIGQUIT',
	run: (file, { folder }) => ['-p', folder, '-e', 'stderr', '-c', file],
	check: (file, folder) => ['-t', '-q', '-p', folder, '-e', 'stderr', '-c', file],
	configure(sites, { folder, uid }) {
		refuseFaults(sites, title);
		return `daemon off;
worker_processes 1;
${uid === 0 ? 'user root;\n' : ''}pid "${folder}/nginx.pid";
error_log stderr error;
events { worker_connections 8192; }
http {
	access_log off;
	server_tokens off;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path "${folder}/${of}";`).join('\n\t')}
	proxy_buffer_size 4k;
	proxy_buffers 8 4k;
	proxy_busy_buffers_size 8k;
	# How a client's request names its session: by a header, or in the query.
	map $http_mcp_session_id $session { default $http_mcp_session_id; "" $arg_sessionId; }
${sites.map(siteText).join('\n')}
}
`;
	},
};

function siteText(site: Site, n: number): string {
	const { path, port, servers } = site;
	const { limits = {} } = path;
	refuseLimits(limits, title, {
		maxDurationMs: 'nothing in it limits a whole answer',
		maxBytes: 'nothing in it limits the size of an answer',
	});
	const readMs = readTimeoutMs(limits, title, { directive: 'proxy_read_timeout', onFirstByte: 504, onIdle: 'fin' });
	if (limits.buffering === 'full')
		refuseLimits(limits, title, { buffering: 'it fills its buffers, and passes them on' });
	const method = balanceOf(site, title, methods, 'only NGINX Plus learns sessions from answers');
	const pool = `site${n}`;
	return `${upstreams(pool, servers, method)}
	server {
		listen 127.0.0.1:${port};
		location / {
			proxy_pass http://${method === 'cookie' || method === 'instance_in_id' ? `$${pool}` : pool};
			proxy_http_version ${limits.buffering ? '1.0' : '1.1'};
			proxy_set_header Connection ${limits.buffering ? 'close' : '""'};
			proxy_set_header Host $http_host;
			proxy_buffering ${limits.buffering ? 'on' : 'off'};
			proxy_read_timeout ${readMs === undefined ? `${neverS}s` : `${readMs}ms`};
			proxy_send_timeout ${neverS}s;
			client_max_body_size 0;
			${method === 'cookie' ? `add_header Set-Cookie "${stickyCookie}=$${pool}_server; Path=/" always;` : ''}
		}
	}`;
}

/** The servers of a site, and for some methods how a request finds the one that it belongs to. */
function upstreams(pool: string, servers: readonly string[], method: (typeof methods)[number] | undefined): string {
	const authorities = servers.map(authorityOf);
	const directive = {
		round_robin: '',
		random: 'random;',
		least_connections: 'least_conn;',
		source_address: 'hash $remote_addr consistent;',
		// Without an id the key is empty, and nginx takes the servers in turn.
		session_hash: 'hash $session consistent;',
		cookie: '',
		instance_in_id: '',
	}[method ?? 'round_robin'];
	// Kept a little shorter than Node's servers keep theirs, so that no request meets a connection that is being closed.
	const kept = 'keepalive 64; keepalive_timeout 4s;';
	const all = authorities.map((authority) => `server ${authority};`).join(' ');
	const common = `	upstream ${pool} { ${directive} ${all} ${kept} }`;
	if (method !== 'cookie' && method !== 'instance_in_id') return common;
	// A pool for each server: that one first, the others where it is down.
	const pools = authorities.map((_, own) => {
		const members = authorities.map((authority, n) => `server ${authority}${n === own ? '' : ' backup'};`).join(' ');
		return `	upstream ${pool}_${own} { ${members} ${kept} }`;
	});
	const [source, pattern] =
		method === 'cookie'
			? [`$cookie_${stickyCookie}`, (n: number) => `"${n}"`]
			: ['$session', (n: number) => `"~\\.${n}$"`];
	const choice = authorities.map((_, n) => `${pattern(n)} ${pool}_${n};`).join(' ');
	const named = authorities.map((authority, n) => `"~${escaped(authority)}$" ${n};`).join(' ');
	return [
		common,
		...pools,
		`	map ${source} $${pool} { default ${pool}; ${choice} }`,
		// The last of those that were tried is the one that answered.
		...(method === 'cookie' ? [`	map $upstream_addr $${pool}_server { default ""; ${named} }`] : []),
	].join('\n');
}

function escaped(text: string): string {
	return text.replace(/[.[\]]/g, '\\$&');
}
