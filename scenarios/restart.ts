import type { Figures, Ruling } from '../bench/model/finding.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick, times } from './arms.ts';
import { lowEnd, outside, said } from './words.ts';

function size(sessions: number, crashAtMs: number, forMs: number, repeats: number): Size {
	return {
		load: { kind: 'periodic', sessions, everyMs: 1000, forMs },
		warmMs: 500,
		faults: [{ atMs: crashAtMs, fault: { kind: 'crash', restartAfterMs: 1000 } }],
		repeats,
	};
}

export const restart: Scenario = {
	id: 'restart',
	title: 'Restart',
	question: 'The server is killed and is back a second later: what do its clients lose?',
	method:
		'Each client calls once a second at a random instant of it. The server is killed with SIGKILL and started again on the ' +
		'same port a second later. A call due while its client has no session fails unsent; a call cut off is unknown; nothing is ' +
		'sent twice. Recovery counts from the new server’s ready to each client’s first success: a client that notices nothing ' +
		'shows about 950 ms for 95 %, because it calls once a second. Clients reconnect as their policy says.',
	needs: ['restart'],
	arms: (targets, profile) => {
		const plain = pick(targets, 'stateful', 'stateless', 'modern');
		const [...sse] = pick(targets, 'sse');
		if (profile === 'smoke') return [...sse, ...plain];
		const policies = ['fixed-3s', 'full-jitter', 'immediate'] as const;
		return profile === 'standard'
			? [...times(sse, ...policies), ...plain]
			: [
					...times([...sse, ...pick(targets, 'stateful')], ...policies),
					...pick(targets, 'stateless', 'modern', 'modern-listen'),
				];
	},
	sizes: {
		smoke: size(100, 300, 4500, 1),
		standard: size(1000, 1000, 6300, 3),
		full: size(5000, 5000, 25_000, 5),
	},
	shows: [
		'callsOk',
		'callsFailed',
		'callsUnknown',
		'sessionsLost',
		'sessionsReopened',
		'initializesRepeated',
		'recovery95Ms',
		'recovery99Ms',
		'connectsPeakPerS',
	],
	compares: ['callsFailed', 'recovery95Ms', 'connectsPeakPerS'],
	charts: [
		{ kind: 'timeline', series: 'callsOkPerS', title: 'Calls answered over time' },
		{ kind: 'timeline', series: 'openSessions', title: 'Open sessions over time' },
		{ kind: 'timeline', series: 'connectsPerS', title: 'Connection attempts over time' },
		{ kind: 'bars', measures: ['recovery95Ms', 'recovery99Ms'], title: 'Time until clients succeed again' },
	],
	claims: [
		{
			id: 'restart-sse',
			text: 'When the server restarts, every SSE client loses its connection and must reconnect.',
			rule: sseLosesAll,
		},
		{
			id: 'restart-streamable',
			text: 'When the server restarts, Streamable HTTP clients just send their next request and do not notice.',
			rule: streamableDoesNotNotice,
		},
	],
};

function evidenceOf(figures: Figures, targets: readonly string[]) {
	const names = ['sessionsLost', 'initializesRepeated', 'callsFailed', 'callsUnknown', 'recovery95Ms'] as const;
	return targets.flatMap((target) => names.flatMap((measure) => figures.evidence(target, measure)));
}

function sseLosesAll(figures: Figures): Ruling {
	const evidence = evidenceOf(figures, ['sse']);
	const lost = figures.estimate('sse', 'sessionsLost');
	const again = figures.estimate('sse', 'initializesRepeated');
	const recovery = figures.estimate('sse', 'recovery95Ms');
	const clients = figures.sessions;
	if (!lost || !again) return { verdict: 'inconclusive', because: 'sse was not measured.', evidence };
	const because =
		`${said(lost, '')} of ${clients} clients lost their session and ${said(again, '')} initialized again` +
		(recovery ? `; 95 % of them succeeded again ${said(recovery, 'ms')} after the server was ready.` : '.');
	const least = clients * 0.999;
	if (lowEnd(lost) >= least && lowEnd(again) >= least) return { verdict: 'confirmed', because, evidence };
	const few = outside(lost, least, Number.POSITIVE_INFINITY) || outside(again, least, Number.POSITIVE_INFINITY);
	return { verdict: few ? 'refuted' : 'inconclusive', because, evidence };
}

function streamableDoesNotNotice(figures: Figures): Ruling {
	const arms = figures.targets.filter((target) => !target.startsWith('sse'));
	const evidence = evidenceOf(figures, arms);
	const read = arms.flatMap((target) => {
		const lost = figures.estimate(target, 'sessionsLost');
		const failed = figures.estimate(target, 'callsFailed');
		const unknown = figures.estimate(target, 'callsUnknown');
		return lost && failed && unknown ? [{ target, lost, failed, unknown }] : [];
	});
	if (read.length === 0) return { verdict: 'inconclusive', because: 'No Streamable target was measured.', evidence };
	const because = read
		.map(
			({ target, lost, failed, unknown }) =>
				`${target}: ${said(lost, '')} sessions lost, ${said(failed, '')} calls failed, ${said(unknown, '')} unknown`,
		)
		.join('; ');
	const losers = read.filter(({ lost }) => lost.value > 0);
	const unharmed = read.filter(({ lost, failed, unknown }) => lost.value === 0 && failed.value + unknown.value === 0);
	if (unharmed.length === read.length) return { verdict: 'confirmed', because: `${because}.`, evidence };
	if (losers.length === read.length) return { verdict: 'refuted', because: `${because}.`, evidence };
	return {
		verdict: 'depends',
		because: `Without sessions nothing has to be set up again, but calls made during the outage still fail. ${because}.`,
		evidence,
	};
}
