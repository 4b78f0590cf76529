import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { pick } from './arms.ts';

/** The factor of all cases: the shortest limit is then 2 s. */
const factor = 15;
const idleLimitsS = [30, 60, 90];
/** Between the limits, never on one: who comes at the very instant of the cut is a matter of luck. */
const heartbeatsS = [10, 25, 40, 55, 75];

const compressedMs = (seconds: number) => Math.round((seconds * 1000) / factor);

function caseOf(idleS: number, heartbeatS: number | undefined): Case {
	const row = `idle ${idleS} s`;
	const column = heartbeatS === undefined ? 'none' : `${heartbeatS} s`;
	return {
		id: `idle-${idleS}s-${heartbeatS === undefined ? 'none' : `${heartbeatS}s`}`,
		title: `idle limit ${idleS} s, ${heartbeatS === undefined ? 'no heartbeat' : `heartbeat ${heartbeatS} s`}, ÷${factor}`,
		size: {
			path: { kind: 'proxy', by: 'embedded', limits: { idleMs: compressedMs(idleS), onIdle: 'fin' } },
			...(heartbeatS !== undefined && { serverFlags: ['--sse-comment-ms', String(compressedMs(heartbeatS))] }),
		},
		at: { row, column },
		arms: (arms: readonly Target[]) => arms.filter(({ server }) => heartbeatS === undefined || server.kind === 'node'),
	};
}

function size(idleS: readonly number[], heartbeats: readonly number[], repeats: number): Size {
	// Heartbeats come at any moment of their interval: only of two in a row is it certain that all of it was seen.
	const watchedS = Math.max(...idleS.map((idle) => idle * 1.2), ...heartbeats.map((heartbeat) => heartbeat * 2));
	const forMs = compressedMs(watchedS) + 1400;
	return {
		load: { kind: 'watch', sessions: 3, callers: 0, pushAtMs: forMs - 1400, callAtMs: forMs - 700, forMs },
		warmMs: 0,
		faults: [],
		repeats,
		ledger: true,
		mayStayClosed: true,
		factor,
		cases: idleS.flatMap((idle) => [undefined, ...heartbeats].map((heartbeat) => caseOf(idle, heartbeat))),
	};
}

export const heartbeatLimits: Scenario = {
	id: 'heartbeat-limits',
	title: 'Heartbeats against idle limits',
	question: 'How often must a server send a comment so that an idle limit does not cut its streams?',
	method:
		`Emulated limits: the embedded proxy cuts an answer on which nothing flowed for the limit. Time is compressed by ${factor}, limits ` +
		'and heartbeats alike. Every pair of limit and heartbeat is a case of its own, all side by side; streams are held until ' +
		'even the rarest heartbeat has come twice. A server’s comments have one clock, which runs since its start: a stream that is opened shortly ' +
		'before one gets it soon, and is cut a whole limit after that. Where comments are rarer than the limit a stream so lives for one to two ' +
		'times the limit.',
	needs: ['push'],
	arms: (targets) => pick(targets, 'sse', 'stateful', 'modern-listen'),
	inProfiles: ['standard', 'full'],
	sideBySide: true,
	atOnce: 3,
	sizes: {
		smoke: size([30, 60], [25, 40], 1),
		// A boundary, and no claim: one look at it.
		standard: size(idleLimitsS, heartbeatsS, 1),
		full: size([...idleLimitsS, 120, 240], [5, ...heartbeatsS, 110, 150, 200], 5),
	},
	shows: [
		'timeFactor',
		'streamSurvivedShare',
		'streamLifeS',
		'streamsFin',
		'reconnectsPerHour',
		'deafShare',
		'pushesNotReceivedShare',
	],
	compares: [],
	charts: [
		{
			kind: 'heat',
			measure: 'streamSurvivedShare',
			label: 'streamLifeS',
			title: 'Survival of a stream: idle limit against heartbeat (emulated limits)',
			axes: ['idle limit', 'a comment every'],
			answer: {
				kinds: 'column',
				good: { from: 99.5, words: 'A stream lives' },
				bad: { from: 0.5, words: 'A stream is always cut' },
			},
		},
	],
	claims: [],
};
