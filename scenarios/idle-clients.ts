import { decidedBy, type Estimate, type Evidence, type Figures, type Ruling } from '../bench/model/finding.ts';
import type { Scenario } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';
import { between, least, lowEnd, most, outside, rulingsOn, said } from './words.ts';

export const idleClients: Scenario = {
	id: 'idle-clients',
	title: 'Idle clients',
	question: 'What does a client that is connected but does nothing cost the server?',
	method:
		'Sessions are really opened (initialized, with the stream a client of that transport holds) on a ladder of counts, ' +
		'twice, each time on fresh processes. First clients let an idle connection go at once, and the server is read when ' +
		'all are closed (settled). Then the server keeps them as long as it likes, every client calls once, and the server is read ' +
		'while those connections are kept alive. Each reading follows collections that give memory back to the system. The cost per client ' +
		'is the slope of a straight line through the readings.',
	needs: ['memory'],
	arms: (targets, profile) =>
		profile === 'smoke'
			? pick(targets, 'sse', 'stateful', 'stateless', 'modern')
			: [
					...pick(targets, 'sse', 'stateful', 'stateful-no-stream', 'stateless', 'modern', 'modern-listen'),
					...sdkArms(targets, profile),
				],
	sizes: {
		smoke: { load: { kind: 'hold', rungs: [0, 100, 200] }, warmMs: 0, faults: [], repeats: 1 },
		standard: {
			load: { kind: 'hold', rungs: [0, 250, 500, 1000] },
			warmMs: 0,
			faults: [],
			repeats: 3,
		},
		full: {
			load: { kind: 'hold', rungs: [0, 1000, 2500, 5000, 10_000, 19_000] },
			warmMs: 0,
			faults: [],
			repeats: 5,
		},
	},
	shows: [
		'fdsPerClient',
		'fdsPerClientKeptAlive',
		'pssKbPerClient',
		'pssKbPerClientKeptAlive',
		'ussKbPerClient',
		'heapKbPerClient',
		'kernelKbPerClient',
		'r2',
	],
	compares: ['ussKbPerClient', 'heapKbPerClient'],
	againIn: ['standard', 'full'],
	charts: [
		{ kind: 'ladder', gauge: 'pssKb', state: 'settled', title: 'Memory of the server over idle clients' },
		{ kind: 'ladder', gauge: 'fds', state: 'settled', title: 'Descriptors over idle clients, connections expired' },
		{
			kind: 'ladder',
			gauge: 'fds',
			state: 'kept-alive',
			title: 'Descriptors over idle clients, connections kept alive',
		},
		{
			kind: 'bars',
			measures: ['pssKbPerClient', 'heapKbPerClient', 'kernelKbPerClient'],
			title: 'Memory per idle client',
		},
	],
	claims: [
		{
			id: 'idle-descriptors',
			text: 'An idle SSE client costs the server one file descriptor; an idle Streamable HTTP client costs none.',
			rule: descriptors,
		},
		{
			id: 'idle-memory-sse',
			text: 'Each idle SSE client costs the server about 1 KB of memory.',
			rule: memoryOfSse,
		},
		{
			id: 'idle-memory-streamable',
			text: 'A Streamable HTTP server uses memory only while it handles requests.',
			rule: memoryOfStreamable,
		},
		{
			id: 'sse-keeps-state',
			text: 'SSE keeps state by its nature: the server holds a connection for every client, and remembers it.',
			rule: stateOfSse,
		},
		{
			id: 'streamable-without-state',
			text: 'A Streamable HTTP server can do without state: it need hold no connection open, and remember nobody.',
			rule: streamableWithoutState,
		},
		{
			id: 'channels',
			text: 'SSE needs two channels, a stream and requests beside it; Streamable HTTP needs one.',
			rule: channels,
		},
	],
};

function descriptors(figures: Figures): Ruling {
	const all = figures.targets.flatMap((target) => [
		...figures.evidence(target, 'fdsPerClient'),
		...figures.evidence(target, 'fdsPerClientKeptAlive'),
	]);
	const [one, none] = [figures.evidence('sse', 'fdsPerClient'), figures.evidence('stateless', 'fdsPerClient')];
	const evidence = decidedBy([...one, ...none], all);
	const sse = figures.estimate('sse', 'fdsPerClient');
	const stateless = figures.estimate('stateless', 'fdsPerClient');
	const stateful = figures.estimate('stateful', 'fdsPerClient');
	const kept = figures.estimate('stateless', 'fdsPerClientKeptAlive');
	if (!sse || !stateless) return { verdict: 'inconclusive', because: 'sse or stateless was not measured.', evidence };
	const [isNotOne, isNotNone] = [outside(sse, 0.98, 1.02), outside(stateless, -0.02, 0.02)];
	if (isNotOne || isNotNone) {
		const because = `An idle client costs ${said(sse, 'fd')} on sse and ${said(stateless, 'fd')} on stateless.`;
		const against = [...(isNotOne ? one : []), ...(isNotNone ? none : [])];
		return { verdict: 'refuted', because, evidence: decidedBy(against, all) };
	}
	if (!between(sse, 0.98, 1.02) || !between(stateless, -0.02, 0.02)) {
		const because = `The intervals do not decide: ${said(sse, 'fd')} on sse, ${said(stateless, 'fd')} on stateless.`;
		return { verdict: 'inconclusive', because, evidence };
	}
	const base = `An idle SSE client costs ${said(sse, 'fd')}, a stateless one ${said(stateless, 'fd')}`;
	const holds = stateful !== undefined && stateful.value > 0.5;
	const keeps = kept !== undefined && kept.value > 0.5;
	if (!holds && !keeps) return { verdict: 'confirmed', because: `${base}.`, evidence };
	const but = [
		...(keeps ? [`${said(kept, 'fd')} until its kept-alive connection expires`] : []),
		...(holds ? [`a stateful client that holds its stream costs ${said(stateful, 'fd')}`] : []),
	];
	const against = keeps
		? figures.evidence('stateless', 'fdsPerClientKeptAlive')
		: figures.evidence('stateful', 'fdsPerClient');
	const because = `${base}, but ${but.join('; and ')}.`;
	return { verdict: 'depends', because, evidence: decidedBy([...none, ...against], all) };
}

/** Whether a value with its interval is above, below or astride a limit. */
function side(estimate: Estimate | undefined, limit: number): 'above' | 'below' | 'open' {
	if (!estimate) return 'open';
	if (lowEnd(estimate) > limit) return 'above';
	return between(estimate, Number.NEGATIVE_INFINITY, limit) ? 'below' : 'open';
}

/** What an idle client keeps of the server, in words. */
function kept(figures: Figures, target: string): string {
	const [fds, heap] = [figures.estimate(target, 'fdsPerClient'), figures.estimate(target, 'heapKbPerClient')];
	return `${fds ? said(fds, 'fd') : 'no figure'} and ${heap ? said(heap, 'KB') : 'no figure'} of heap on ${target}`;
}

function keptLines(figures: Figures, target: string): readonly Evidence[] {
	return [...figures.evidence(target, 'fdsPerClient'), ...figures.evidence(target, 'heapKbPerClient')];
}

/** Half a descriptor tells one from none. */
const halfFd = 0.5;

/** Whether idle clients of a target hold a descriptor and heap: each, neither, or what is between. */
function keeps(figures: Figures, target: string): 'both' | 'nothing' | 'one' | 'open' {
	const sides = [
		side(figures.estimate(target, 'fdsPerClient'), halfFd),
		side(figures.estimate(target, 'heapKbPerClient'), nothingKb),
	];
	if (sides.every((each) => each === 'above')) return 'both';
	if (sides.every((each) => each === 'below')) return 'nothing';
	return sides.includes('open') ? 'open' : 'one';
}

function stateOfSse(figures: Figures): Ruling {
	const evidence = decidedBy(keptLines(figures, 'sse'), []);
	const because = `An idle client keeps ${kept(figures, 'sse')}.`;
	const found = keeps(figures, 'sse');
	if (found === 'open') return { verdict: 'inconclusive', because, evidence };
	return { verdict: found === 'nothing' ? 'refuted' : found === 'both' ? 'confirmed' : 'depends', because, evidence };
}

/** That one kind of server manages without is enough: it is a matter of what can be. */
function streamableWithoutState(figures: Figures): Ruling {
	const names = figures.targets.filter((target) => target !== 'sse');
	const without = names.filter((target) => keeps(figures, target) === 'nothing');
	const all = names.flatMap((target) => keptLines(figures, target));
	const heapOf = (targets: readonly string[]) =>
		targets.flatMap((target) => figures.evidence(target, 'heapKbPerClient'));
	// That which keeps least is enough for it, or comes nearest to it.
	const [leanest] = least(heapOf(without.length > 0 ? without : names));
	const ofLeanest = all.filter(({ target }) => target === leanest?.target);
	const limits = { fdsPerClient: halfFd, heapKbPerClient: nothingKb };
	const isAbove = ({ measure, value }: Evidence) => value > limits[measure as keyof typeof limits];
	const evidence = decidedBy(without.length > 0 ? ofLeanest : ofLeanest.filter(isAbove), all);
	const open = names.some((target) => keeps(figures, target) === 'open');
	const say = (list: readonly string[]) => list.map((target) => kept(figures, target)).join('; ');
	if (without.length > 0) {
		const because = `Once its connection has expired an idle client keeps next to nothing: ${say(without)}.`;
		return { verdict: 'confirmed', because, evidence };
	}
	return {
		verdict: open || names.length === 0 ? 'inconclusive' : 'refuted',
		because: `Kept per idle client: ${say(names)}.`,
		evidence,
	};
}

/** Connections of a client that has just called, while they are kept alive. */
function channels(figures: Figures): Ruling {
	const measured = figures.targets.flatMap((target) => {
		const estimate = figures.estimate(target, 'fdsPerClientKeptAlive');
		return estimate ? [{ target, estimate }] : [];
	});
	const linesOf = (some: typeof measured) =>
		some.flatMap(({ target }) => figures.evidence(target, 'fdsPerClientKeptAlive'));
	const because = `Connections of a client that has just called: ${measured.map(({ target, estimate }) => `${target} ${said(estimate, '')}`).join(', ')}.`;
	const isTwo = ({ estimate }: (typeof measured)[number]) => between(estimate, 1.9, 2.1);
	const isOne = ({ estimate }: (typeof measured)[number]) => between(estimate, 0.9, 1.1);
	const sse = measured.filter(({ target }) => target === 'sse');
	const others = measured.filter(({ target }) => target !== 'sse');
	const ruling = rulingsOn(linesOf(measured));
	const by = (verdict: Ruling['verdict'], ...deciding: readonly (readonly Evidence[])[]) =>
		ruling(verdict, because, ...deciding);
	const unclear = measured.filter((each) => !isTwo(each) && !isOne(each));
	if (sse.length === 0 || others.length === 0 || unclear.length > 0) return by('inconclusive', linesOf(unclear));
	if (sse.some(isOne)) return by('refuted', linesOf(sse));
	if (others.every(isOne)) return by('confirmed', linesOf(sse), most(linesOf(others)));
	const [one, two] = [others.filter(isOne), others.filter(isTwo)];
	return one.length > 0 ? by('depends', most(linesOf(one)), least(linesOf(two))) : by('refuted', least(linesOf(two)));
}

/** By USS: PSS also moves when any other Node process of the machine starts or ends and shares the pages of the binary. */
function memoryOfSse(figures: Figures): Ruling {
	const others = ['pssKbPerClient', 'heapKbPerClient', 'kernelKbPerClient'] as const;
	const evidence = decidedBy(
		figures.evidence('sse', 'ussKbPerClient'),
		others.flatMap((measure) => figures.evidence('sse', measure)),
	);
	const uss = figures.estimate('sse', 'ussKbPerClient');
	if (!uss) return { verdict: 'inconclusive', because: 'sse was not measured.', evidence };
	const because = `An idle SSE client costs ${said(uss, 'KB')} of private process memory`;
	if (between(uss, 0.5, 2)) return { verdict: 'confirmed', because: `${because}.`, evidence };
	if (outside(uss, 0.5, 2)) return { verdict: 'refuted', because: `${because}, not about 1 KB.`, evidence };
	return { verdict: 'inconclusive', because: `${because}: the interval does not decide.`, evidence };
}

/**
 * What a server keeps for a client is judged by its heap after a collection. Process memory (USS) also holds what the
 * system's allocator did not give back after clients had come, some KB in all, whoever stayed. Below this slope a client
 * costs next to nothing: compiled code and pools that V8 keeps after a thousand clients came to 0.07 KB for each of them, on servers
 * that have no place to remember a client in, while a session of a server that has one takes 0.26 KB.
 */
const nothingKb = 0.15;

function memoryOfStreamable(figures: Figures): Ruling {
	const names = figures.targets.filter((target) => target !== 'sse');
	const all = names.flatMap((target) => [
		...figures.evidence(target, 'heapKbPerClient'),
		...figures.evidence(target, 'ussKbPerClient'),
	]);
	const measured = names.flatMap((name) => {
		const estimate = figures.estimate(name, 'heapKbPerClient');
		return estimate ? [{ name, estimate }] : [];
	});
	const costly = measured.filter(({ estimate }) => lowEnd(estimate) > nothingKb);
	const free = measured.filter(({ estimate }) => between(estimate, Number.NEGATIVE_INFINITY, nothingKb));
	const say = (list: typeof measured) => list.map(({ name, estimate }) => `${name} ${said(estimate, 'KB')}`).join(', ');
	const heapOf = (list: typeof measured) => list.flatMap(({ name }) => figures.evidence(name, 'heapKbPerClient'));
	const by = rulingsOn(all);
	if (costly.length === 0 && free.length < measured.length) {
		return by('inconclusive', `No interval decides: ${say(measured)} per idle client.`, most(heapOf(measured)));
	}
	if (costly.length === 0) {
		return by('confirmed', `Idle clients keep next to nothing in the heap: ${say(free)}.`, most(heapOf(free)));
	}
	if (free.length === 0)
		return by('refuted', `Every idle client keeps memory in the heap: ${say(costly)}.`, least(heapOf(costly)));
	const because = `It depends on sessions and streams. Kept in the heap per idle client: ${say(costly)}; next to nothing: ${say(free)}.`;
	return by('depends', because, most(heapOf(costly)), least(heapOf(free)));
}
