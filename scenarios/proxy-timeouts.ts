import type { PlatformProfile } from '../bench/model/platform.ts';
import { compressed, emulatedPlatforms, emulatedTitle, heartbeatMs, limitsOf } from '../bench/model/platforms.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import { allFromShare, survivalClasses } from '../bench/model/survival.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';
import { longCallAnswer } from './long-call-answer.ts';
import { caseIdOf } from './platform-cases.ts';
import { proxyClaims } from './proxy-claims.ts';

/** A tool call of this length, in the world that the trial stands for. */
const longCallMs = 45_000;

/** When Node's fetch, which the official SDKs use, lets an idle connection go. Source: undici, Client option keepAliveTimeout. */
const idleConnectionMs = 4000;

/** Who can be told to send heartbeats, and has something to send them on. */
const withHeartbeats = (arms: readonly Target[]) =>
	arms.filter(({ client, server }) => client.stream && server.kind === 'node');

function casesOf(profile: PlatformProfile): readonly Case[] {
	const { id, factor } = profile;
	const title = emulatedTitle(profile);
	const size: Partial<Size> = {
		path: { kind: 'proxy', by: 'embedded', limits: limitsOf(profile) },
		factor,
		slowCalls: { ms: compressed(longCallMs, profile) },
		client: { idleConnectionMs: compressed(idleConnectionMs, profile) },
	};
	const place = { row: `${title} (${id}, ÷${factor})`, short: `${id} ÷${factor}`, group: id };
	const heartbeat = ['--sse-comment-ms', String(heartbeatMs(profile))];
	return [
		{
			id: caseIdOf(id, 'silent'),
			title: `${title}, silent, ÷${factor}`,
			size,
			at: { ...place, column: 'silent' },
			platform: profile,
		},
		{
			id: caseIdOf(id, 'heartbeat'),
			title: `${title}, a comment every 15 s, ÷${factor}`,
			size: { ...size, serverFlags: heartbeat },
			at: { ...place, column: 'heartbeat' },
			platform: profile,
			arms: withHeartbeats,
		},
	];
}

/** What is watched of a case: its calls come so shortly before the end that only a cut can have come before them. */
function size(profiles: readonly PlatformProfile[], watchers: number, forMs: number, repeats: number): Size {
	return {
		load: {
			kind: 'watch',
			sessions: watchers + callers,
			callers,
			pushAtMs: forMs - 1400,
			callAtMs: forMs - 700,
			forMs,
		},
		warmMs: 0,
		faults: [],
		repeats,
		ledger: true,
		mayStayClosed: true,
		cases: profiles.flatMap(casesOf),
	};
}

/** Of each case. With the repeats there are enough of them to tell luck from rule. */
const callers = 1;

/** One of each kind of limit, so that the machinery is proved. */
const smoke = ['direct', 'nginx', 'tls-inspection', 'api-gateway-http', 'azure-lb', 'cloud-run'];

const axes = ['emulated platform (÷ time)', 'stream'] as const;
const streaming = ['sse', 'stateful', 'modern-listen'];

export const proxyTimeouts: Scenario = {
	id: 'proxy-timeouts',
	title: 'What stands between',
	question: 'Will a stream live behind the proxies and platforms that stand between, and do calls get through?',
	method:
		'Emulated limits: a proxy of this project keeps the limits that each platform documents; no cloud was asked. Time is compressed by ' +
		'the factor that each row names, limits, heartbeats, the clients’ waits and the long call of 45 s alike; round trips are not. All ' +
		'platforms stand side by side before the same server processes. Clients open a session and are quiet; one push and one call come at ' +
		'the very end. The long call is made by a further client of each row, as soon as it is open: with `sse` the answer comes on ' +
		'the stream, whose limits run from its opening on, or from what flowed last, so that later calls fare worse than this one. With `heartbeat` the server sends a comment every 15 s, as the official SDKs have done since 1.30.',
	needs: [],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'modern-listen', 'stateless'),
	inProfiles: ['standard', 'full'],
	sideBySide: true,
	atOnce: 4,
	sizes: {
		smoke: size(
			emulatedPlatforms.filter(({ id }) => smoke.includes(id)),
			2,
			6000,
			1,
		),
		standard: size(emulatedPlatforms, 3, 9500, 2),
		full: size(emulatedPlatforms, 5, 24_000, 5),
	},
	shows: [
		'timeFactor',
		'streamSurvivedShare',
		'streamLifeS',
		'streamsFin',
		'streamsReset',
		'streamsClean',
		'streamsSilent',
		'streamsDeaf',
		'streamsRefused',
		'streamsNotOpened',
		'cutNoticedMs',
		'cutNeverNoticedShare',
		'deafShare',
		'reconnectsPerHour',
		'pushesNotReceivedShare',
		'longCallOkShare',
		'longCallStatus',
		'longCallsRefused',
		'longCallsCut',
		'longCallsHung',
		'callsAfterIdleOkShare',
		'callsAfterIdleHung',
	],
	answer: longCallAnswer,
	compares: [],
	charts: [
		{
			kind: 'heat',
			measure: 'streamSurvivedShare',
			label: 'streamLifeS',
			title: 'Will my stream live behind it? (emulated limits)',
			axes,
			targets: streaming,
			answer: {
				kinds: 'column',
				good: { from: allFromShare, words: 'A stream lives' },
				bad: { from: 0.5, words: 'A stream does not live' },
			},
			classes: survivalClasses,
		},
		{
			kind: 'heat',
			measure: 'longCallOkShare',
			title: 'Does a call of 45 s get its answer? (emulated limits)',
			axes,
			answer: {
				kinds: 'target',
				good: { from: allFromShare, words: 'Answered' },
				bad: { from: 0.5, words: 'Not answered' },
			},
		},
		{
			kind: 'heat',
			measure: 'deafShare',
			title: 'For how much of the time can a push not reach the client? (emulated limits)',
			axes,
			targets: streaming,
			answer: {
				kinds: 'column',
				good: { from: 0.5, words: 'Deaf for less than 0.5 %' },
				bad: { from: 98, words: 'Deaf nearly all the time' },
			},
		},
	],
	tables: ['platforms'],
	claims: proxyClaims,
};
