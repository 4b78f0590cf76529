import type { Estimate, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { enumerated, threeDigits } from '../bench/model/quantity.ts';
import type { JudgedClaim } from '../bench/model/scenario.ts';
import { type Arm, armsOf, fullInstances } from './serverless-fates.ts';
import { defaultFactor, hourFactor } from './serverless-time.ts';
import { said } from './words.ts';

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
	return arms.map(({ target, share }) => `${target} ${said(share, '%')}`).join(', ');
}

function missing(arms: readonly Arm[], of: number): string | undefined {
	return arms.length < of ? `Only ${arms.length} of ${of} arms were measured.` : undefined;
}

function verdictOf(arms: readonly Arm[]): Ruling['verdict'] {
	if (arms.every(({ fate }) => fate === 'works')) return 'confirmed';
	if (arms.every(({ fate }) => fate === 'breaks')) return 'refuted';
	const both = arms.some(({ fate }) => fate === 'works') && arms.some(({ fate }) => fate === 'breaks');
	return both ? 'depends' : 'inconclusive';
}

const lambdaSses = ['lambda-sse', 'lambda-sse-buffered'];

/** Whether it fails in both modes; where it fails in one alone, the mode decides. The claim gives a reason, too: that functions time out is seen, that calls fail for it is not. */
function lambdaSse(all: Figures): Ruling {
	const figures = all.in('hour');
	const targets = lambdaSses;
	const evidence = evidenceOf(figures, targets);
	const arms = armsOf(figures, targets);
	const lacking = missing(arms, targets.length);
	if (lacking) return { verdict: 'inconclusive', because: lacking, evidence };
	const answered = `Calls answered: ${sentenceOf(arms)}.`;
	if (arms.every(({ fate }) => fate === 'works')) return { verdict: 'refuted', because: answered, evidence };
	// Of what works in one mode and fails in the other nothing is open, but which of them is meant.
	if (verdictOf(arms) === 'depends')
		return { verdict: 'depends', because: `It depends on the mode. ${answered}`, evidence };
	if (!arms.every(({ fate }) => fate === 'breaks')) return { verdict: 'inconclusive', because: answered, evidence };
	const timeouts = targets.flatMap((target) => {
		const ended = figures.estimate(target, 'functionTimeouts');
		return ended ? [{ target, ended }] : [];
	});
	const seen = timeouts.some(({ ended }) => ended.value > 0)
		? `Functions ended by the time limit, in an hour of a session: ${timeouts.map(({ target, ended }) => `${target} ${threeDigits(ended.value)}`).join(', ')}; that the calls failed for that is not shown.`
		: 'No function was seen to be ended by the time limit.';
	return { verdict: 'depends', because: `It does not work. ${answered} ${seen}`, evidence };
}

const lambdaStreamables = ['stateful', 'stateful-no-stream', 'stateless', 'modern', 'modern-listen'].map(
	(id) => `lambda-${id}`,
);
/** Two that differ in the held stream, and in little else. */
const [held, plain] = ['lambda-modern-listen', 'lambda-modern'] as const;

function lambdaStreamable(all: Figures): Ruling {
	const figures = all.in('hour');
	const evidence = evidenceOf(figures, lambdaStreamables);
	const arms = armsOf(figures, lambdaStreamables);
	const lacking = missing(arms, lambdaStreamables.length);
	if (lacking) return { verdict: 'inconclusive', because: lacking, evidence };
	const works = (id: string) => arms.some(({ target, fate }) => target === id && fate === 'works');
	const [billedHeld, billed] = [held, plain].map((id) => figures.estimate(id, 'billedSPerSessionHour'));
	const compared =
		works(held) && works(plain) && billedHeld && billed
			? ` Billed for an hour of a session: ${inSeconds(billedHeld)} with a stream that is held (${held}), ${inSeconds(billed)} without (${plain}).`
			: '';
	return { verdict: verdictOf(arms), because: `Calls answered: ${sentenceOf(arms)}.${compared}`, evidence };
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
	const evidence = parts.flatMap((figures) => evidenceOf(figures, [target]));
	const [configured, asItComes, crowded] = parts.map((figures) => ({
		arm: armsOf(figures, [target])[0],
		cut: figures.estimate(target, 'functionTimeouts'),
	}));
	if (!configured?.arm || !asItComes?.arm || !crowded?.arm || !configured.cut || !asItComes.cut) {
		return { verdict: 'inconclusive', because: 'Not every case was measured for cloud-run-sse.', evidence };
	}
	const because =
		`With a time-out of 3600 s ${said(configured.arm.share, '%')} of the calls were answered, and it ended ${threeDigits(configured.cut.value)} ` +
		`requests in an hour of a session; with the 300 s that Cloud Run comes with ${said(asItComes.arm.share, '%')}, and it ended ` +
		`${threeDigits(asItComes.cut.value)}; ${fullInstances} ${said(crowded.arm.share, '%')}.`;
	if (configured.arm.fate !== 'works' || configured.cut.value > mostCuts)
		return { verdict: configured.arm.fate === 'breaks' ? 'refuted' : 'inconclusive', because, evidence };
	if (asItComes.arm.fate === 'works') {
		const cut = asItComes.cut.value > mostCuts ? ', though streams are cut more often' : '';
		const unneeded = `${because} With the 300 s it works as well${cut}: that it must be configured is not shown.`;
		return { verdict: 'depends', because: unneeded, evidence };
	}
	if (crowded.arm.fate === 'breaks') return { verdict: 'depends', because, evidence };
	const isDecided = crowded.arm.fate === 'works' && asItComes.arm.fate === 'breaks';
	return { verdict: isDecided ? 'confirmed' : 'inconclusive', because, evidence };
}

/** Instances, on the average of the repeats. */
const several = 2;

const cloudRunStreamables = ['stateful', 'stateless'].map((id) => `cloud-run-${id}`);

function cloudRunStreamable(all: Figures): Ruling {
	const parts = ['default-timeout', 'scaled-out'].map((id) => all.in(id));
	const evidence = parts.flatMap((figures) => evidenceOf(figures, cloudRunStreamables));
	const [alone = [], crowded = []] = parts.map((figures) => armsOf(figures, cloudRunStreamables));
	const lacking = missing([...alone, ...crowded], 2 * cloudRunStreamables.length);
	if (lacking) return { verdict: 'inconclusive', because: lacking, evidence };
	const because =
		`Calls answered with 300 s for a request, and an instance with room for all: ${sentenceOf(alone)}; ${fullInstances} ` +
		`${sentenceOf(crowded)}.`;
	const single = cloudRunStreamables.filter((id) => (parts[1]?.estimate(id, 'coldStarts')?.value ?? several) < several);
	if (single.length > 0) {
		const unproved = `${because} Only one instance was started for ${enumerated(single)}: of several nothing is known.`;
		return { verdict: 'inconclusive', because: unproved, evidence };
	}
	return { verdict: verdictOf([...alone, ...crowded]), because, evidence };
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
