import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';

function size(sessions: number, atMs: number, pauseMs: number, forMs: number, repeats: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 1000, forMs },
		warmMs: 500,
		faults: [{ atMs, fault: { kind: 'pause', forMs: pauseMs } }],
		repeats,
		ledger: true,
	};
}

export const pause: Scenario = {
	id: 'pause',
	title: 'Pause',
	question: 'The server stands still for a while and goes on: who notices, and what is lost?',
	method:
		'Each client calls once a second. The server process is stopped with SIGSTOP and continued 2 s later, as a machine that ' +
		'is migrated or swaps does it: the kernel goes on accepting connections and taking in requests for it. Latency counts ' +
		'from the instant a call was due, so that the calls that had to wait show with all of their wait; a call is given up after 10 s.',
	needs: ['restart'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'stateless', 'modern'),
	atOnce: 4,
	sizes: {
		smoke: size(40, 300, 1000, 2500, 1),
		standard: size(250, 1000, 2000, 4500, 1),
		full: size(1000, 3000, 5000, 15_000, 5),
	},
	// No claim waits for it, and `standard` has ten minutes.
	inProfiles: ['smoke', 'full'],
	shows: [
		'callsOk',
		'callsFailed',
		'callsUnknown',
		'callsUnanswered',
		'callsRunTwice',
		'sessionsLost',
		'maxUs',
		'recovery95Ms',
		'recovery100Ms',
		'connectsPeakPerS',
	],
	compares: ['callsFailed', 'recovery95Ms'],
	charts: [
		{ kind: 'timeline', series: 'callsOkPerS', title: 'Calls answered over time' },
		{ kind: 'timeline', series: 'openSessions', title: 'Open sessions over time' },
	],
	claims: [],
};
