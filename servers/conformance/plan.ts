import type { ServerName } from '../testing.ts';
import type { suites } from './suites.ts';

/** Which scenarios run against which server, and which of them cannot pass. */

export interface Target {
	/** As in the declared list. */
	readonly name: string;
	readonly server: ServerName;
	/** Beside `--tools conformance`. */
	readonly flags: readonly string[];
	readonly runs: readonly Run[];
}

export interface Run {
	readonly suite: keyof typeof suites;
	/** Flags of the suite. */
	readonly args: readonly string[];
	readonly scenarios: readonly string[];
}

export interface Declared {
	readonly suite: keyof typeof suites;
	readonly target: string;
	readonly scenario: string;
	readonly reason: string;
}

const contents = [
	'tools-call-simple-text',
	'tools-call-image',
	'tools-call-audio',
	'tools-call-embedded-resource',
	'tools-call-mixed-content',
	'tools-call-error',
	'tools-call-with-progress',
];
const transport = [
	'server-initialize',
	'ping',
	'tools-list',
	'server-sse-multiple-streams',
	'server-sse-polling',
	'dns-rebinding-protection',
];
const legacy: Run = {
	suite: 'stable',
	args: [],
	scenarios: [...transport, ...contents, 'tools-call-with-logging', 'tools-call-sampling', 'tools-call-elicitation'],
};
const lifecycle: Run = { suite: 'alpha', args: [], scenarios: ['server-session-lifecycle'] };
const modern: Run = {
	suite: 'alpha',
	args: ['--spec-version', '2026-07-28'],
	scenarios: [
		'server-stateless',
		'http-header-validation',
		'tools-list',
		'server-sse-multiple-streams',
		'dns-rebinding-protection',
		...contents,
	],
};

export const targets: readonly Target[] = [
	{ name: 'stateful', server: 'stateful', flags: ['--resumable', '--retry-ms', '50'], runs: [legacy, lifecycle] },
	{
		name: 'stateful, sse',
		server: 'stateful',
		flags: ['--resumable', '--retry-ms', '50', '--reply', 'sse'],
		runs: [{ ...legacy, scenarios: transport }, lifecycle],
	},
	{ name: 'stateful, lean', server: 'stateful', flags: [], runs: [{ ...legacy, scenarios: transport }, lifecycle] },
	{ name: 'stateless', server: 'stateless', flags: [], runs: [legacy] },
	{ name: 'modern', server: 'modern', flags: [], runs: [modern] },
	{ name: 'modern, sse', server: 'modern', flags: ['--reply', 'sse'], runs: [modern] },
];

const neverAsks = 'a reference server answers its clients and asks them nothing';

export const declared: readonly Declared[] = [
	...['stateful', 'stateless'].flatMap((target) =>
		['tools-call-sampling', 'tools-call-elicitation'].map(
			(scenario): Declared => ({ suite: 'stable', target, scenario, reason: neverAsks }),
		),
	),
	{
		suite: 'stable',
		target: 'stateless',
		scenario: 'server-sse-multiple-streams',
		reason: 'the scenario needs a session id and warns where there is none',
	},
	{
		suite: 'stable',
		target: 'stateless',
		scenario: 'server-sse-polling',
		reason: 'resume needs a session, and a stateless server has none',
	},
	{
		suite: 'stable',
		target: 'stateful, lean',
		scenario: 'server-sse-polling',
		reason: 'without --resumable the answer is plain JSON, and the scenario checks nothing',
	},
];
