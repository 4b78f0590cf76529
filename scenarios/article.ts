import type { ArticlePart } from '../bench/model/article.ts';

/**
 * What the article says, part by part, in words of our own. Claims that a scenario decides are named by their ids; a statement that is
 * about several things at once rests on the findings about each. The closing table is all of that kind.
 */
export const article: readonly ArticlePart[] = [
	{
		title: 'How the two work',
		says: ['idle-descriptors', 'sse-keeps-state', 'streamable-without-state', 'channels'],
	},
	{
		title: 'The persistent connection',
		says: [
			'idle-memory-sse',
			'idle-memory-streamable',
			'sse-cannot-restart',
			'deploy-any-time',
			'restart-sse',
			'restart-streamable',
		],
	},
	{
		title: 'Load balancing',
		says: [
			'sse-sticky-sessions',
			'streamable-any-server',
			'death-goes-elsewhere',
			'session-hash-is-sticky',
			'sse-scales-vertically',
		],
	},
	{
		title: 'Authentication',
		says: [
			'auth-eventsource-header',
			'auth-sse-header',
			'auth-url-token',
			'auth-cookies',
			'auth-streamable-header',
			'auth-streamable',
			'auth-sse',
		],
	},
	{
		title: 'Infrastructure',
		says: [
			'infrastructure-short-lived',
			'lambda-sse',
			'lambda-streamable',
			'cloud-run-sse',
			'cloud-run-timeout',
			'cloud-run-streamable',
			'cloudflare-sse',
			'cloudflare-streamable',
			'api-gateway-sse',
			'api-gateway-streamable',
			'corporate-sse',
			'corporate-streamable',
			'heartbeats-rescue',
		],
	},
	{
		title: 'When SSE still makes sense',
		says: [
			'push-sse',
			'push-streamable',
			'auth-eventsource-simple',
			{
				id: 'existing-sse',
				text: 'Where SSE is in place already, a migration may not be worth it.',
				restsOn: ['sse-sticky-sessions', 'sse-cannot-restart'],
				unmeasured:
					'What a migration costs is a matter of somebody’s code and people, which no run can measure. What staying costs is measured: see the findings that this rests on.',
			},
			{
				id: 'single-server',
				text: 'With a single server SSE has no troubles left: they are those of scaling.',
				restsOn: [],
				against: ['restart-sse', 'sse-keeps-state'],
			},
		],
	},
	{
		title: 'The closing table',
		says: [
			{
				id: 'table-connection',
				text: 'Connection model: SSE holds a connection, Streamable HTTP asks and is answered.',
				restsOn: ['sse-keeps-state', 'streamable-without-state', 'idle-descriptors'],
			},
			{
				id: 'table-state',
				text: 'Server state: SSE must keep connections, Streamable HTTP can be without state.',
				restsOn: ['sse-keeps-state', 'streamable-without-state'],
			},
			{
				id: 'table-scaling',
				text: 'Scaling: SSE by bigger servers, Streamable HTTP by more of them.',
				restsOn: ['sse-scales-vertically', 'streamable-any-server'],
			},
			{
				id: 'table-balancing',
				text: 'Load balancing: SSE needs sticky sessions, Streamable HTTP goes without.',
				restsOn: ['streamable-any-server', 'sse-sticky-sessions'],
			},
			{
				id: 'table-auth',
				text: 'Authentication: awkward with SSE, native with Streamable HTTP.',
				restsOn: ['auth-sse-header', 'auth-streamable-header', 'auth-streamable'],
			},
			{
				id: 'table-infrastructure',
				text: 'Infrastructure: SSE fits some, Streamable HTTP fits all.',
				restsOn: [
					'infrastructure-short-lived',
					'lambda-streamable',
					'cloud-run-streamable',
					'cloudflare-streamable',
					'api-gateway-streamable',
					'corporate-streamable',
				],
			},
			{
				id: 'better-choice',
				text: 'For most new servers Streamable HTTP is the better choice: it scales better and suits today’s infrastructure as it comes.',
				restsOn: ['streamable-any-server', 'deploy-any-time', 'lambda-streamable', 'cloud-run-streamable'],
			},
		],
	},
];
