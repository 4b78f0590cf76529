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

const title = 'HAProxy';
const methods = [
	'round_robin',
	'random',
	'least_connections',
	'source_address',
	'session_hash',
	'cookie',
	'stick_table',
	'instance_in_id',
] as const satisfies BalanceMethod[];

/** How often it looks whether a server is there: without `check` and `redispatch` it never leaves a dead one. */
const checkMs = 500;

/** HAProxy, one master and one worker. Without limits its times, which must be given, are set to a day. */
export const haproxy: ProxyProgram = {
	name: 'haproxy',
	title,
	debianPackage: 'haproxy',
	file: 'haproxy.cfg',
	hasWorker: true,
	// The master executes itself anew once it has forked its worker, and what came before its handlers were there is gone.
	dropsEarlySignals: true,
	reload: 'SIGUSR2',
	drain: 'SIGUSR1',
	run: (file) => ['-W', '-db', '-f', file],
	check: (file) => ['-c', '-q', '-f', file],
	configure(sites) {
		refuseFaults(sites, title);
		return `global
	nbthread 1
	maxconn 8000
defaults
	mode http
	option http-no-delay
	option redispatch 1
	retries 3
	timeout connect 2s
	timeout client ${neverS}s
	timeout http-keep-alive 75s
	default-server inter ${checkMs}ms fastinter 100ms fall 2 rise 1
${sites.map(siteText).join('')}`;
	},
};

function siteText(site: Site, n: number): string {
	const { path, port, servers } = site;
	const { limits = {} } = path;
	refuseLimits(limits, title, {
		maxDurationMs: 'nothing in version 2.6 limits a whole answer',
		maxBytes: 'nothing in it limits the size of an answer',
		buffering: 'it passes answers on as they come',
	});
	const readMs = readTimeoutMs(limits, title, { directive: 'timeout server', onFirstByte: 504, onIdle: 'fin' });
	const method = balanceOf(site, title, methods, 'it is not known to this version');
	const session = `	http-request set-var(txn.session) req.hdr(Mcp-Session-Id)
	http-request set-var(txn.session) url_param(sessionId) unless { var(txn.session) -m found }
`;
	const check = servers.length > 1 ? ' check' : '';
	const cookie = method === 'cookie';
	return `frontend front${n}
	bind 127.0.0.1:${port}
	default_backend back${n}
backend back${n}
	timeout server ${readMs === undefined ? `${neverS}s` : `${readMs}ms`}
${method === undefined ? '' : `${session}${balanceText(method, servers.length)}`}${servers
	.map((url, s) => `	server s${s} ${authorityOf(url)}${check}${cookie ? ` cookie ${s}` : ''}\n`)
	.join('')}`;
}

function balanceText(method: (typeof methods)[number], servers: number): string {
	switch (method) {
		case 'round_robin':
			return '	balance roundrobin\n';
		case 'random':
			return '	balance random\n';
		case 'least_connections':
			return '	balance leastconn\n';
		case 'source_address':
			return '	balance source\n	hash-type consistent\n';
		case 'session_hash':
			// Without an id there is nothing to hash, and HAProxy goes round its ring: in turn on the whole, not to the request.
			return '	balance hash var(txn.session)\n	hash-type consistent\n';
		case 'cookie':
			return `	balance roundrobin\n	cookie ${stickyCookie} insert indirect nocache\n`;
		case 'stick_table':
			// It cannot read an event stream: a server whose id stands in the body must also send it as a header.
			return `	balance roundrobin
	stick-table type string len 128 size 100k expire 30m
	stick store-response res.hdr(Mcp-Session-Id)
	stick match var(txn.session)
`;
		case 'instance_in_id':
			return `	balance roundrobin\n${Array.from({ length: servers }, (_, n) => `	use-server s${n} if { var(txn.session) -m end .${n} }\n`).join('')}`;
	}
}
