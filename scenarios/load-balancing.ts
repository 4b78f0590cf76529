import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { withInstances } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { arrivals, caseIdOf, casesOf, type Way, ways } from './balancing-cases.ts';
import { balancingClaims, instances } from './balancing-claims.ts';

const everyMs = 1000;
/** It dies when clients have had the time to call once or twice, and is back when those that wait 3 s have come again. */
const diesAtMs = 1200;
const deadMs = 5000;
const restMs = 300;

function size(clients: number, repeats: number, cases: readonly Case[]): Size {
	return {
		load: { kind: 'periodic', sessions: clients, everyMs, forMs: diesAtMs + deadMs + restMs },
		warmMs: 0,
		faults: [{ atMs: diesAtMs, fault: { kind: 'crash', restartAfterMs: deadMs, instance: 1 } }],
		repeats,
		ledger: true,
		numbered: true,
		mayStayClosed: true,
		slowCalls: { every: 5, ms: 600 },
		cases,
	};
}

const all = ways.flatMap((way) => casesOf(way));
/**
 * How clients come matters where requests without a name go in turn; to those that are kept in place from the first one on, or served by
 * any, it makes no difference.
 */
const inTurn = (way: Way) => way.kind === 'even' || ['cookie', 'session-hash'].includes(way.id);
const fewer = ways.flatMap((way) => casesOf(way, inTurn(way) ? arrivals : ['at-once']));
const smoke = ['round-robin', 'stick-table', 'shared-store'].map((id) => caseIdOf({ id }, 'embedded', 'in-turn'));

const axes = ['way to spread, clients', 'proxy'] as const;

export const loadBalancing: Scenario = {
	id: 'load-balancing',
	title: 'Load balancing',
	question:
		'Three servers behind a proxy: how must it spread requests so that every client is served, and what does it cost when one server dies?',
	method:
		'Three processes of a server stand behind the embedded proxy, the real nginx and the real HAProxy, which spread requests by every method that they have. ' +
		'Clients of a case come one after another, or all at once; each opens a session, calls, and then calls once a second, every fifth call ' +
		'taking 0.6 s. Then one process is killed (SIGKILL) and stays away for 5 s. All cases stand side by side before the same three ' +
		'processes; those with a shared store before three others and a Redis. Session ids carry the number of their process, and the SSE server ' +
		'names its session in a header too, which HAProxy needs to learn it. All clients have one address, as those behind one NAT do.',
	needs: ['restart', 'ledger'],
	arms: (targets) =>
		pick(targets, 'sse', 'stateful', 'stateless', 'modern-listen').map((target) => withInstances(target, instances)),
	sideBySide: true,
	atOnce: 4,
	sizes: {
		smoke: size(
			6,
			1,
			all.filter(({ id }) => smoke.includes(id)),
		),
		standard: size(6, 2, fewer),
		full: size(30, 5, all),
	},
	inProfiles: ['standard', 'full'],
	shows: [
		'firstTryShare',
		'imbalance',
		'okBeforeShare',
		'okAfterShare',
		'callsNotOkAfter',
		'callsCutAfter',
		'lostAfterShare',
		'servedAfterShare',
		'failover99Ms',
	],
	compares: [],
	charts: [
		{
			kind: 'heat',
			measure: 'firstTryShare',
			title: 'Clients served at first try, behind three servers',
			axes,
			answer: {
				kinds: 'target',
				good: { from: 99, words: 'All clients are served at first try' },
				bad: { from: 0.5, words: 'No client is served at first try' },
			},
		},
		{
			kind: 'heat',
			measure: 'imbalance',
			title: 'Busiest server over the mean: 1 is even, 3 is all on one',
			axes,
			answer: {
				kinds: 'target',
				good: { from: 1.5, words: 'The busiest server has at most 1.5 times its share' },
				bad: { from: 2.5, words: 'Nearly all calls go to one server' },
			},
		},
		{
			kind: 'heat',
			measure: 'okAfterShare',
			title: 'Calls answered while one of three servers is dead',
			axes,
			answer: {
				kinds: 'target',
				good: { from: 99.5, words: 'Every call is answered' },
				bad: { from: 0.5, words: 'No call is answered' },
			},
		},
		{
			kind: 'heat',
			measure: 'lostAfterShare',
			title: 'Clients that lost their session or stream when one of three servers died',
			axes,
			answer: {
				kinds: 'target',
				good: { from: 0.5, words: 'Nobody loses a session or stream' },
				bad: { from: 99.5, words: 'Everybody loses it' },
			},
		},
	],
	tables: ['affinity'],
	claims: balancingClaims,
};
