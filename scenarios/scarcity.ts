import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { pick } from './arms.ts';

/** What the server runs out of. */
function cases(atMs: number, forMs: number): readonly Case[] {
	return [
		{
			id: 'descriptors',
			title: '20 descriptors left',
			size: { faults: [{ atMs, fault: { kind: 'fd_exhaustion', spareFds: 20, forMs } }] },
		},
		{
			id: 'memory',
			title: '16 MB of memory left',
			size: { faults: [{ atMs, fault: { kind: 'memory_limit', spareMb: 16, forMs } }] },
		},
	];
}

function size(sessions: number, atMs: number, limitedMs: number, forMs: number, repeats: number): Size {
	return {
		// Longer than the server keeps an idle connection: every call needs a new one.
		load: { kind: 'periodic', sessions, everyMs: 6000, forMs },
		warmMs: 500,
		faults: [],
		repeats,
		ledger: true,
		cases: cases(atMs, limitedMs),
	};
}

export const scarcity: Scenario = {
	id: 'scarcity',
	title: 'Scarcity',
	question: 'The server runs out of descriptors or memory: what do its clients see?',
	method:
		'Each client calls every 6 s, longer than the server keeps an idle connection, so that every call needs a new one. For some ' +
		'seconds the server process may open no more than 20 further descriptors (prlimit), or take no more than 16 MB of further ' +
		'memory (a control group; the kernel kills a process that wants more, and it is started again when the limit is lifted).',
	needs: ['restart'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'stateless', 'modern'),
	atOnce: 4,
	sizes: { standard: size(300, 2000, 6000, 15_000, 3), full: size(1000, 2000, 12_000, 30_000, 5) },
	inProfiles: ['full'],
	shows: [
		'callsOk',
		'callsFailed',
		'callsUnknown',
		'callsNotRun',
		'callsNeverArrived',
		'callsUnanswered',
		'sessionsLost',
		'initializesRepeated',
		'recovery95Ms',
		'connectsAfterFault',
	],
	compares: ['callsFailed'],
	charts: [
		{ kind: 'timeline', series: 'callsOkPerS', title: 'Calls answered over time: out of descriptors' },
		{ kind: 'cases', measure: 'callsNotRun', title: 'Calls that failed and never ran' },
	],
	claims: [],
};
