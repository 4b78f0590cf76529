import type { Estimate, Figures, Ruling } from '../bench/model/finding.ts';
import { quantity } from '../bench/model/quantity.ts';

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

/** `pushes for at least 2.4 s and answers for 300 ms` of those that went on; of the others that nothing came. */
function wordsOf({ pushes, pushedMs, calls, servedMs }: Aftermath): string {
	const part = (what: string, count: Estimate | undefined, ms: Estimate | undefined): string[] => {
		if (!count || count.value === 0) return [];
		const lasted = ms ? (ms.atLeast ? `at least ${quantity(ms.value, 'ms')}` : quantity(ms.value, 'ms')) : 'some time';
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

/**
 * What one repeat saw and another did not decides nothing: the verdict is that of the combinations whose repeats agree, where the
 * others could not change it, whichever way they went.
 * @param verdictOf of such as agree
 */
function byThoseThatAgree(
	found: readonly Aftermath[],
	verdictOf: (agreeing: readonly Aftermath[]) => Ruling['verdict'],
): Pick<Ruling, 'verdict' | 'because'> {
	const [agreeing, differing] = [found.filter(({ agree }) => agree), found.filter(({ agree }) => !agree)];
	if (differing.length === 0) return { verdict: verdictOf(found), because: sentenceOf(found) };
	const named = differing.map(({ target, inCase }) => `${target} (${inCase})`).join(', ');
	const verdict = agreeing.length > 0 && verdictOf(agreeing) === 'depends' ? 'depends' : 'inconclusive';
	return { verdict, because: `The repeats differ in whether anything came: ${named}. ${sentenceOf(found)}` };
}

/** Confirmed where nothing came after the lapse, whatever the server's policy; refuted where something always did. */
export function endsAccess(all: Figures): Ruling {
	const found = aftermaths(all, streamable);
	const evidence = evidenceOf(all, found);
	const missing = streamable.filter((target) => !found.some((each) => each.target === target));
	if (missing.length > 0) {
		return { verdict: 'inconclusive', because: `Not measured: ${missing.join(', ')}.`, evidence };
	}
	const ruling = byThoseThatAgree(found, (agreeing) => {
		const on = agreeing.filter(goesOn).length;
		return on === 0 ? 'confirmed' : on === agreeing.length ? 'refuted' : 'depends';
	});
	return { ...ruling, evidence };
}

/** Confirmed where everything went on whatever the server's policy: its pushes, and its answers too. Refuted where nothing ever did. */
export function worksOn(all: Figures): Ruling {
	const found = aftermaths(all, ['sse']);
	const evidence = evidenceOf(all, found);
	if (found.length === 0) return { verdict: 'inconclusive', because: 'sse was not measured.', evidence };
	const ruling = byThoseThatAgree(found, (agreeing) => {
		const whole = agreeing.filter(({ pushes, calls }) => (pushes?.value ?? 0) > 0 && calls.value > 0).length;
		const none = agreeing.filter((each) => !goesOn(each)).length;
		return whole === agreeing.length ? 'confirmed' : none === agreeing.length ? 'refuted' : 'depends';
	});
	return { ...ruling, evidence };
}
