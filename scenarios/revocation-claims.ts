import type { Estimate, Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import { atLeast, quantity } from '../bench/model/quantity.ts';
import { least, most, rulingsOn } from './words.ts';

const measures = [
	'pushesAfterLapse',
	'pushesAfterLapseMs',
	'callsAfterLapse',
	'callsAfterLapseMs',
	'refusedShare',
] as const;

/** What a server still did for the clients of a target, in one case. */
interface Aftermath {
	readonly inCase: string;
	readonly target: string;
	readonly pushes: Estimate | undefined;
	readonly pushedMs: Estimate | undefined;
	readonly calls: Estimate;
	readonly servedMs: Estimate | undefined;
	/** Whether all repeats saw pushes, or none did, and the same of answers. */
	readonly agree: boolean;
}

/** Of every case that these targets have; a target without a figure of its calls was not measured. */
function aftermaths(all: Figures, targets: readonly string[]): Aftermath[] {
	return all.cases.flatMap((inCase) => {
		const figures = all.in(inCase);
		return targets.flatMap((target): Aftermath[] => {
			const [pushes, pushedMs, calls, servedMs] = measures.map((measure) => figures.estimate(target, measure));
			const agree = (['pushesAfterLapse', 'callsAfterLapse'] as const).every((measure) => {
				const values = figures.values(target, measure);
				return values.every((value) => value > 0) || values.every((value) => value === 0);
			});
			return calls ? [{ inCase, target, pushes, pushedMs, calls, servedMs, agree }] : [];
		});
	});
}

/** Whether anything came after the lapse: a push, or an answer. */
function goesOn({ pushes, calls }: Aftermath): boolean {
	return (pushes?.value ?? 0) > 0 || calls.value > 0;
}

function evidenceOf(all: Figures, found: readonly Aftermath[]): Ruling['evidence'] {
	return found.flatMap(({ inCase, target }) => measures.flatMap((measure) => all.in(inCase).evidence(target, measure)));
}

/** What came to a client after the lapse: of each, how many pushes and how many answers. */
function counts(all: Figures, found: readonly Aftermath[]): readonly Evidence[] {
	const names = ['pushesAfterLapse', 'callsAfterLapse'] as const;
	return found.flatMap(({ inCase, target }) => names.flatMap((measure) => all.in(inCase).evidence(target, measure)));
}

/** `pushes for ≥ 2.40 s and answers for 300 ms` of those that went on; of the others that nothing came. */
function wordsOf({ pushes, pushedMs, calls, servedMs }: Aftermath): string {
	const part = (what: string, count: Estimate | undefined, ms: Estimate | undefined): string[] => {
		if (!count || count.value === 0) return [];
		const lasted = ms ? (ms.atLeast ? atLeast(ms.value, 'ms') : quantity(ms.value, 'ms')) : 'some time';
		return [`${what} for ${lasted}`];
	};
	const parts = [...part('pushes', pushes, pushedMs), ...part('answers', calls, servedMs)];
	return parts.length === 0 ? 'nothing' : parts.join(' and ');
}

/** Target by target; cases in which the same came stand together. */
function sentenceOf(found: readonly Aftermath[]): string {
	const said = [...Map.groupBy(found, ({ target }) => target)].map(([target, own]) => {
		const alike = [...Map.groupBy(own, wordsOf)];
		return `${target}: ${alike.map(([what, cases]) => `${what} (${cases.map(({ inCase }) => inCase).join(', ')})`).join(', ')}`;
	});
	const answered = found.filter(({ calls }) => calls.value > 0).length;
	const pushed = found.filter(({ pushes }) => (pushes?.value ?? 0) > 0).length;
	return (
		`Of ${found.length} combinations of server and policy ${answered} still answered calls and ${pushed} still pushed ` +
		`after the token had lapsed: ${said.join('; ')}.`
	);
}

const streamable = ['stateful', 'modern-listen', 'stateless'];

/** A verdict, with the figures that decide it. */
interface Decided {
	readonly verdict: Ruling['verdict'];
	readonly deciding: readonly Evidence[];
}

/**
 * What one repeat saw and another did not decides nothing: the verdict is that of the combinations whose repeats agree, where the
 * others could not change it, whichever way they went.
 * @param decide on such as agree
 */
function byThoseThatAgree(
	all: Figures,
	found: readonly Aftermath[],
	decide: (agreeing: readonly Aftermath[]) => Decided,
): Ruling {
	const by = rulingsOn(evidenceOf(all, found));
	const [agreeing, differing] = [found.filter(({ agree }) => agree), found.filter(({ agree }) => !agree)];
	const decided = agreeing.length > 0 ? decide(agreeing) : undefined;
	if (decided && differing.length === 0) return by(decided.verdict, sentenceOf(found), decided.deciding);
	const named = differing.map(({ target, inCase }) => `${target} (${inCase})`).join(', ');
	const differ = `The repeats differ in whether anything came: ${named}.`;
	if (decided?.verdict === 'depends') return by('depends', `${differ} ${sentenceOf(found)}`, decided.deciding);
	const open = `${differ} How many more would decide it cannot be told. ${sentenceOf(found)}`;
	return by('inconclusive', open, most(counts(all, differing)));
}

/** Confirmed where nothing came after the lapse, whatever the server's policy; refuted where something always did. */
export function endsAccess(all: Figures): Ruling {
	const found = aftermaths(all, streamable);
	const missing = streamable.filter((target) => !found.some((each) => each.target === target));
	if (missing.length > 0) {
		return rulingsOn(evidenceOf(all, found))('inconclusive', `Not measured: ${missing.join(', ')}.`);
	}
	return byThoseThatAgree(all, found, (agreeing) => {
		const [on, ended] = [agreeing.filter(goesOn), agreeing.filter((each) => !goesOn(each))];
		// Of one that goes on, what came of it; the least of these is the nearest to an end.
		const came = on.flatMap((each) => most(counts(all, [each])));
		if (on.length === 0) return { verdict: 'confirmed', deciding: most(counts(all, ended)) };
		if (ended.length === 0) return { verdict: 'refuted', deciding: least(came) };
		return { verdict: 'depends', deciding: [...most(came), ...most(counts(all, ended))] };
	});
}

/** Confirmed where everything went on whatever the server's policy: its pushes, and its answers too. Refuted where nothing ever did. */
export function worksOn(all: Figures): Ruling {
	const found = aftermaths(all, ['sse']);
	if (found.length === 0) return { verdict: 'inconclusive', because: 'sse was not measured.', evidence: [] };
	return byThoseThatAgree(all, found, (agreeing) => {
		const isWhole = ({ pushes, calls }: Aftermath) => (pushes?.value ?? 0) > 0 && calls.value > 0;
		const lines = counts(all, agreeing);
		if (agreeing.every(isWhole)) return { verdict: 'confirmed', deciding: least(lines) };
		if (!agreeing.some(goesOn)) return { verdict: 'refuted', deciding: most(lines) };
		return { verdict: 'depends', deciding: [...most(lines), ...least(lines)] };
	});
}
