import type { Comparison, Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import {
	type ClientCost,
	clientCost,
	mostMessages,
	type PollCost,
	type StreamCost,
	whereStreamIsCheaper,
} from '../bench/model/push-cost.ts';
import { capital, enumerated, figure, quantity, ratio as times } from '../bench/model/quantity.ts';
import { pollMsOf } from '../bench/model/target.ts';
import { comparedLine, rulingsOn } from './words.ts';

/** Two ways whose median differs by less than this are called equally fast: some milliseconds, which nobody who is told something minds. */
const equalWithin = 0.25;

/** The figures of the first case, which all arms have. */
function mainOf(all: Figures): Figures {
	const [first] = all.cases;
	return first === undefined ? all : all.in(first);
}

type Standing = 'slower' | 'equal' | 'faster' | 'undecided';

/** How another way stands against SSE by the median of its deliveries. */
interface Rival {
	readonly target: string;
	readonly standing: Standing;
	readonly found: Comparison;
	/** `stateful 1.02× [0.98, 1.07]`. */
	readonly said: string;
}

function rivalsOf(figures: Figures, targets: readonly string[]): readonly Rival[] {
	return targets.flatMap((target): Rival[] => {
		const found = figures.ratio('pushP50Us', 'sse', target);
		if (!found) return [];
		const { ratio, ci } = found;
		return [{ target, found, standing: ci ? standingOf(ci) : 'undecided', said: `${target} ${times(ratio, ci)}` }];
	});
}

function standingOf([low, high]: readonly [number, number]): Standing {
	if (low > 1 + equalWithin) return 'slower';
	if (high < 1 - equalWithin) return 'faster';
	return low >= 1 - equalWithin && high <= 1 + equalWithin ? 'equal' : 'undecided';
}

/** Of those the one that is slowest against SSE, or fastest, as a line of evidence. */
function extreme(figures: Figures, rivals: readonly Rival[], which: 'slowest' | 'fastest'): Evidence[] {
	const ranked = rivals.toSorted((a, b) => a.found.ratio - b.found.ratio);
	const one = ranked.at(which === 'slowest' ? -1 : 0);
	return one ? comparedLine(figures, one.found) : [];
}

function say(rivals: readonly Rival[]): string {
	return rivals.map(({ said }) => said).join(', ');
}

function streamsOf({ targets }: Figures): readonly string[] {
	return targets.filter((target) => target !== 'sse' && pollMsOf(target) === undefined);
}

function evidenceOf(figures: Figures, ...measures: readonly MeasureName[]): Ruling['evidence'] {
	return figures.targets.flatMap((target) => measures.flatMap((measure) => figures.evidence(target, measure)));
}

/** Against another held stream, and against polling: where it is the better one depends on which of the two it would replace. */
export function pushesBySse(all: Figures): Ruling {
	const figures = mainOf(all);
	const decided = rulingsOn(evidenceOf(figures, 'pushP50Us', 'pushP99Us', 'cpuMsPer1000Pushes'));
	const streams = rivalsOf(figures, streamsOf(figures));
	const polls = rivalsOf(
		figures,
		figures.targets.filter((target) => pollMsOf(target) !== undefined),
	);
	const rivals = [...streams, ...polls];
	const by = (standing: Standing) => rivals.filter((rival) => rival.standing === standing);
	if (streams.length === 0) {
		return decided(
			'inconclusive',
			'sse, or every held stream of Streamable HTTP, has no figure here, so that nothing can be compared.',
		);
	}
	const against = `Median time until a push had arrived, against sse: ${say(streams)}`;
	const polling = polls.length === 0 ? '' : `; polling: ${say(polls)}`;
	if (streams.some(({ standing }) => standing === 'faster'))
		return decided('refuted', `${against}${polling}.`, extreme(figures, streams, 'fastest'));
	const open = by('undecided');
	if (open.length > 0) {
		const because = `The intervals do not decide. ${against}${polling}.`;
		return decided('inconclusive', because, extreme(figures, open, 'slowest'));
	}
	const slower = by('slower');
	if (slower.length === rivals.length)
		return decided('confirmed', `${against}${polling}.`, extreme(figures, rivals, 'fastest'));
	const percent = Math.round(equalWithin * 100);
	const equal = streams.filter(({ standing }) => standing === 'equal');
	const alike = `equally fast within ${percent} %: ${say(equal)}`;
	if (slower.length === 0) {
		return decided(
			'refuted',
			`By the median no way is slower than sse; ${alike}.`,
			extreme(figures, rivals, 'slowest'),
		);
	}
	const yes = `Against ${enumerated(slower.map(({ target }) => target))} it is: ${say(slower)} of sse’s median time until a push had arrived`;
	const others = rivals.filter((rival) => !slower.includes(rival));
	const sides = [extreme(figures, slower, 'slowest'), extreme(figures, others, 'fastest')];
	return decided('depends', equal.length === 0 ? `${yes}.` : `${yes}. But ${alike}.`, ...sides);
}

const mishaps = ['pushesLost', 'pushesDoubled', 'pushesOutOfOrder'] as const satisfies MeasureName[];

/** A held stream of Streamable HTTP does as well where all arrives, once and in order, and no later than with SSE. */
export function pushesByStreamable(all: Figures): Ruling {
	const figures = mainOf(all);
	const by = rulingsOn(evidenceOf(figures, 'pushP50Us', 'pushesReceived', ...mishaps));
	const streams = rivalsOf(figures, streamsOf(figures));
	if (streams.length === 0) {
		const because =
			'sse, or every held stream of Streamable HTTP, has no figure here, so that nothing can be compared.';
		return by('inconclusive', because);
	}
	const seenIn = (target: string, measure: MeasureName) =>
		figures.values(target, measure).filter((value) => value > 0).length;
	// What happened in one repeat alone may have been an accident: it is told, and decides nothing.
	const harmed = (target: string) => mishaps.filter((measure) => seenIn(target, measure) > 1);
	const once = (target: string) => mishaps.filter((measure) => seenIn(target, measure) === 1);
	const untold = streams
		.map(({ target }) => target)
		.filter((target) => mishaps.some((measure) => !figures.estimate(target, measure)));
	const failing = streams.filter(({ target, standing }) => standing === 'slower' || harmed(target).length > 0);
	const open = streams.filter(
		(rival) =>
			!failing.includes(rival) &&
			(rival.standing === 'undecided' || untold.includes(rival.target) || once(rival.target).length > 0),
	);
	const median = `median time until a push had arrived, against sse: ${say(streams)}`;
	const words = streams.flatMap(({ target }) => {
		const told = (measure: (typeof mishaps)[number]) =>
			`${quantity(figures.estimate(target, measure)?.value ?? 0, '')} ${wordOf[measure]}`;
		const said = [
			...harmed(target).map(told),
			...once(target).map((measure) => `${told(measure)} on average, all in one repeat`),
		];
		return said.length === 0 ? [] : [`${target}: ${said.join(', ')}`];
	});
	const fine = untold.length === 0 ? ['Nothing was lost, doubled or out of order'] : [];
	const fate = [
		...(words.length === 0 ? fine : [`Pushes of ${words.join('; ')}`]),
		...(untold.length === 0 ? [] : [`not known what became of the pushes of ${enumerated(untold)}`]),
	].join('; ');
	const because = `${capital(fate)}; ${median}.`;
	// What became of its pushes, where something did; else how long they took.
	const lineOf = (rival: Rival | undefined, found: (target: string) => readonly MeasureName[]): Evidence[] => {
		const [mishap] = rival ? found(rival.target) : [];
		if (!rival) return [];
		return mishap ? figures.evidence(rival.target, mishap) : comparedLine(figures, rival.found);
	};
	const ranked = (list: readonly Rival[]) => list.toSorted((a, b) => a.found.ratio - b.found.ratio);
	const [leastFailing, mostFailing] = [ranked(failing)[0], ranked(failing).at(-1)];
	if (failing.length === streams.length) return by('refuted', because, lineOf(leastFailing, harmed));
	const others = ranked(streams.filter((rival) => !failing.includes(rival)));
	if (failing.length > 0)
		return by(
			'depends',
			because,
			lineOf(mostFailing, harmed),
			lineOf(others[0], () => []),
		);
	if (open.length > 0) return by('inconclusive', because, lineOf(ranked(open).at(-1), once));
	return by(
		'confirmed',
		because,
		lineOf(others.at(-1), () => []),
	);
}

const wordOf: Readonly<Record<(typeof mishaps)[number], string>> = {
	pushesLost: 'lost',
	pushesDoubled: 'doubled',
	pushesOutOfOrder: 'out of order',
};

/** Latency, idle cost, and from where on which way costs less. */
export function pushAnswer(all: Figures): readonly string[] | undefined {
	const figures = mainOf(all);
	const list = (measure: MeasureName, unit: string): string =>
		figures.targets
			.flatMap((target) => {
				const estimate = figures.estimate(target, measure);
				return estimate ? [`${target} ${quantity(estimate.value, unit)}`] : [];
			})
			.join(', ');
	const sentence = (words: string, said: string) => (said === '' ? [] : [`${words}: ${said}.`]);
	const p50 = list('pushP50Us', 'µs');
	if (p50 === '') return undefined;
	return [
		...sentence(`With ${figures.sessions} clients half of the pushes had arrived within`, p50),
		...sentence('99 % had arrived within', list('pushP99Us', 'µs')),
		...sentence(
			'A client to whom nothing is said costs the server so much CPU time in an hour',
			list('idleCpuMsPerClientHour', 'ms'),
		),
		...sentence('On the wire it costs in that time', list('idleKbPerClientHour', 'KB')),
		...sentence('A thousand deliveries cost it', list('cpuMsPer1000Pushes', 'ms')),
		...crossovers(figures),
		'What a held stream costs in memory and descriptors besides is in idle-clients.',
	];
}

interface Costed<Cost extends ClientCost> {
	readonly target: string;
	readonly cost: Cost;
}

function isStream(costed: Costed<ClientCost>): costed is Costed<StreamCost> {
	return costed.cost.kind === 'stream';
}

function isPoll(costed: Costed<ClientCost>): costed is Costed<PollCost> {
	return costed.cost.kind === 'poll';
}

/** A sentence for every way to poll, with all held streams; computed, and said to be. */
function crossovers(figures: Figures): readonly string[] {
	const costs = figures.targets.flatMap((target) => {
		const cost = clientCost(figures, target);
		return cost ? [{ target, cost }] : [];
	});
	const streams = costs.filter(isStream);
	if (streams.length === 0) return [];
	return costs.filter(isPoll).map(({ target, cost }) => {
		const found = streams.map((stream) => ({ stream: stream.target, ...spanOf(stream.cost, cost) }));
		const said = found.map(({ stream, words }) => `${stream} ${words}`).join(', ');
		const beyond = found.some(({ ends }) => ends) ? ' Beyond, a poll brings so many at once that it costs less.' : '';
		return (
			`Computed from measured parts (an idle poll, one with messages, a push, an idle stream): a held stream costs less CPU time than ` +
			`${target} at so many messages per client and hour: ${said}.${beyond}`
		);
	});
}

/** For how many messages the stream costs less, in words, and whether that has an end. */
function spanOf(stream: StreamCost, poll: PollCost): { readonly words: string; readonly ends: boolean } {
	const cheaper = whereStreamIsCheaper(stream, poll);
	if (!cheaper) return { words: 'at none', ends: false };
	const ends = cheaper.to < mostMessages;
	const from = cheaper.from === 0 ? 'from the first' : `from ${rounded(cheaper.from)}`;
	return { words: ends ? `${from} up to ${rounded(cheaper.to)}` : `${from} on`, ends };
}

/** Two digits: the parts that it is computed of are not known better. */
function rounded(messages: number): string {
	return figure(Number(messages.toPrecision(2)));
}
