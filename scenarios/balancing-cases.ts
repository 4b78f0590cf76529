import { type BalanceMethod, type ProxyName, proxyTitles } from '../bench/model/path.ts';
import type { Case, Size } from '../bench/model/scenario.ts';
import type { Arrival, Target } from '../bench/model/target.ts';

/** A way to find the right process: a method of the proxy, with what it needs of clients and servers. */
export interface Way {
	readonly id: string;
	readonly title: string;
	readonly balance: BalanceMethod;
	/** Whether it looks for whose a request is: the id of a session, a cookie, an address. */
	readonly kind: 'even' | 'sticky' | 'store';
	/** The proxies that have it. */
	readonly by: readonly ProxyName[];
	readonly size?: Partial<Size>;
	/** What a chooser must know of it beside its figures. */
	readonly note?: string;
	/** Which clients it means something to; absent: all. */
	readonly arms?: NonNullable<Case['arms']>;
}

const everywhere = ['embedded', 'nginx', 'haproxy'] as const satisfies ProxyName[];
const baseOf = ({ base }: Target): string => base;

/** Without a session there is nothing that an id could name, nor a cookie keep. */
const withSessions = (arms: readonly Target[]) => arms.filter((arm) => ['sse', 'stateful'].includes(baseOf(arm)));
/** Of the reference servers this one can keep its sessions elsewhere. */
const shareable = (arms: readonly Target[]) => arms.filter((arm) => baseOf(arm) === 'stateful');

export const ways: readonly Way[] = [
	{ id: 'round-robin', title: 'round robin', balance: 'round_robin', kind: 'even', by: everywhere },
	{ id: 'random', title: 'random', balance: 'random', kind: 'even', by: everywhere },
	{ id: 'least-connections', title: 'least connections', balance: 'least_connections', kind: 'even', by: everywhere },
	{
		id: 'source-address',
		title: 'source address',
		balance: 'source_address',
		kind: 'sticky',
		by: everywhere,
		note:
			'By source address clients of one address are all on one server: its death takes all of them or none, and which of the two it is ' +
			'says nothing of the proxy.',
	},
	{
		id: 'session-hash',
		title: 'hash of the session’s id',
		balance: 'session_hash',
		kind: 'sticky',
		by: everywhere,
		arms: withSessions,
	},
	{
		id: 'cookie',
		title: 'cookie, clients drop it',
		balance: 'cookie',
		kind: 'sticky',
		by: everywhere,
		arms: withSessions,
	},
	{
		id: 'cookie-jar',
		title: 'cookie, clients keep it',
		balance: 'cookie',
		kind: 'sticky',
		by: everywhere,
		size: { client: { cookies: true } },
		// docs.aws.amazon.com, elasticloadbalancing: sticky sessions; docs.cloud.google.com, run/docs/configuring/session-affinity.
		note:
			'By cookie is the way that AWS Application Load Balancer (stickiness) and, as best effort, Cloud Run (session affinity) offer. ' +
			'Clients on the official SDKs drop the cookie unless their application gives them a fetch that keeps it: that of Node has no jar.',
		arms: withSessions,
	},
	{
		id: 'stick-table',
		title: 'stick table',
		balance: 'stick_table',
		kind: 'sticky',
		by: ['embedded', 'haproxy'],
		arms: withSessions,
	},
	{
		id: 'instance-in-id',
		title: 'instance in the id',
		balance: 'instance_in_id',
		kind: 'sticky',
		by: everywhere,
		arms: withSessions,
	},
	{
		id: 'shared-store',
		title: 'round robin, Redis store',
		balance: 'round_robin',
		kind: 'store',
		by: everywhere,
		size: { sessionStore: 'redis' },
		arms: shareable,
	},
];

export const arrivals = ['in-turn', 'at-once'] as const satisfies Arrival[];
const arrivalWords: Readonly<Record<Arrival, string>> = { 'in-turn': 'in turn', 'at-once': 'at once' };

export function caseIdOf(way: Pick<Way, 'id'>, by: ProxyName, arrival: Arrival): string {
	return `${way.id}-${by}-${arrival}`;
}

/**
 * A way behind each proxy that has it.
 * @param comings how its clients come
 */
export function casesOf(way: Way, comings: readonly Arrival[] = arrivals): readonly Case[] {
	const { id, title, balance, by, size = {}, note, arms } = way;
	return by.flatMap((proxy) =>
		comings.map((arrival): Case => {
			const words = arrivalWords[arrival];
			return {
				id: caseIdOf(way, proxy, arrival),
				title: `${title}, ${proxyTitles[proxy]}, clients ${words}`,
				size: { ...size, path: { kind: 'proxy', by: proxy, balance }, client: { ...size.client, arrival } },
				at: {
					...{ row: `${title}, ${words}`, short: `${id}, ${words}`, group: title },
					column: proxyTitles[proxy],
					...(note && { note }),
				},
				...(arms && { arms }),
			};
		}),
	);
}
