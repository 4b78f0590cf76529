import type { Estimate, Figures, Ruling } from '../bench/model/finding.ts';
import type { Scenario } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';
import { between, lowEnd, outside, said } from './words.ts';

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
	const evidence = figures.targets.flatMap((target) => [
		...figures.evidence(target, 'fdsPerClient'),
		...figures.evidence(target, 'fdsPerClientKeptAlive'),
	]);
	const sse = figures.estimate('sse', 'fdsPerClient');
	const stateless = figures.estimate('stateless', 'fdsPerClient');
	const stateful = figures.estimate('stateful', 'fdsPerClient');
	const kept = figures.estimate('stateless', 'fdsPerClientKeptAlive');
	if (!sse || !stateless) return { verdict: 'inconclusive', because: 'sse or stateless was not measured.', evidence };
	if (outside(sse, 0.98, 1.02) || outside(stateless, -0.02, 0.02)) {
		const because = `An idle client costs ${said(sse, 'fd')} on sse and ${said(stateless, 'fd')} on stateless.`;
		return { verdict: 'refuted', because, evidence };
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
	return { verdict: 'depends', because: `${base}, but ${but.join('; and ')}.`, evidence };
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
	const evidence = [...figures.evidence('sse', 'fdsPerClient'), ...figures.evidence('sse', 'heapKbPerClient')];
	const because = `An idle client keeps ${kept(figures, 'sse')}.`;
	const found = keeps(figures, 'sse');
	if (found === 'open') return { verdict: 'inconclusive', because, evidence };
	return { verdict: found === 'nothing' ? 'refuted' : found === 'both' ? 'confirmed' : 'depends', because, evidence };
}

/** That one kind of server manages without is enough: it is a matter of what can be. */
function streamableWithoutState(figures: Figures): Ruling {
	const names = figures.targets.filter((target) => target !== 'sse');
	const without = names.filter((target) => keeps(figures, target) === 'nothing');
	const evidence = [...new Set([...without, ...names])].flatMap((target) => [
		...figures.evidence(target, 'fdsPerClient'),
		...figures.evidence(target, 'heapKbPerClient'),
	]);
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
	const evidence = measured.flatMap(({ target }) => figures.evidence(target, 'fdsPerClientKeptAlive'));
	const because = `Connections of a client that has just called: ${measured.map(({ target, estimate }) => `${target} ${said(estimate, '')}`).join(', ')}.`;
	const ruling = { because, evidence };
	const isTwo = ({ estimate }: (typeof measured)[number]) => between(estimate, 1.9, 2.1);
	const isOne = ({ estimate }: (typeof measured)[number]) => between(estimate, 0.9, 1.1);
	const sse = measured.filter(({ target }) => target === 'sse');
	const others = measured.filter(({ target }) => target !== 'sse');
	if (sse.length === 0 || others.length === 0 || !measured.every((each) => isTwo(each) || isOne(each)))
		return { verdict: 'inconclusive', ...ruling };
	if (sse.some(isOne)) return { verdict: 'refuted', ...ruling };
	if (others.every(isOne)) return { verdict: 'confirmed', ...ruling };
	return { verdict: others.some(isOne) ? 'depends' : 'refuted', ...ruling };
}

/** By USS: PSS also moves when any other Node process of the machine starts or ends and shares the pages of the binary. */
function memoryOfSse(figures: Figures): Ruling {
	const evidence = [
		...figures.evidence('sse', 'ussKbPerClient'),
		...figures.evidence('sse', 'pssKbPerClient'),
		...figures.evidence('sse', 'heapKbPerClient'),
		...figures.evidence('sse', 'kernelKbPerClient'),
	];
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
	const evidence = names.flatMap((target) => [
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
	if (costly.length === 0 && free.length < measured.length) {
		return { verdict: 'inconclusive', because: `No interval decides: ${say(measured)} per idle client.`, evidence };
	}
	if (costly.length === 0) {
		return { verdict: 'confirmed', because: `Idle clients keep next to nothing in the heap: ${say(free)}.`, evidence };
	}
	if (free.length === 0)
		return { verdict: 'refuted', because: `Every idle client keeps memory in the heap: ${say(costly)}.`, evidence };
	const because = `It depends on sessions and streams. Kept in the heap per idle client: ${say(costly)}; next to nothing: ${say(free)}.`;
	return { verdict: 'depends', because, evidence };
}
