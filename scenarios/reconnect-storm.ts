import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { pick, times } from './arms.ts';

const everyMs = 1000;

function sized(sessions: number, forMs: number): Case {
	return {
		id: `n-${sessions}`,
		title: `${sessions.toLocaleString('en')} clients`,
		size: { load: { kind: 'periodic', sessions, everyMs, forMs } },
	};
}

function size(atMs: number, repeats: number, cases: readonly Case[]): Size {
	return {
		load: { kind: 'periodic', sessions: 100, everyMs, forMs: 6000 },
		warmMs: 500,
		faults: [{ atMs, fault: { kind: 'crash', restartAfterMs: 500 } }],
		repeats,
		cases,
	};
}

export const reconnectStorm: Scenario = {
	id: 'reconnect-storm',
	title: 'Reconnect storm',
	question: 'All clients lose their stream at once: how hard do they knock, who suffers?',
	method:
		'The server is killed under clients that hold a stream and call once a second, and is back half a second later. Clients ' +
		'reconnect by the policy of their arm: a fixed wait, at once, or with back-off and full, equal or decorrelated jitter, all ' +
		'three from 0.5 s up to 3 s. Calm is the end of the last quarter of a second in which more than 1 % of the clients tried to ' +
		'connect. Innocent calls are those between the server’s ready and calm of clients that had their session back already.',
	needs: ['restart'],
	arms: (targets, profile) => {
		const policies = ['fixed-3s', 'immediate', 'full-jitter', 'equal-jitter', 'decorrelated-jitter'] as const;
		const sse = times(pick(targets, 'sse'), ...policies);
		return profile === 'full'
			? [...sse, ...times(pick(targets, 'stateful'), ...policies, 'server-retry', 'sdk-default', 'none')]
			: sse;
	},
	atOnce: 3,
	sizes: {
		smoke: size(300, 1, [sized(100, 4500)]),
		standard: size(1000, 1, [sized(1000, 6000)]),
		full: size(2000, 3, [sized(100, 15_000), sized(1000, 15_000), sized(3000, 15_000), sized(10_000, 20_000)]),
	},
	// No claim waits for it, and `standard` has ten minutes.
	inProfiles: ['full'],
	shows: [
		'connectsPeakPerS',
		'connectsAfterFault',
		'calmMs',
		'recovery95Ms',
		'recovery100Ms',
		'callsFailed',
		'callsUnknown',
		'innocentFailed',
		'sessionsLost',
	],
	compares: ['connectsPeakPerS', 'calmMs', 'recovery95Ms'],
	charts: [
		{ kind: 'timeline', series: 'connectsPerS', case: 'n-1000', title: 'Connection attempts over time, 1,000 clients' },
		{ kind: 'timeline', series: 'openSessions', case: 'n-1000', title: 'Open sessions over time, 1,000 clients' },
		{ kind: 'cases', measure: 'connectsPeakPerS', title: 'Most connection attempts in a second' },
		{ kind: 'cases', measure: 'calmMs', title: 'Time to calm' },
	],
	claims: [],
};
