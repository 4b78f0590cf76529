import type { Auth } from '../bench/model/auth.ts';
import type { Figures } from '../bench/model/finding.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';
import { said } from './words.ts';

function caseOf(id: string, title: string, auth: Omit<Auth, 'streams'>): Case {
	const arms: Case['arms'] = (all) =>
		all.filter(({ transport }) => auth.at === 'request' || transport === 'sse' || transport === 'stateful');
	return { id, title, size: { auth: { ...auth, streams: 'open' } }, arms };
}

const without = 'none';
const withTokens: readonly Case[] = [
	caseOf('hs256-request', 'HS256 on every request', { alg: 'hs256', at: 'request' }),
	caseOf('es256-request', 'ES256 on every request', { alg: 'es256', at: 'request' }),
	caseOf('es256-stream', 'ES256 once per session', { alg: 'es256', at: 'stream' }),
];

function size(sessions: number, everyMs: number, forMs: number, repeats: number): Size {
	return {
		// So many for each of the cases, which run at the same time: a rate for all would go to whichever case is free first.
		load: { kind: 'periodic', sessions, everyMs, forMs },
		// The first verifications compile what they need.
		warmMs: Math.min(800, forMs / 2),
		faults: [],
		repeats,
		cases: [{ id: without, title: 'no token' }, ...withTokens],
	};
}

export const tokenCost: Scenario = {
	id: 'token-cost',
	title: 'Cost of a token',
	question: 'What does it cost the server to verify a signed token on every request, and what once per session?',
	method:
		'Every client has a JWT of its own, which the server verifies with jose: signature, audience, expiry, and that it was not revoked. The ' +
		'cases run at the same time, each on a server process of its own and with clients that call as often, so that what disturbs one disturbs all: ' +
		'what counts is how much more CPU time a call takes than in the case without a token, pair by pair. As they share the machine, ' +
		'times of answers are compared with each other only, and are no better than its timers.',
	needs: ['memory', 'auth'],
	arms: (targets, profile) =>
		profile === 'full'
			? pick(targets, 'sse', 'stateful', 'stateless', 'modern')
			: pick(targets, 'sse', 'stateful', 'stateless'),
	sideBySide: true,
	sizes: {
		standard: size(60, 200, 1200, 3),
		full: size(200, 400, 15_000, 5),
	},
	// It is no claim of the article's, and `standard` has ten minutes.
	inProfiles: ['full'],
	shows: ['cpuUsPerCall', 'answerP50Us', 'callsOk', 'callsFailed', 'callsUnknown'],
	answer: costs,
	compares: [],
	charts: [
		{ kind: 'cases', measure: 'cpuUsPerCall', title: 'Server CPU per call' },
		{ kind: 'cases', measure: 'answerP50Us', title: 'Median from sent to answered' },
	],
	claims: [],
};

/** For each target, what each case adds to a call. */
function costs(all: Figures): readonly string[] | undefined {
	const lines = all.in(without).targets.flatMap((target) => {
		const base = all.in(without).estimate(target, 'cpuUsPerCall');
		const parts = withTokens.flatMap(({ id, title }) => {
			const cpu = all.added(target, 'cpuUsPerCall', without, id);
			if (!cpu) return [];
			// Without an interval nothing is known of the noise.
			const isTold = cpu.ci === undefined || cpu.ci[0] > 0 || cpu.ci[1] < 0;
			return [`${title} ${isTold ? 'adds' : 'adds nothing that could be told from noise:'} ${said(cpu, 'µs')}`];
		});
		if (!base || parts.length === 0) return [];
		return [`${target}: a call takes ${said(base, 'µs')} of server CPU without a token; ${parts.join('; ')}.`];
	});
	return lines.length === 0 ? undefined : lines;
}
