import type { Figures, Ruling } from '../bench/model/finding.ts';
import { balancer } from '../bench/model/path.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { most, rulingsOn } from './words.ts';

function resumable(arms: readonly Target[]): readonly Target[] {
	return arms.filter(({ transport }) => transport === 'stateful');
}

const cases: readonly Case[] = [
	{ id: 'plain', title: 'no event store' },
	{
		id: 'event-store',
		title: 'event store, Last-Event-ID',
		size: { serverFlags: ['--resumable'] },
		arms: resumable,
	},
	{
		id: 'ignored',
		title: 'event store, client does not ask',
		size: { serverFlags: ['--resumable'], client: { resume: false } },
		arms: resumable,
	},
];

function size(sessions: number, atMs: number, cutMs: number, forMs: number, repeats: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 2000, forMs },
		warmMs: 500,
		faults: [{ atMs, fault: { kind: 'down', forMs: cutMs } }],
		repeats,
		path: balancer,
		pushEveryMs: 100,
		ledger: true,
		cases,
	};
}

export const resume: Scenario = {
	id: 'resume',
	title: 'Resume',
	question: 'The connection is cut under pushes: what is lost, doubled or out of order?',
	method:
		'The server pushes a numbered message to every client that holds a stream, ten times a second, and notes in its ledger what ' +
		'it sent to whom. A proxy cuts every connection and takes none for a second; server and sessions live on. Lost are pushes ' +
		'that were sent to a session and never arrived; missed are those made while the client had nothing they could be sent to. ' +
		'With an event store the client asks for what followed the last event it has seen. HTTP+SSE and 2026-07-28 have no resume.',
	needs: ['push', 'ledger'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'modern-listen'),
	atOnce: 5,
	sizes: {
		smoke: { ...size(20, 300, 500, 2500, 1), cases: cases.filter(({ id }) => id !== 'ignored') },
		standard: size(100, 1000, 1000, 6000, 3),
		full: size(500, 2000, 2000, 12_000, 5),
	},
	// Its claim is not the article's, and `standard` has ten minutes.
	inProfiles: ['smoke', 'full'],
	shows: [
		'pushesReceived',
		'pushesLost',
		'pushesMissed',
		'pushesDoubled',
		'pushesOutOfOrder',
		'sessionsLost',
		'sessionsReopened',
		'initializesRepeated',
		'recovery95Ms',
	],
	compares: ['pushesReceived'],
	charts: [
		{ kind: 'cases', measure: 'pushesLost', title: 'Pushes sent and lost' },
		{ kind: 'cases', measure: 'pushesMissed', title: 'Pushes made while nobody could be reached' },
		{ kind: 'timeline', series: 'openSessions', title: 'Open sessions over time: no event store' },
	],
	claims: [
		{
			id: 'resume',
			text: 'With an event store and Last-Event-ID, a client of Streamable HTTP gets every push that a cut connection kept from it.',
			rule: nothingLost,
		},
	],
};

const losses = ['pushesLost', 'pushesMissed', 'pushesDoubled', 'pushesOutOfOrder'] as const;

function nothingLost(all: Figures): Ruling {
	const [plain, stored] = [all.in('plain'), all.in('event-store')];
	const evidence = losses.flatMap((measure) => [
		...plain.evidence('stateful', measure),
		...stored.evidence('stateful', measure),
	]);
	const by = rulingsOn(evidence);
	const counts = (figures: Figures) => losses.map((measure) => figures.estimate('stateful', measure)?.value);
	const [without, withStore] = [counts(plain), counts(stored)];
	if ([...without, ...withStore].includes(undefined)) {
		return by('inconclusive', 'stateful was not measured with and without an event store.');
	}
	const named = ['lost', 'missed', 'doubled', 'out of order'];
	const words = (values: (number | undefined)[]) =>
		named.map((word, n) => `${quantity(values[n] ?? 0, '')} ${word}`).join(', ');
	const because = `Pushes with an event store: ${words(withStore)}; without: ${words(without)}.`;
	const kept = (values: (number | undefined)[]) => (values[0] ?? 0) + (values[1] ?? 0);
	const gone = (figures: Figures) =>
		most((['pushesLost', 'pushesMissed'] as const).flatMap((measure) => figures.evidence('stateful', measure)));
	if (kept(without) === 0)
		return by('inconclusive', `Nothing was lost without an event store either. ${because}`, gone(plain));
	// Where none was lost with it, there must have been some to lose.
	if (kept(withStore) === 0) return by('confirmed', because, gone(stored), gone(plain));
	return by('refuted', because, gone(stored));
}
