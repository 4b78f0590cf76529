import type { Auth } from '../bench/model/auth.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { endsAccess, worksOn } from './revocation-claims.ts';

type Policy = Pick<Auth, 'at' | 'streams'>;

/** What the words mean for a reader: where a token is verified, and whether anybody looks again. */
const policies = {
	request: { at: 'request', streams: 'open' },
	recheck: { at: 'request', streams: 'recheck' },
	session: { at: 'stream', streams: 'open' },
	'session-recheck': { at: 'stream', streams: 'recheck' },
} as const satisfies Record<string, Policy>;
type PolicyName = keyof typeof policies;

const words: Readonly<Record<PolicyName, string>> = {
	request: 'every request',
	recheck: 'every request, rechecked',
	session: 'once per session',
	'session-recheck': 'once per session, rechecked',
};

/** Those for whom the policy means something: who has no session is asked every time, and who holds nothing has nothing to look at. */
function armsOf(name: PolicyName): (arms: readonly Target[]) => readonly Target[] {
	const { at, streams } = policies[name];
	return (arms) =>
		arms
			.filter(({ transport }) => at === 'request' || transport === 'sse' || transport === 'stateful')
			.filter(({ client }) => streams === 'open' || client.stream);
}

/** The instant of the measured load at which tokens lapse. */
const lapseAtMs = 400;

function caseOf(how: 'revoked' | 'expired', name: PolicyName): Case {
	const auth: Auth = { alg: 'hs256', ...policies[name], ...(how === 'expired' && { expireAtMs: lapseAtMs }) };
	return { id: `${how}-${name}`, title: `${how}; ${words[name]}`, size: { auth }, arms: armsOf(name) };
}

const usual = [
	caseOf('revoked', 'request'),
	caseOf('revoked', 'recheck'),
	caseOf('revoked', 'session'),
	caseOf('expired', 'request'),
];
const all = [
	...usual.slice(0, 3),
	caseOf('revoked', 'session-recheck'),
	...usual.slice(3),
	caseOf('expired', 'recheck'),
	caseOf('expired', 'session'),
	caseOf('expired', 'session-recheck'),
];

function size(sessions: number, forMs: number, repeats: number, cases: readonly Case[]): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 200, forMs },
		warmMs: 300,
		// Until the end: what goes on then is told as going on.
		faults: [{ atMs: lapseAtMs, fault: { kind: 'revoke', forMs: forMs - lapseAtMs } }],
		repeats,
		pushEveryMs: 100,
		ledger: true,
		cases,
	};
}

/** What is asked is whether anything came at all, of ten clients in each of many cells: one run would show it, another shows that it was no accident. */
const repeats = 2;

export const revocation: Scenario = {
	id: 'revocation',
	title: 'Revocation',
	question: 'A client’s token is revoked, or expires: how long is it still served, and still pushed to?',
	method:
		'Every client has a bearer token of its own (a JWT, HS256, verified with jose), calls five times a second and, where it can, holds a stream on ' +
		'which the server pushes a numbered message ten times a second. At an instant of the load all tokens are revoked, with the servers ' +
		'themselves and by name, or they expire; the clients get no others and send them on. Servers verify a token on every request, or only where a ' +
		'session is opened, whose id lets later requests in, which MCP forbids. Rechecked: twice a second the ' +
		'server ends streams and sessions whose token no longer counts. Times count from the instant at which the server knew, or from the ' +
		'second in `exp`; “≥” stands where it still went on at the end of the watch.',
	needs: ['control', 'ledger', 'auth'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'modern-listen', 'stateless'),
	atOnce: 12,
	sideBySide: true,
	sizes: {
		smoke: size(3, 1500, 1, usual),
		standard: size(10, 1700, repeats, usual),
		full: size(50, 10_000, 5, all),
	},
	// Its trials at once take longer to start than `smoke` has left.
	inProfiles: ['standard', 'full'],
	shows: [
		'pushesAfterLapseMs',
		'pushesAfterLapse',
		'callsAfterLapseMs',
		'callsAfterLapse',
		'refusedShare',
		'refusedMs',
		'streamsEndedShare',
		'unawareShare',
	],
	compares: [],
	charts: [
		{ kind: 'heat', measure: 'pushesAfterLapseMs', title: 'How long pushes went on', rows: 'targets' },
		{ kind: 'heat', measure: 'callsAfterLapseMs', title: 'How long calls were answered', rows: 'targets' },
	],
	tables: ['revocation'],
	claims: [
		{
			id: 'auth-streamable',
			text: 'With Streamable HTTP authentication is straightforward: every request carries its token, so that one that no longer counts gets its client nothing more.',
			rule: endsAccess,
			repeats,
		},
		{
			id: 'auth-sse',
			text: 'With SSE a token counts where the stream is opened: one that no longer counts works on until the stream ends.',
			rule: worksOn,
			repeats,
		},
	],
};
