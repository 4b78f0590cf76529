import type { ArticlePart, Statement } from '../model/article.ts';
import { decidedBy, type Evidence, type Finding, type Verdict } from '../model/finding.ts';
import { counted } from '../model/quantity.ts';

/** So many figures of each finding carry a statement that rests on it; the finding itself has them all. */
const figuresOfEach = 2;

/**
 * What was found, in the order in which the article says it, with the verdicts on those of its statements that rest on several
 * findings; then what was found beyond the article. A run that asked only some of the questions has only their answers.
 */
export function inArticle(found: readonly Finding[], article: readonly ArticlePart[]): readonly Finding[] {
	const byId = new Map(found.map((finding) => [finding.id, finding]));
	const said = article.flatMap(({ title, says }) =>
		says.flatMap((entry): Finding[] => {
			const finding = typeof entry === 'string' ? byId.get(entry) : onStatement(entry, byId);
			return finding ? [{ ...finding, part: title }] : [];
		}),
	);
	const placed = new Set(said.map(({ id }) => id));
	return [...said, ...found.filter(({ id }) => !placed.has(id))];
}

/** How a finding speaks of a statement. */
interface Vote {
	readonly id: string;
	/** Absent: this run did not ask. */
	readonly finding?: Finding;
	readonly says: Verdict;
}

/** The verdict on a statement; undefined where nothing that it rests on was asked. */
function onStatement(statement: Statement, byId: ReadonlyMap<string, Finding>): Finding | undefined {
	const { id, text, restsOn, against = [], unmeasured } = statement;
	const votes = [
		...restsOn.map((each) => voteOf(each, byId.get(each), false)),
		...against.map((each) => voteOf(each, byId.get(each), true)),
	];
	const asked = votes.flatMap(({ finding }) => finding ?? []);
	const [first] = asked;
	if (!first) return undefined;
	const base = {
		...{ id, claim: text, scenario: first.scenario, restsOn: asked.map((finding) => finding.id) },
	};
	const shown = asked.flatMap(({ evidence }) => evidence.slice(0, figuresOfEach).map(unmarked));
	if (unmeasured !== undefined)
		return { ...base, evidence: shown, verdict: 'inconclusive', because: unmeasured, unmeasured: true };
	const verdict = together(votes);
	return { ...base, evidence: decidedBy(decidingOf(votes, verdict), shown), verdict, because: because(votes, verdict) };
}

/** A figure decides its own finding; what decides a statement is for the statement to say. */
function unmarked({ decides: _, ...line }: Evidence): Evidence {
	return line;
}

const decidingIn = (vote: Vote | undefined): readonly Evidence[] =>
	(vote?.finding?.evidence ?? []).filter(({ decides }) => decides);

/** The figures that decide a statement: those of the finding that does; of findings on both sides the first of one of each. */
function decidingOf(votes: readonly Vote[], verdict: Verdict): readonly Evidence[] {
	const that = (says: Verdict) => decidingIn(votes.find((vote) => vote.finding && vote.says === says));
	const sides = [that('confirmed'), that('refuted')];
	const hasBoth = verdict === 'depends' && sides.every((side) => side.length > 0);
	return hasBoth ? sides.flatMap((side) => side.slice(0, 1)) : that(verdict);
}

function voteOf(id: string, finding: Finding | undefined, isAgainst: boolean): Vote {
	if (!finding) return { id, says: 'inconclusive' };
	const turned: Readonly<Record<Verdict, Verdict>> = {
		confirmed: 'refuted',
		refuted: 'confirmed',
		depends: 'depends',
		inconclusive: 'inconclusive',
	};
	return { id, finding, says: isAgainst ? turned[finding.verdict] : finding.verdict };
}

/**
 * One that holds in one respect and not in another depends on the respect, whatever is still open; all in one direction decide
 * it; and what is open leaves it open.
 */
function together(votes: readonly Vote[]): Verdict {
	const has = (verdict: Verdict) => votes.some(({ says }) => says === verdict);
	if (has('depends') || (has('confirmed') && has('refuted'))) return 'depends';
	if (has('inconclusive')) return 'inconclusive';
	return has('confirmed') ? 'confirmed' : 'refuted';
}

const words: Readonly<Record<Verdict, string>> = {
	confirmed: 'for it',
	refuted: 'against it',
	depends: 'it depends by',
	inconclusive: 'open',
};

/** Who speaks how, and the sentences of the one that decides: the first that is not simply for a statement that is not simply true. */
function because(votes: readonly Vote[], verdict: Verdict): string {
	const groups = (['confirmed', 'refuted', 'depends', 'inconclusive'] as const).flatMap((says) => {
		const ids = votes.filter((vote) => vote.says === says && vote.finding).map(({ id }) => id);
		return ids.length === 0 ? [] : [`${words[says]}: ${ids.join(', ')}`];
	});
	const missing = votes.filter(({ finding }) => !finding).map(({ id }) => id);
	if (missing.length > 0) groups.push(`not asked in this run: ${missing.join(', ')}`);
	const deciding =
		votes.find(
			({ finding, says }) => finding && says !== 'confirmed' && (verdict !== 'depends' || says !== 'inconclusive'),
		) ?? votes.find(({ finding }) => finding);
	const rests = `It rests on ${counted(votes.length, 'finding')}; ${groups.join('; ')}.`;
	return deciding?.finding ? `${deciding.finding.because} ${rests}` : rests;
}
