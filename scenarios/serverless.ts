import { quantity } from '../bench/model/quantity.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { serverlessAnswer } from './serverless-answer.ts';
import { serverlessClaims } from './serverless-claims.ts';
import { defaultFactor, hourFactor } from './serverless-time.ts';

/** Each of them calls once a minute. */
const sessions = 2;

/** What fills an instance where there are to be several, and who calls there. */
const crowd = { concurrency: 2, sessions: 4, callMs: 150 } as const;

function load(factor: number, minutes: number, callers = sessions): Size['load'] {
	const everyMs = Math.round(60_000 / factor);
	return { kind: 'periodic', sessions: callers, everyMs, forMs: everyMs * minutes };
}

/** The limits of a stand-in, compressed. */
function limits(factor: number, ...more: string[]): Partial<Size> {
	return { factor, serverFlags: ['--factor', String(factor), ...more] };
}

const onWorkerd = (arms: readonly Target[]) => arms.filter(({ id }) => id.startsWith('workerd-'));
const onStandIns = (arms: readonly Target[]) => arms.filter(({ id }) => !id.startsWith('workerd-'));

function isOn(platform: 'lambda' | 'cloud-run', ...servers: string[]) {
	return (arms: readonly Target[]): readonly Target[] => {
		const ids = servers.map((server) => `${platform}-${server}`);
		return arms.filter(({ id }) => ids.includes(id));
	};
}

/** A modern server keeps nothing for a session, as a stateless one: one of them is enough. */
const three = ['sse', 'stateful', 'stateless'] as const;

function cases(minutes: number): readonly Case[] {
	return [
		{ id: 'hour', title: `an hour, room for all, ÷${hourFactor}`, size: limits(hourFactor), arms: onStandIns },
		// The real runtime knows no factor, and nothing of it ends a stream.
		{ id: 'workers', title: `workerd, the real runtime, only the pace ÷${hourFactor}`, arms: onWorkerd },
		{
			id: 'default-timeout',
			title: `Cloud Run as it comes: ${quantity(300, 's')}, ÷${defaultFactor}`,
			size: { load: load(defaultFactor, Math.min(12, minutes)), ...limits(defaultFactor, '--timeout-s', '300') },
			arms: isOn('cloud-run', ...three),
		},
		{
			id: 'scaled-out',
			title: `Cloud Run, several instances, no affinity, ÷${hourFactor}`,
			// Four calls of 150 ms in 250: whenever they are due, three of them are under way at some time of it.
			size: {
				load: load(hourFactor, minutes / 2, crowd.sessions),
				slowCalls: { every: 1, ms: crowd.callMs },
				...limits(hourFactor, '--concurrency', String(crowd.concurrency)),
			},
			arms: isOn('cloud-run', ...three),
		},
	];
}

function size(minutes: number, repeats: number): Size {
	return {
		load: load(hourFactor, minutes),
		factor: hourFactor,
		realWaits: true,
		warmMs: 0,
		faults: [],
		repeats,
		mayStayClosed: true,
		cases: cases(minutes),
	};
}

const lambdaArms = ['sse', 'sse-buffered', 'stateful', 'stateful-no-stream', 'stateless', 'modern', 'modern-listen'];
const workerdArms = ['sse', 'stateful', 'stateless', 'modern'];
const cloudRunArms = ['sse', 'stateful', 'stateless', 'modern'];

const compressed = `emulated limits, time ÷${hourFactor} or ÷${defaultFactor}`;

export const serverless: Scenario = {
	id: 'serverless',
	title: 'Serverless',
	question: 'On AWS Lambda and Cloud Run: does it work, and what does an hour of a session cost?',
	method:
		'Emulated limits, not the clouds: the reference servers run on stand-ins for AWS Lambda (its public Runtime API, one invocation ' +
		'per process, frozen with SIGSTOP in between, killed after 15 minutes) and for Cloud Run (up to 80 requests per instance, each ' +
		'ended after 3600 s, in one case after 300 s). Two sessions call once a minute for an hour. In a case of its own two requests fill ' +
		`an instance, session affinity is off, as Cloud Run comes, and each call of four sessions takes ${quantity(crowd.callMs, 'ms')}: at the ` +
		'compressed pace they overlap as those of a thousand sessions would, and one instance is not enough. ' +
		`Limits and the pace of the calls are compressed by ${hourFactor}, in the case of 300 s by ` +
		`${defaultFactor}; round trips and the starts of processes are not, nor are the 50 ms after which a client there that lost its ` +
		'session, or cannot open one, tries again. No limit falls below 2.5 s. On workerd, the runtime of Cloudflare’s Workers, the same ' +
		'servers run as workers and durable objects: there only the pace is compressed, and nothing is billed. ' +
		'At Lambda six processes may run at a time, 1000 at AWS. What was held as a stream is billed as compressed time × factor, all else ' +
		'in real time. Trials share the machine, so that a start takes longer than alone; Node’s compile cache is warm.',
	needs: [],
	arms: (targets, profile) => {
		if (profile === 'smoke') return pick(targets, 'lambda-sse', 'lambda-stateless', 'cloud-run-sse');
		if (profile === 'full') return targets.filter(({ implementation }) => implementation === 'serverless');
		return pick(
			targets,
			...lambdaArms.map((id) => `lambda-${id}`),
			...cloudRunArms.map((id) => `cloud-run-${id}`),
			...workerdArms.map((id) => `workerd-${id}`),
		);
	},
	sizes: {
		smoke: { ...size(24, 1), cases: cases(24).filter(({ id }) => id === 'hour') },
		standard: size(60, 2),
		full: size(60, 5),
	},
	atOnce: 21,
	answer: serverlessAnswer,
	shows: [
		'timeFactor',
		'callsOkShare',
		'sessionsLost',
		'coldStarts',
		'coldStartMs',
		'coldAnswerMs',
		'functionTimeouts',
		'requestsRefused',
		'invocationsPerSessionHour',
		'billedSPerSessionHour',
		'gbSPerSessionHour',
		'usdPer1000SessionHours',
	],
	compares: ['callsOkShare', 'billedSPerSessionHour'],
	charts: [
		{ kind: 'heat', measure: 'callsOkShare', rows: 'targets', title: `Calls answered (${compressed})` },
		{
			kind: 'heat',
			measure: 'usdPer1000SessionHours',
			rows: 'targets',
			title: `Price of 1000 session-hours, where it works (${compressed})`,
		},
	],
	tables: ['billing'],
	claims: serverlessClaims,
};
