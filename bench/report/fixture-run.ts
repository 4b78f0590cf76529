import { echoTemplate } from '../model/call-template.ts';
import type { Environment } from '../model/environment.ts';
import type { Finding } from '../model/finding.ts';
import type { MeasureName, Measures } from '../model/measures.ts';
import { measures } from '../model/measures.ts';
import type { RunRecord, ScenarioRecord } from '../model/run.ts';
import { type Target, withPolicy } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';

// A run that never took place, with everything a reporter must cope with: variants, missing intervals, a target that
// did not start and tried to smuggle markup and terminal codes into the report.

/** What no report may show as it is. */
export const hostile =
	'</script><img src=x onerror=alert(1)>\u001b[31mred\u001b[0m | `code` http://evil.example/ \u202etxt';

function target(id: string, base: string, transport: Transport, title: string, stream = true): Target {
	return {
		id,
		base,
		title,
		transport,
		implementation: 'reference',
		server: { kind: 'node', file: `servers/${transport}.ts`, args: [] },
		client: { stream, policy: 'fixed-3s' },
		call: echoTemplate,
		headerNames: [],
		features: ['control', 'restart'],
	};
}

const sse = target('sse', 'sse', 'sse', 'HTTP+SSE');
const stateful = target('stateful', 'stateful', 'stateful', 'Streamable HTTP with sessions');
export const targets: readonly Target[] = [
	sse,
	stateful,
	target('stateful-no-stream', 'stateful', 'stateful', 'Streamable HTTP with sessions, no stream', false),
	target('stateless', 'stateless', 'stateless', 'Streamable HTTP without sessions'),
	target('modern', 'modern', 'modern', 'Protocol 2026-07-28'),
	withPolicy(sse, 'full-jitter'),
];

export const scenarios: readonly ScenarioRecord[] = [
	{
		id: 'idle-clients',
		title: 'Idle clients',
		question: 'What does a client cost that is connected and silent?',
		repeats: 3,
		sessions: 2000,
	},
	{
		id: 'steady-calls',
		title: 'Steady calls',
		question: 'How do latency and CPU compare at the same offered load?',
		repeats: 3,
		sessions: 200,
	},
	{
		id: 'restart',
		title: 'Restart',
		question: 'What do a thousand clients see when the server is killed and comes back a second later?',
		repeats: 3,
		sessions: 800,
		clamped: 'Reduced from 1 000 to 800 sessions: this machine allows 1 024 descriptors per process.',
	},
];

const environment: Environment = {
	node: 'v26.10.0',
	v8: '14.2.231',
	packages: { undici: '8.12.4', 'eventsource-parser': '4.1.3', 'hdr-histogram-js': '3.0.1' },
	os: 'Debian GNU/Linux 12',
	kernel: '6.12.8',
	arch: 'x64',
	cpuModel: 'Example CPU E-2000 @ 2.60GHz',
	cpus: 2,
	memoryMb: 7936,
	fdLimit: 1024,
	ephemeralPorts: 28232,
	placement: { pinned: true, target: [0], swarm: [1], note: 'Target on CPU 0, swarm on CPU 1, pinned with taskset.' },
	busyCpus: 0.04,
	loadAverage1: 0.21,
	git: { head: '0123456789abcdef0123456789abcdef01234567', dirty: true },
	missing: ['perf counters: not permitted here'],
};

/** The same figure every time, different for every place. */
export function wobble(seed: number): number {
	return 0.5 + Math.sin(seed * 12.9898) / 2;
}

export function figureOf(name: MeasureName, nth: number): number {
	const { unit } = measures[name];
	if (name === 'r2') return 0.99 + wobble(nth) / 100.5;
	if (name.startsWith('fds')) return nth < 2 ? 1 : 0.004;
	if (name === 'callsOk') return 7912 - nth * 97;
	if (name === 'callsFailed') return nth > 2 ? 0 : 1204 + nth;
	if (unit === 'µs') return 240 * (1 + nth) * (name.includes('99') ? 14 : 1);
	if (unit === 'ms') return 3400 * wobble(nth + 1);
	return 9 + 21 * wobble(nth + name.length);
}

export const steadyMeasures = [
	'p50Us',
	'p90Us',
	'p99Us',
	'p999Us',
	'maxUs',
	'serviceP99Us',
	'cpuUsPerCall',
	'callsDropped',
	'callsFailed',
] as const;
export const idleMeasures = [
	'fdsPerClient',
	'fdsPerClientKeptAlive',
	'pssKbPerClient',
	'ussKbPerClient',
	'heapKbPerClient',
	'kernelKbPerClient',
	'r2',
] as const;
export const restartMeasures = [
	'callsOk',
	'callsFailed',
	'callsUnknown',
	'sessionsLost',
	'initializesRepeated',
	'recovery95Ms',
	'recovery99Ms',
	'connectsPeakPerS',
] as const;

const planned: readonly TrialPlan[] = scenarios.flatMap((scenario) =>
	targets.flatMap((each) =>
		[1, 2, 3].map((repeat) => ({
			id: `${scenario.id}.${each.id.replace('/', '+')}.r${repeat}`,
			scenario: scenario.id,
			target: each.id,
			repeat,
			seed: 41 + repeat,
		})),
	),
);

function measuresOf(plan: TrialPlan): Measures {
	const names: readonly MeasureName[] =
		plan.scenario === 'idle-clients'
			? idleMeasures
			: plan.scenario === 'restart'
				? restartMeasures
				: [...steadyMeasures, 'callsOk'];
	const nth = targets.findIndex((each) => each.id === plan.target);
	return Object.fromEntries(names.map((name) => [name, { value: figureOf(name, nth), unit: measures[name].unit }]));
}

function result(plan: TrialPlan): TrialResult {
	const ran = { ...plan, startedAt: '2026-01-31T12:06:00.000Z', durationMs: 9800, warnings: [] };
	switch (plan.id) {
		case 'restart.modern.r2':
			return {
				...plan,
				state: 'failed-to-start',
				startedAt: ran.startedAt,
				warnings: [],
				because: `the process exited with code 1 before it was ready: ${hostile}`,
				stderr: [
					'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000',
					hostile,
					'    at Server.setupListenHandle (node:net:1940:16)',
				],
			};
		case 'steady-calls.sse.r1':
			return {
				...ran,
				state: 'invalid',
				because: 'generator lag p99 was 5.2 ms, limit 1 ms',
				measures: measuresOf(plan),
			};
		case 'restart.sse.r3':
			return { ...ran, state: 'aborted', durationMs: 2100, because: 'the target died: SIGSEGV' };
		case 'idle-clients.stateless.r1':
			return { ...plan, state: 'skipped', because: 'the target has no control channel', warnings: [] };
		default:
			return {
				...ran,
				state: 'completed',
				measures: measuresOf(plan),
				warnings: plan.repeat === 1 ? [{ id: 'clamped', detail: '800 sessions instead of 1 000' }] : [],
			};
	}
}

const findings: readonly Finding[] = [
	{
		id: 'idle-fds',
		claim:
			'Every connected SSE client costs the server one descriptor, a stateless Streamable client none once it is idle.',
		scenario: 'idle-clients',
		verdict: 'confirmed',
		because: 'sse holds 1.00 [1.00, 1.00] descriptors per client, stateless 0.00 [0.00, 0.01] after keep-alive.',
		evidence: [
			{ target: 'sse', measure: 'fdsPerClient', value: 1, unit: 'fd', ci: [0.999, 1.001], decides: true },
			{ target: 'stateless', measure: 'fdsPerClient', value: 0.004, unit: 'fd' },
		],
	},
	{
		id: 'idle-memory',
		claim: 'An idle SSE client costs about 1 KB of memory.',
		scenario: 'idle-clients',
		verdict: 'refuted',
		because:
			'One idle SSE client costs 21.4 [20.9, 22.0] KB of PSS and 9.8 KB of kernel memory: about thirty times the claim.',
		evidence: [{ target: 'sse', measure: 'pssKbPerClient', value: 21.4, unit: 'KB', ci: [20.9, 22] }],
	},
	{
		id: 'restart-unnoticed',
		claim: 'Clients of Streamable HTTP do not notice a restart.',
		scenario: 'restart',
		verdict: 'depends',
		because:
			'Stateless clients lose no session, but 1 204 calls that fell into the outage failed; with sessions every client must initialize again.',
		evidence: [{ target: 'stateful', measure: 'initializesRepeated', value: 800, unit: '' }],
	},
	{
		id: 'same-latency',
		claim: 'At the same load the transport does not change latency.',
		scenario: 'steady-calls',
		verdict: 'inconclusive',
		because: 'The intervals of p99 overlap; about 9 repeats would decide.',
		evidence: [],
	},
];

export const run: RunRecord = {
	schema: 1,
	id: '20260131T120500Z-standard',
	command: 'npm run bench -- --profile standard --seed 42',
	profile: 'standard',
	seed: 42,
	state: 'completed',
	startedAt: '2026-01-31T12:05:00.000Z',
	finishedAt: '2026-01-31T12:12:12.000Z',
	environment,
	targets,
	scenarios,
	planned,
	trials: planned.map(result),
	comparisons: [
		{
			scenario: 'steady-calls',
			measure: 'p99Us',
			a: 'sse',
			b: 'stateless',
			ratio: 1.8,
			ci: [1.62, 2.11],
			verdict: 'higher',
		},
		{
			scenario: 'steady-calls',
			measure: 'cpuUsPerCall',
			a: 'sse',
			b: 'stateless',
			ratio: 0.71,
			ci: [0.66, 0.77],
			verdict: 'lower',
		},
		{ scenario: 'steady-calls', measure: 'p50Us', a: 'sse', b: 'modern', ratio: 1.01, verdict: 'inconclusive' },
		{
			scenario: 'restart',
			measure: 'recovery99Ms',
			a: 'sse',
			b: 'stateless',
			ratio: 0.053,
			ci: [0.041, 0.068],
			verdict: 'lower',
		},
		{
			scenario: 'restart',
			measure: 'callsFailed',
			a: 'stateless',
			b: 'sse',
			ratio: Number.POSITIVE_INFINITY,
			verdict: 'inconclusive',
		},
	],
	findings,
};
