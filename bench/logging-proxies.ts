import { type BrowserFiles, browserFiles } from './browser-files.ts';
import { freePort } from './fleet/port.ts';
import { findTool, runTool } from './fleet/tools.ts';
import type { BrowserScene, ProxyPlace } from './model/browser.ts';
import type { Listener } from './path/listener.ts';
import { haproxy } from './path/real/haproxy.ts';
import { nginx } from './path/real/nginx.ts';
import { authorityOf, neverS, type ProxyProgram, type Site } from './path/real/program.ts';
import type { ProxyHost } from './proxy.ts';
import { startRealProxy, whyNoProxy } from './real-proxy.ts';
import type { Stage } from './stage.ts';

/** nginx with the logs that it keeps where nobody says otherwise: `combined`, and errors of the level `error`. */
export function loggingNginx({ nginxLog, nginxErrors }: Pick<BrowserFiles, 'nginxLog' | 'nginxErrors'>): ProxyProgram {
	return {
		...nginx,
		configure: (sites, { folder, uid }) => `daemon off;
worker_processes 1;
${uid === 0 ? 'user root;\n' : ''}pid "${folder}/nginx.pid";
error_log "${nginxErrors}";
events { worker_connections 512; }
http {
	access_log "${nginxLog}";
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path "${folder}/${of}";`).join('\n\t')}
${sites.map(({ port, servers }) => `	server { listen 127.0.0.1:${port}; location / { proxy_pass http://${authorityOf(servers[0] ?? '')}; } }`).join('\n')}
}
`,
	};
}

const haproxyPlaces = ['haproxy-http', 'haproxy-tcp', 'haproxy-plain'] as const satisfies ProxyPlace[];

/** What differs between its frontends: the format of their lines. */
const formats: Readonly<Record<(typeof haproxyPlaces)[number], string>> = {
	'haproxy-http': '\toption httplog\n',
	'haproxy-tcp': '\tmode tcp\n\toption tcplog\n',
	'haproxy-plain': '',
};

/** HAProxy with a frontend for each format, whose name stands in its lines; it sends them to this UDP port. */
export function loggingHaproxy(syslogPort: number): ProxyProgram {
	const siteText = ({ port, servers }: Site, n: number) => {
		const place = haproxyPlaces[n] ?? 'haproxy-plain';
		return `frontend ${place}
	bind 127.0.0.1:${port}
${formats[place]}	default_backend back${n}
backend back${n}
${place === 'haproxy-tcp' ? '\tmode tcp\n' : ''}	server s0 ${authorityOf(servers[0] ?? '')}
`;
	};
	return {
		...haproxy,
		configure: (sites) => `global
	nbthread 1
	maxconn 1000
	log 127.0.0.1:${syslogPort} local0
defaults
	mode http
	log global
	timeout connect 2s
	timeout client ${neverS}s
	timeout server ${neverS}s
${sites.map(siteText).join('')}`,
	};
}

type Started = Pick<BrowserScene, 'through' | 'versions' | 'leftOut'>;

/** Starts those that this machine has before the reference server, each as its maker's defaults have it log. */
export async function startLoggingProxies(stage: Stage, server: string, syslogPort: number): Promise<Started> {
	const { partsFolder, placement, plan } = stage.spec;
	const host: ProxyHost = {
		cpus: placement.target,
		partsFolder,
		originUs: stage.meeting.originUs,
		seed: plan.seed,
	};
	const listener = (by: 'nginx' | 'haproxy', to = server): Listener => ({
		path: { kind: 'proxy', by },
		place: 0,
		servers: [to],
	});
	const start = async (by: 'nginx' | 'haproxy'): Promise<Started['through']> => {
		if (by === 'haproxy') {
			const listeners = haproxyPlaces.map(() => listener(by));
			const { urls } = await stage.own(startRealProxy(loggingHaproxy(syslogPort), listeners, host));
			return Object.fromEntries(haproxyPlaces.map((place, n) => [place, urls[n]]));
		}
		const nobody = new URL(server);
		nobody.port = String(await freePort());
		const listeners = [listener(by), listener(by, nobody.href)];
		const program = loggingNginx(browserFiles(partsFolder));
		const { urls } = await stage.own(startRealProxy(program, listeners, host));
		return { 'nginx-log': urls[0] ?? '', 'nginx-error': urls[1] ?? '' };
	};
	const found = (['nginx', 'haproxy'] as const).filter((name) => findTool(name) !== null);
	const through = await Promise.all(found.map(start));
	const versions = await Promise.all(found.map(async (name) => [name, await versionOf(name)] as const));
	return {
		through: Object.assign({}, ...through),
		versions: Object.fromEntries(versions),
		leftOut: (['nginx', 'haproxy'] as const).flatMap((name) => whyNoProxy(name) ?? []),
	};
}

/** `1.22.1`, from what the program says of itself. */
async function versionOf(name: string): Promise<string> {
	const said = await runTool(name, ['-v']);
	return /\d+\.\d+\.\d+/.exec(said?.text ?? '')?.[0] ?? 'unknown';
}
