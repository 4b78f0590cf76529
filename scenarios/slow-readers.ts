import type { Figures, Ruling } from '../bench/model/finding.ts';
import type { StallingGuests } from '../bench/model/guests.ts';
import { constantRate } from '../bench/model/load.ts';
import { quantity } from '../bench/model/quantity.ts';
import type { Case, Profile, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { slowedDown } from './bystander-claims.ts';
import { least, listed, most, rulingsOn } from './words.ts';

const kb = 1024;

/** Those whose clients hold a stream that they can leave unread. */
const holders = [
	'sse',
	'stateful',
	'modern-listen',
	'sdk1-sse',
	'sdk1-stateful',
	'sdk2-sse',
	'sdk2-stateful',
	'sdk2-modern',
];

interface Pace {
	/** Of a push. */
	readonly bytes: number;
	readonly everyMs: number;
	readonly stalled: number;
	/** Who goes on reading, and calls. */
	readonly others: number;
	readonly aloneMs: number;
	readonly stallMs: number;
	readonly repeats: number;
}

/** The servers of this project that have a bound; the SDKs' say that they have none. */
const references = (arms: readonly Target[]) => arms.filter(({ implementation }) => implementation === 'reference');

function size(pace: Pace, cases: readonly Case[]): Size {
	const { bytes, stalled, others, aloneMs, stallMs, repeats } = pace;
	const forMs = aloneMs + stallMs;
	return {
		load: { kind: 'open', sessions: others, rate: constantRate(400, forMs), arrivals: 'poisson' },
		warmMs: 300,
		faults: [],
		repeats,
		ledger: true,
		client: { stream: true },
		guests: { kind: 'stall', atMs: aloneMs, clients: stalled, pushBytes: bytes },
		cases,
	};
}

/** Pushes of so many bytes, that the clients who stall leave unread. */
function pushed({ bytes, everyMs }: Pace, bufferBytes?: number): Pick<Size, 'pushEveryMs' | 'serverFlags'> {
	const bound = bufferBytes === undefined ? [] : ['--stream-buffer-bytes', String(bufferBytes)];
	return { pushEveryMs: everyMs, serverFlags: ['--push-bytes', String(bytes), ...bound] };
}

/** They leave unread what they themselves ask for. */
function asking({ bytes, everyMs, stalled, aloneMs }: Pace): { readonly guests: StallingGuests } {
	const each = { bytes, everyMs };
	return { guests: { kind: 'stall', atMs: aloneMs, clients: stalled, pushBytes: 0, asking: each } };
}

function casesFor(profile: Profile, pace: Pace): readonly Case[] {
	const pushes: Case = { id: 'pushes', title: 'pushes; references hold 512 KB', size: pushed(pace, 512 * kb) };
	if (profile !== 'full') return [pushes];
	return [
		pushes,
		{
			id: 'bounded-128k',
			title: 'pushes; references hold 128 KB',
			size: pushed(pace, 128 * kb),
			arms: references,
		},
		{
			id: 'answers',
			title: 'answers to their own calls; references hold 512 KB',
			size: { ...asking(pace), serverFlags: ['--stream-buffer-bytes', String(512 * kb)] },
			// With Streamable HTTP an answer comes on a connection of its own, which these clients read.
			arms: (arms) => arms.filter(({ transport }) => transport === 'sse'),
		},
		{ id: 'bounded-4m', title: 'pushes; references hold 4 MB', size: pushed(pace), arms: references },
	];
}

/** The kernel alone takes some megabytes of what one client leaves unread: over loopback a segment has 64 KB. */
const smoke: Pace = {
	bytes: 256 * kb,
	everyMs: 25,
	stalled: 2,
	others: 2,
	aloneMs: 300,
	stallMs: 700,
	repeats: 1,
};
const standard: Pace = { ...smoke, stallMs: 900, repeats: 3 };
/** On a server without a bound 5 clients leave 100 MB. */
const full: Pace = { ...standard, everyMs: 100, stalled: 5, others: 10, aloneMs: 3000, stallMs: 8000 };

export const slowReaders: Scenario = {
	id: 'slow-readers',
	title: 'Slow readers',
	question: 'What does a client that no longer reads cost the server, and those who read?',
	method:
		'Some clients hold a stream and stop reading it: their sockets stay open, and nothing is taken from them. The server goes on pushing ' +
		'numbered messages of 256 KB to everybody. What it emitted for the stalled clients is counted by its own ledger, what it holds of that by its heap and ' +
		'external memory after a forced collection, what the kernel holds by the machine’s TCP memory (receive buffers are the kernel’s own choice). ' +
		'Other clients read and call all the while; their times are compared with those of the same trial before anyone stalled.',
	needs: ['control', 'ledger'],
	arms: (targets, profile) => {
		if (profile !== 'full') return pick(targets, 'sse', 'sdk1-sse', 'sdk2-modern');
		return pick(targets, ...holders);
	},
	sizes: {
		smoke: size(smoke, casesFor('smoke', smoke)),
		standard: size(standard, casesFor('standard', standard)),
		full: size(full, casesFor('full', full)),
	},
	// The article does not ask, and `standard` has ten minutes for what it does.
	inProfiles: ['full'],
	shows: [
		'unreadMb',
		'unreadHeapKb',
		'unreadPeakKb',
		'unreadUssKb',
		'unreadKernelKb',
		'unreadKbPerMb',
		'unreadHeldShare',
		'givenUpShare',
		'givenUpMs',
		'givenUpMb',
		'overflows',
		'othersP50AloneUs',
		'othersP50Ratio',
		'othersP99Ratio',
		'deliveryP50AloneUs',
		'deliveryP50Ratio',
	],
	compares: ['unreadHeapKb', 'unreadPeakKb'],
	charts: [
		{ kind: 'bars', measures: ['unreadHeapKb', 'unreadPeakKb', 'unreadKernelKb'], title: 'Memory per stalled client' },
		{ kind: 'bars', measures: ['othersP50Ratio', 'deliveryP50Ratio'], title: 'What the others noticed, times' },
	],
	answer: (figures) => answer(figures.in('pushes')),
	claims: [
		{
			id: 'unread-unbounded',
			text: 'A client that does not read costs an SSE server memory without a bound.',
			targets: holders,
			rule: unbounded,
		},
		{
			id: 'unread-hurts-others',
			text: 'A client that does not read slows down those who do.',
			targets: holders,
			rule: hurtsOthers,
		},
	],
};

/**
 * Of what was emitted for a client that does not read, the kernel takes the first 3 to 6 MB, half of what `standard` has time for. A server that
 * then holds this share of it holds several times the bound that the references have.
 */
const heldFromShare = 25;
const nearlyAllShare = 99;

/** What became of the stalled clients of a target. */
function fateOf(figures: Figures, target: string): 'held' | 'given up' | undefined {
	const givenUp = figures.estimate(target, 'givenUpShare')?.value;
	const held = figures.estimate(target, 'unreadHeldShare')?.value;
	if (givenUp === undefined || held === undefined) return undefined;
	if (givenUp >= nearlyAllShare) return 'given up';
	return givenUp === 0 && held >= heldFromShare ? 'held' : undefined;
}

function saidHeld(figures: Figures, target: string): string {
	const [kbHeld, mbUnread] = [figures.estimate(target, 'unreadHeapKb'), figures.estimate(target, 'unreadMb')];
	if (!kbHeld || !mbUnread) return target;
	return `${target} ${quantity(kbHeld.value, 'KB')} of ${quantity(mbUnread.value, 'MB')}`;
}

function saidGivenUp(figures: Figures, target: string): string {
	const [mbUntil, ms] = [figures.estimate(target, 'givenUpMb'), figures.estimate(target, 'givenUpMs')];
	if (!mbUntil || !ms) return target;
	return `${target} after ${quantity(mbUntil.value, 'MB')} (${quantity(ms.value, 'ms')})`;
}

function answer(figures: Figures): string | undefined {
	const by = (fate: 'held' | 'given up') => figures.targets.filter((target) => fateOf(figures, target) === fate);
	const [held, left] = [by('held'), by('given up')];
	const kernelKb = figures.targets.flatMap((target) => figures.estimate(target, 'unreadKernelKb')?.value ?? []);
	const sentences = [
		...(held.length > 0
			? [`Kept for each client that does not read, to the end: ${listed(held, (target) => saidHeld(figures, target))}.`]
			: []),
		...(left.length > 0
			? [`Given up, and everything for it freed: ${listed(left, (target) => saidGivenUp(figures, target))}.`]
			: []),
		...(kernelKb.length > 0
			? [
					`Of what one client leaves unread the kernel itself takes up to ${quantity(Math.max(...kernelKb), 'KB')}, both ends counted.`,
				]
			: []),
	];
	return held.length + left.length > 0 ? sentences.join(' ') : undefined;
}

function unbounded(all: Figures): Ruling {
	const figures = all.in('pushes');
	const shown = ['unreadHeapKb', 'unreadMb', 'unreadHeldShare', 'givenUpShare'] as const;
	const linesOf = (targets: readonly string[], ...names: readonly (typeof shown)[number][]) =>
		targets.flatMap((target) => names.flatMap((name) => figures.evidence(target, name)));
	const rulings = rulingsOn(linesOf(figures.targets, ...shown));
	const by = (fate: 'held' | 'given up') => figures.targets.filter((target) => fateOf(figures, target) === fate);
	const [held, left] = [by('held'), by('given up')];
	const holds = `Held for a client that does not read: ${listed(held, (target) => saidHeld(figures, target))}`;
	const leaves = listed(left, (target) => saidGivenUp(figures, target));
	if (held.length + left.length < figures.targets.length || figures.targets.length === 0) {
		const open = figures.targets.filter((target) => fateOf(figures, target) === undefined);
		const because =
			open.length === 0
				? 'Nothing was measured.'
				: `Neither held nor given up for certain: ${open.join(', ')}. Their stalled clients were given up in part, or little of what was emitted for them was held.`;
		return rulings('inconclusive', because, linesOf(open.slice(0, 1), 'unreadHeldShare', 'givenUpShare'));
	}
	const [ofHeld, ofLeft] = [linesOf(held, 'unreadHeldShare'), linesOf(left, 'givenUpShare')];
	if (left.length === 0) return rulings('confirmed', `${holds}; none gave such a client up.`, least(ofHeld));
	if (held.length === 0) return rulings('refuted', `Every server gave such a client up: ${leaves}.`, least(ofLeft));
	return rulings('depends', `It depends on the server. ${holds}; given up: ${leaves}.`, most(ofHeld), most(ofLeft));
}

function hurtsOthers(scenario: Figures): Ruling {
	return slowedDown(scenario.in('pushes'), {
		what: 'Median of the others’ calls, or of what was pushed to them, whichever grew more, over that before the stall',
		ratios: ['othersP50Ratio', 'deliveryP50Ratio'],
	});
}
