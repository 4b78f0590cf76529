import type { Estimate, Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { enumerated, threeDigits } from '../bench/model/quantity.ts';
import type { JudgedClaim } from '../bench/model/scenario.ts';
import { worksFrom } from '../bench/model/serverless-measures.ts';
import { type Arm, armsOf, fullInstances } from './serverless-fates.ts';
import { defaultFactor, hourFactor } from './serverless-time.ts';
import { least, most, rulingsOn, said } from './words.ts';

/** In an hour a stream of 3600 s is cut once. */
const mostCuts = 1.5;

const shown = [
	'callsOkShare',
	'sessionsLost',
	'functionTimeouts',
	'billedSPerSessionHour',
] as const satisfies MeasureName[];

function evidenceOf(figures: Figures, targets: readonly string[]) {
	return targets.flatMap((target) => shown.flatMap((measure) => figures.evidence(target, measure)));
}

function sentenceOf(arms: readonly Arm[]): string {
	const wordsOf = ({ target, share, fate }: Arm) => {
		// It is the repeats that decide: an interval of two that differ reaches beyond what works.
		const isWide = fate === 'breaks' && (share.ci?.[1] ?? 0) >= worksFrom;
		return `${target} ${said(share, '%')}${isWide ? ` (in each repeat below ${worksFrom} %)` : ''}`;
	};
	return arms.map(wordsOf).join(', ');
}

function missing(arms: readonly Arm[], of: number): string | undefined {
	return arms.length < of ? `Only ${arms.length} of ${of} arms were measured.` : undefined;
}

/** Whether all arms work, with the shares of answered calls that decide it. */
function verdictOf(arms: readonly Arm[]): {
	readonly verdict: Ruling['verdict'];
	readonly deciding: readonly Evidence[];
} {
	const linesOf = (fate: Arm['fate']) => arms.flatMap((arm) => (arm.fate === fate ? arm.evidence : []));
	const [works, breaks, open] = [linesOf('works'), linesOf('breaks'), linesOf('undecided')];
	if (works.length === arms.length) return { verdict: 'confirmed', deciding: least(works) };
	if (breaks.length === arms.length) return { verdict: 'refuted', deciding: most(breaks) };
	const [good, bad] = [most(works), least(breaks)];
	if (good.length > 0 && bad.length > 0) return { verdict: 'depends', deciding: [...good, ...bad] };
	return { verdict: 'inconclusive', deciding: most(open) };
}

/** Of a verdict that is open because some repeats work and some do not: that they do; else empty. */
function openOf(verdict: Ruling['verdict'], arms: readonly Arm[]): string {
	if (verdict !== 'inconclusive') return '';
	const open = [...new Set(arms.filter(({ fate }) => fate === 'undecided').map(({ target }) => target))];
	if (open.length === 0) return '';
	return ` Repeats of ${enumerated(open)} differ in whether it works; how many more would decide it cannot be told.`;
}

const lambdaSses = ['lambda-sse', 'lambda-sse-buffered'];

/** Whether it fails in both modes; where it fails in one alone, the mode decides. The claim gives a reason, too: that functions time out is seen, that calls fail for it is not. */
function lambdaSse(all: Figures): Ruling {
	const figures = all.in('hour');
	const targets = lambdaSses;
	const by = rulingsOn(evidenceOf(figures, targets));
	const arms = armsOf(figures, targets);
	const lacking = missing(arms, targets.length);
	if (lacking) return by('inconclusive', lacking);
	const answered = `Calls answered: ${sentenceOf(arms)}.`;
	const { verdict: works, deciding } = verdictOf(arms);
	if (works === 'confirmed') return by('refuted', answered, deciding);
	// Of what works in one mode and fails in the other nothing is open, but which of them is meant.
	if (works === 'depends') return by('depends', `It depends on the mode. ${answered}`, deciding);
	if (works === 'inconclusive') return by('inconclusive', answered + openOf(works, arms), deciding);
	const timeouts = targets.flatMap((target) => {
		const ended = figures.estimate(target, 'functionTimeouts');
		return ended ? [{ target, ended }] : [];
	});
	const seen = timeouts.some(({ ended }) => ended.value > 0)
		? `functions were ended by the time limit (in an hour of a session: ${timeouts.map(({ target, ended }) => `${target} ${threeDigits(ended.value)}`).join(', ')}), but that calls failed for it was not seen`
		: 'no function was seen to be ended by the time limit';
	const because = `It depends on the half of the claim: that it does not work is confirmed, that it is for the time-out is not shown. ${answered} Of the reason: ${seen}.`;
	const ended = most(targets.flatMap((target) => figures.evidence(target, 'functionTimeouts')));
	return by('depends', because, deciding, ended);
}

const lambdaStreamables = ['stateful', 'stateful-no-stream', 'stateless', 'modern', 'modern-listen'].map(
	(id) => `lambda-${id}`,
);
/** Two that differ in the held stream, and in little else. */
const [held, plain] = ['lambda-modern-listen', 'lambda-modern'] as const;

function lambdaStreamable(all: Figures): Ruling {
	const figures = all.in('hour');
	const by = rulingsOn(evidenceOf(figures, lambdaStreamables));
	const arms = armsOf(figures, lambdaStreamables);
	const lacking = missing(arms, lambdaStreamables.length);
	if (lacking) return by('inconclusive', lacking);
	const works = (id: string) => arms.some(({ target, fate }) => target === id && fate === 'works');
	const [billedHeld, billed] = [held, plain].map((id) => figures.estimate(id, 'billedSPerSessionHour'));
	const compared =
		works(held) && works(plain) && billedHeld && billed
			? ` Billed for an hour of a session: ${inSeconds(billedHeld)} with a stream that is held (${held}), ${inSeconds(billed)} without (${plain}).`
			: '';
	const { verdict, deciding } = verdictOf(arms);
	return by(verdict, `Calls answered: ${sentenceOf(arms)}.${openOf(verdict, arms)}${compared}`, deciding);
}

/** A zero would read as what was rounded to it. */
function inSeconds(billed: Estimate): string {
	return billed.value === 0 ? 'nothing' : said(billed, 's');
}

/**
 * Configured it must work, and where there are several instances, too. That it works once it is configured also says that it
 * does not before: as it comes calls must fail, or the setting spares it cuts and is no condition.
 */
function cloudRunSse(all: Figures): Ruling {
	const target = 'cloud-run-sse';
	const parts = ['hour', 'default-timeout', 'scaled-out'].map((id) => all.in(id));
	const by = rulingsOn(parts.flatMap((figures) => evidenceOf(figures, [target])));
	const [configured, asItComes, crowded] = parts.map((figures) => ({
		arm: armsOf(figures, [target])[0],
		cut: figures.estimate(target, 'functionTimeouts'),
		cuts: figures.evidence(target, 'functionTimeouts'),
	}));
	if (!configured?.arm || !asItComes?.arm || !crowded?.arm || !configured.cut || !asItComes.cut) {
		return by('inconclusive', 'Not every case was measured for cloud-run-sse.');
	}
	const because =
		`With a time-out of 3600 s ${said(configured.arm.share, '%')} of the calls were answered, and it ended ${threeDigits(configured.cut.value)} ` +
		`requests in an hour of a session; with the 300 s that Cloud Run comes with ${said(asItComes.arm.share, '%')}, and it ended ` +
		`${threeDigits(asItComes.cut.value)}; ${fullInstances} ${said(crowded.arm.share, '%')}.`;
	const [set, unset, full] = [configured.arm.evidence, asItComes.arm.evidence, crowded.arm.evidence];
	const open = because + openOf('inconclusive', [configured.arm, asItComes.arm, crowded.arm]);
	if (configured.arm.fate === 'breaks') return by('refuted', because, set);
	if (configured.arm.fate !== 'works') return by('inconclusive', open, set);
	if (configured.cut.value > mostCuts) return by('inconclusive', open, configured.cuts);
	if (asItComes.arm.fate === 'works') {
		const cut = asItComes.cut.value > mostCuts ? ', though streams are cut more often' : '';
		const unneeded = `${because} With the 300 s it works as well${cut}: that it must be configured is not shown.`;
		return by('depends', unneeded, set, unset);
	}
	if (crowded.arm.fate === 'breaks') return by('depends', because, set, full);
	if (crowded.arm.fate !== 'works') return by('inconclusive', open, full);
	if (asItComes.arm.fate !== 'breaks') return by('inconclusive', open, unset);
	return by('confirmed', because, least([...set, ...full]), unset);
}

/** Instances, on the average of the repeats. */
const several = 2;

const cloudRunStreamables = ['stateful', 'stateless'].map((id) => `cloud-run-${id}`);

function cloudRunStreamable(all: Figures): Ruling {
	const parts = ['default-timeout', 'scaled-out'].map((id) => all.in(id));
	const by = rulingsOn(parts.flatMap((figures) => evidenceOf(figures, cloudRunStreamables)));
	const [alone = [], crowded = []] = parts.map((figures) => armsOf(figures, cloudRunStreamables));
	const lacking = missing([...alone, ...crowded], 2 * cloudRunStreamables.length);
	if (lacking) return by('inconclusive', lacking);
	const because =
		`Calls answered with 300 s for a request, and an instance with room for all: ${sentenceOf(alone)}; ${fullInstances} ` +
		`${sentenceOf(crowded)}.`;
	const single = cloudRunStreamables.filter((id) => (parts[1]?.estimate(id, 'coldStarts')?.value ?? several) < several);
	if (single.length > 0) {
		const unproved = `${because} Only one instance was started for ${enumerated(single)}: of several nothing is known.`;
		return by('inconclusive', unproved, least(single.flatMap((id) => parts[1]?.evidence(id, 'coldStarts') ?? [])));
	}
	const arms = [...alone, ...crowded];
	const { verdict, deciding } = verdictOf(arms);
	return by(verdict, because + openOf(verdict, arms), deciding);
}

/** Says with every ruling what its figures are. */
function emulated(rule: (figures: Figures) => Ruling, time: string): (figures: Figures) => Ruling {
	return (figures) => {
		const ruling = rule(figures);
		return { ...ruling, because: `${ruling.because} Emulated limits, time ${time}.` };
	};
}

const onLambda = `÷${hourFactor}`;
const onCloudRun = `÷${hourFactor}, with 300 s ÷${defaultFactor}`;

const claims: readonly JudgedClaim[] = [
	{
		id: 'lambda-sse',
		targets: lambdaSses,
		text: 'SSE does not work on AWS Lambda: it times out.',
		rule: emulated(lambdaSse, onLambda),
	},
	{
		id: 'lambda-streamable',
		targets: lambdaStreamables,
		text: 'Streamable HTTP is a perfect fit for AWS Lambda.',
		rule: emulated(lambdaStreamable, onLambda),
	},
	{
		id: 'cloud-run-sse',
		targets: ['cloud-run-sse'],
		text: 'SSE works on Cloud Run once it is configured for it.',
		rule: emulated(cloudRunSse, onCloudRun),
	},
	{
		id: 'cloud-run-streamable',
		targets: cloudRunStreamables,
		text: 'Streamable HTTP works on Cloud Run as it comes.',
		rule: emulated(cloudRunStreamable, onCloudRun),
	},
];

/** Whether a platform carries a transport shows in every session of an hour: two hours agree, or it is not clear. */
export const serverlessClaims = claims.map((claim) => ({ ...claim, repeats: 2 }));
