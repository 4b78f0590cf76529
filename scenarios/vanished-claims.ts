import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import { capital, enumerated, figure } from '../bench/model/quantity.ts';
import { decidingSlopes, nothing, type VanishWord, vanishWord } from '../bench/model/vanish-verdict.ts';
import { least, most, outside, rulingsOn, said } from './words.ts';

/** The cases in which clients go without a word and nothing else is set, as sentences name them. */
const withoutWord = { closed: 'connections closed', killed: 'process killed', silent: 'fallen silent' } as const;
type Gone = keyof typeof withoutWord;

/** A server in one case. */
interface Fate {
	readonly target: string;
	readonly inCase: string;
	readonly word: VanishWord;
	readonly figures: Figures;
}

function fatesOf(all: Figures, cases: readonly string[], of: (target: string) => boolean = () => true): Fate[] {
	return cases.flatMap((inCase) => {
		const figures = all.in(inCase);
		return figures.targets.filter(of).map((target) => {
			const word = vanishWord((measure) => figures.estimate(target, measure));
			return { target, inCase, word, figures };
		});
	});
}

function evidenceOf(fates: readonly Fate[]): Evidence[] {
	return fates.flatMap(({ figures, target }) => decidingSlopes.flatMap((name) => figures.evidence(target, name)));
}

/** `0.99 sessions and 31.9 KB of heap`: of one client, what is not nothing. */
function keptOf({ target, figures }: Fate): string {
	const kept = (name: (typeof decidingSlopes)[number], words: (value: number) => string): string[] => {
		const value = figures.estimate(target, name)?.value ?? 0;
		return value > nothing[name] ? [words(value)] : [];
	};
	const parts = [
		...kept('sessionsPerVanished', (value) => many(figure(value), 'session')),
		...kept('fdsPerVanished', (value) => many(figure(value), 'descriptor')),
		...kept('heapKbPerVanished', (value) => `${figure(value, 'KB')} KB of heap`),
	];
	return parts.length === 0 ? 'next to nothing' : enumerated(parts);
}

const many = (figured: string, what: string) => `${figured} ${what}${figured === '1' ? '' : 's'}`;

/** One sentence for a way to go: who gives back, who keeps how much. */
function sentenceOf(how: string, fates: readonly Fate[]): string {
	const by = (word: VanishWord) => fates.filter((fate) => fate.word === word);
	const [back, leak, open] = [by('gives back'), by('leaks'), by('inconclusive')];
	const names = (list: readonly Fate[]) => enumerated(list.map(({ target }) => target));
	const parts = [
		...(back.length > 0 ? [`${names(back)} ${back.length === 1 ? 'gives' : 'give'} everything back`] : []),
		...(leak.length > 0 ? [leak.map((fate) => `${fate.target} keeps ${keptOf(fate)} per client`).join('; ')] : []),
		...(open.length > 0 ? [`not decided for ${names(open)}`] : []),
	];
	return `${how}: ${parts.join('; ')}.`;
}

/** @param beside what is shown and decides nothing */
function rule(fates: readonly Fate[], because: string, missing: string, beside: readonly Evidence[] = []): Ruling {
	const by = rulingsOn([...evidenceOf(fates), ...beside]);
	if (fates.length === 0) return by('inconclusive', missing);
	const that = (word: VanishWord) => fates.filter((fate) => fate.word === word).map(surestOf);
	const [leaks, back, open] = [that('leaks'), that('gives back'), that('inconclusive')];
	if (leaks.length > 0 && back.length > 0) return by('depends', because, mostOver(leaks), leastOver(back));
	if (open.length > 0) return by('inconclusive', because, mostOver(open));
	return leaks.length > 0 ? by('refuted', because, leastOver(leaks)) : by('confirmed', because, mostOver(back));
}

/** What stands highest over what is nothing, and how many times: it tells a leak, or comes nearest to one. */
interface Surest {
	readonly line: readonly Evidence[];
	readonly times: number;
}

function surestOf({ figures, target, word }: Fate): Surest {
	const all = decidingSlopes.flatMap((name) => {
		const line = figures.evidence(target, name);
		const end = word === 'leaks' ? 0 : 1;
		return line.map(({ value, ci }) => ({ line, times: (ci?.[end] ?? value) / nothing[name] }));
	});
	return all.toSorted((a, b) => b.times - a.times)[0] ?? { line: [], times: 0 };
}

const ranked = (all: readonly Surest[]) => all.toSorted((a, b) => a.times - b.times);
const mostOver = (all: readonly Surest[]) => ranked(all).at(-1)?.line ?? [];
const leastOver = (all: readonly Surest[]) => ranked(all)[0]?.line ?? [];

/** A sentence for each way in which clients went without a word. */
function sentencesOf(all: Figures): string[] {
	const gone = Object.keys(withoutWord) as Gone[];
	return gone.flatMap((inCase) => {
		const fates = fatesOf(all, [inCase]);
		return fates.length === 0 ? [] : [sentenceOf(capital(withoutWord[inCase]), fates)];
	});
}

/** What expiry, the cap and a goodbye change. */
function otherSentences(all: Figures): string[] {
	const cases = {
		polite: 'After a goodbye',
		expiry: 'Connections closed, with idle expiry',
		'silent-expiry': 'Fallen silent, with idle expiry',
	} as const;
	const words = Object.entries(cases).flatMap(([id, how]) => {
		const fates = fatesOf(all, [id]);
		return fates.length === 0 ? [] : [sentenceOf(how, fates)];
	});
	const caps = (['cap', 'cap-expiry'] as const).flatMap((id) => {
		const figures = all.in(id);
		const each = figures.targets.flatMap((target) => {
			const refused = figures.estimate(target, 'newcomersRefused');
			const status = figures.estimate(target, 'refusedStatus');
			if (!refused) return [];
			const how = status && refused.value > 0 ? ` (status ${figure(status.value)})` : '';
			return [`${target} ${figure(refused.value, '%')} %${how}`];
		});
		const what = id === 'cap' ? 'with room for one and a half waves' : 'with that room and idle expiry';
		return each.length === 0 ? [] : [`Newcomers refused ${what}: ${each.join(', ')}.`];
	});
	return [...words, ...caps];
}

export function vanishedAnswer(all: Figures): readonly string[] {
	return [...sentencesOf(all), ...otherSentences(all)];
}

/** Of the reference servers, in every way to go without a word; expiry is what helps where they do not. */
export function givenBack(all: Figures): Ruling {
	const fates = fatesOf(all, Object.keys(withoutWord));
	const expiry = fatesOf(all, ['expiry']);
	const because = [...sentencesOf(all), ...(expiry.length > 0 ? [sentenceOf('With idle expiry', expiry)] : [])].join(
		' ',
	);
	return rule(fates, because, 'No server was measured.', evidenceOf(expiry));
}

/** Both without sessions, in every way to go. */
export function statelessKeepsNothing(all: Figures): Ruling {
	const fates = fatesOf(all, ['polite', ...Object.keys(withoutWord)], (target) =>
		['stateless', 'modern'].includes(target),
	);
	const lost = fates.filter(({ word }) => word !== 'gives back');
	const of = (list: readonly Fate[]) => enumerated(list.map(({ target, inCase }) => `${target} (${inCase})`));
	const most = Math.max(
		...fates.flatMap(({ figures, target }) => figures.estimate(target, 'heapKbPerVanished')?.ci?.[1] ?? []),
	);
	const because =
		lost.length === 0
			? `Whichever way clients went, ${of(fates)} kept at most ${figure(Math.max(0, most), 'KB')} KB of heap per client, no session and no descriptor.`
			: `${lost.map((fate) => `${fate.target} (${fate.inCase}) ${fate.word === 'leaks' ? `keeps ${keptOf(fate)} per client` : 'is not decided'}`).join('; ')}.`;
	return rule(fates, because, 'Neither stateless nor modern was measured.');
}

export function sdkGivesBack(all: Figures): Ruling {
	const fates = fatesOf(all, Object.keys(withoutWord));
	const because = [
		...sentencesOf(all),
		...otherSentences(all).filter((text) => text.startsWith('After a goodbye')),
	].join(' ');
	return rule(fates, because, 'No server on an SDK was measured.');
}

/** So many of the newcomers, in percent, may have been kept out by something else: as many as may be kept of those who have gone. */
const refusedUpTo = 100 * nothing.sessionsPerVanished;

/** A slot is given back when streams do not add up, and when newcomers find room where one and a half waves fill it. */
export function slotsGivenBack(all: Figures): Ruling {
	const parts = ['modern-listen', 'sdk2-modern-listen'].flatMap((target) => {
		const [kept, refused] = [
			all.in('closed').estimate(target, 'sessionsPerVanished'),
			all.in('cap').estimate(target, 'newcomersRefused'),
		];
		return kept && refused ? [{ target, kept, refused }] : [];
	});
	const evidence = parts.flatMap(({ target }) => [
		...all.in('closed').evidence(target, 'sessionsPerVanished'),
		...all.in('cap').evidence(target, 'newcomersRefused'),
	]);
	const by = rulingsOn(evidence);
	if (parts.length === 0) return by('inconclusive', 'No listening client was measured.');
	const isHeld = ({ kept }: (typeof parts)[number]) =>
		outside(kept, Number.NEGATIVE_INFINITY, nothing.sessionsPerVanished);
	const bad = parts.filter((part) => isHeld(part) || part.refused.value > refusedUpTo);
	const good = parts.filter((part) => !bad.includes(part));
	const slots = (some: typeof parts) =>
		some.flatMap(({ target }) => all.in('closed').evidence(target, 'sessionsPerVanished'));
	const refusals = (some: typeof parts) =>
		some.flatMap(({ target }) => all.in('cap').evidence(target, 'newcomersRefused'));
	// What is held tells it, or where nothing is held for certain, who was kept out.
	const held = bad.filter(isHeld);
	const of = (side: typeof least) => (held.length > 0 ? side(slots(held)) : side(refusals(bad)));
	const because = `${parts
		.map(
			({ target, kept, refused }) =>
				`${target} still held ${said(kept, '')} streams per client that had dropped its own, and refused ${figure(refused.value, '%')} % of the newcomers ` +
				'where there was room for one and a half waves',
		)
		.join('; ')}.`;
	if (bad.length === parts.length) return by('refuted', because, of(least));
	if (bad.length > 0) return by('depends', because, of(most), most(slots(good)));
	const isSure = parts.every(({ kept }) => kept.ci !== undefined && kept.ci[1] <= nothing.sessionsPerVanished);
	return by(isSure ? 'confirmed' : 'inconclusive', because, most(slots(good)), most(refusals(good)));
}
