import type { Case, Profile, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import type { VanishLoad, VanishWay } from '../bench/model/vanish.ts';
import { pick } from './arms.ts';
import { givenBack, sdkGivesBack, slotsGivenBack, statelessKeepsNothing, vanishedAnswer } from './vanished-claims.ts';

/** So that connections of clients that fell silent are closed within the watch: Node adds a second to it. */
const keepAlive = ['--http-keep-alive-ms', '500'];

/** What a server holds for a wave is what its transport holds for its clients: no arm retries, so that each client comes once. */
const client = { policy: 'none' } as const;

const references = ['sse', 'stateful', 'stateless', 'modern', 'modern-listen'];

interface Watch {
	readonly sessions: number;
	readonly waves: number;
	readonly watchMs: number;
	readonly lastReadAtMs: readonly number[];
}

function size(watch: Watch, repeats: number, cases: readonly Case[]): Size {
	return { load: loadOf(watch, 'closed'), warmMs: 0, faults: [], repeats, client, serverFlags: keepAlive, cases };
}

function loadOf(watch: Watch, way: VanishWay): VanishLoad {
	return { kind: 'vanish', way, ...watch };
}

interface CaseOf {
	readonly id: string;
	readonly title: string;
	readonly way: VanishWay;
	readonly flags?: readonly string[];
	/** Ids of its arms; absent: all. */
	readonly only?: readonly string[];
}

function caseOf(watch: Watch, { id, title, way, flags = [], only }: CaseOf): Case {
	const isFull = flags.includes('--max-sessions');
	return {
		id,
		title,
		size: {
			load: loadOf(watch, way),
			serverFlags: [...keepAlive, ...flags],
			...(isFull && { mayStayClosed: true }),
		},
		...(only && { arms: (arms) => arms.filter((arm) => only.includes(arm.id)) }),
	};
}

/** A server looks four times in the time a session may be idle, and ends it at the latest after a quarter more: within the watch. */
const idleShare = 0.6;

/** The cases of a profile; `narrow` gives the SDK arms only where they answer something that one of the others does not. */
function cases(watch: Watch, narrow: boolean): readonly Case[] {
	const idle = ['--session-idle-ms', String(watch.watchMs * idleShare)];
	const cap = ['--max-sessions', String(Math.floor(watch.sessions * 1.5))];
	const expires = `${(watch.watchMs * idleShare) / 1000} s`;
	const only = (...ids: readonly string[]) => (narrow ? { only: ids } : {});
	const stateful = ['stateful', ...(narrow ? [] : ['sdk1-stateful', 'sdk2-stateful'])];
	const all: readonly CaseOf[] = [
		{ id: 'closed', title: 'connections closed', way: 'closed' },
		{ id: 'killed', title: 'process killed', way: 'killed', ...only('sse', 'stateful') },
		{ id: 'silent', title: 'fallen silent', way: 'silent', ...only(...references) },
		{
			...{ id: 'polite', title: 'a goodbye first', way: 'polite' },
			...only('stateful', 'stateless', 'sdk1-stateful'),
		},
		{
			...{ id: 'expiry', title: `connections closed; sessions expire after ${expires} idle`, way: 'closed' },
			...{ flags: idle, only: stateful },
		},
		{
			...{ id: 'silent-expiry', title: `fallen silent; sessions expire after ${expires} idle`, way: 'silent' },
			...{ flags: idle, only: stateful },
		},
		{
			...{ id: 'cap', title: 'connections closed; room for one and a half waves', way: 'closed', flags: cap },
			only: ['stateful', 'modern-listen', 'sdk2-modern-listen', ...(narrow ? [] : ['sse', 'sdk1-stateful'])],
		},
		{
			...{ id: 'cap-expiry', title: `the same room; sessions expire after ${expires} idle`, way: 'closed' },
			...{ flags: [...cap, ...idle], only: ['stateful'] },
		},
	];
	return all.map((each) => caseOf(watch, each));
}

/** SDK v2's server of 2026-07-28 with clients that listen: it counts their subscriptions itself. */
function listening(target: Target): Target {
	return {
		...target,
		id: `${target.id}-listen`,
		reference: 'modern-listen',
		title: `${target.title}, listening`,
		client: { ...target.client, stream: true },
	};
}

function arms(targets: readonly Target[], profile: Profile): readonly Target[] {
	if (profile === 'smoke') return pick(targets, 'sse', 'stateful', 'stateless', 'modern-listen');
	return [
		...pick(targets, ...references),
		...pick(targets, 'sdk1-sse', 'sdk1-stateful', 'sdk2-sse', 'sdk2-stateful', 'sdk2-modern'),
		...pick(targets, 'sdk2-modern').map(listening),
	];
}

const smoke: Watch = { sessions: 20, waves: 5, watchMs: 2500, lastReadAtMs: [1000] };
const standard: Watch = { sessions: 100, waves: 6, watchMs: 2500, lastReadAtMs: [1000, 5000] };
const full: Watch = { sessions: 200, waves: 10, watchMs: 5000, lastReadAtMs: [1000, 2000, 5000, 10_000, 30_000] };

export const vanishedClients: Scenario = {
	id: 'vanished-clients',
	title: 'Vanished clients',
	question: 'Clients go without a word: what does the server keep of them, and for how long?',
	method:
		'Waves of clients open a session, with the stream that a client of that transport holds, call once, and go: their connections are ' +
		'closed without a DELETE, or their process is killed, or they fall silent (the worker keeps the sockets and never uses them again: the ' +
		'system still answers TCP, so that no probe can tell), or, to compare, they say goodbye. After each wave the server is watched for a time, ' +
		'asked for its sessions four times a second, and read after a forced collection: slopes over the clients that have come and gone ' +
		'after the third wave, when code is compiled. Idle connections are closed by the servers after 0.5 s, to which Node adds a second; heap after a collection ' +
		'does not depend on what else runs.',
	needs: ['memory'],
	arms,
	atOnce: 10,
	sizes: {
		smoke: size(
			smoke,
			1,
			cases(smoke, true).filter(({ id }) => ['closed', 'silent', 'expiry', 'cap'].includes(id)),
		),
		standard: size(standard, 1, cases(standard, true)),
		full: size(full, 3, cases(full, false)),
	},
	// The article does not ask, and `standard` has ten minutes for what it does.
	inProfiles: ['full'],
	shows: [
		'sessionsPerVanished',
		'heapKbPerVanished',
		'ussKbPerVanished',
		'fdsPerVanished',
		'sessionsBack1s',
		'sessionsBack2s',
		'sessionsBack5s',
		'heapBack5s',
		'fdsBack5s',
		'heldHeapKb',
		'newcomersRefused',
		'refusedStatus',
		'vanishedClients',
	],
	answer: vanishedAnswer,
	compares: ['heapKbPerVanished'],
	tables: ['vanished'],
	charts: [
		{
			kind: 'remains',
			of: 'heapKb',
			title: 'Heap of the server over clients that have come and gone: connections closed',
		},
		{ kind: 'reclaim', of: 'sessions', title: 'Sessions after the clients went: connections closed' },
		{ kind: 'reclaim', of: 'heapKb', title: 'Heap after the clients went: connections closed' },
		{ kind: 'remains', of: 'sessions', case: 'silent', title: 'Sessions over clients that have fallen silent' },
		{ kind: 'reclaim', of: 'fds', case: 'silent', title: 'Descriptors after the clients fell silent' },
		{ kind: 'reclaim', of: 'sessions', case: 'expiry', title: 'Sessions after the clients went: with idle expiry' },
		{ kind: 'cases', measure: 'heapKbPerVanished', title: 'Heap that is kept of each client that has gone' },
	],
	claims: [
		{
			id: 'vanished-given-back',
			text: 'A server gives back what it held for clients that have gone without a word.',
			repeats: 1,
			rule: givenBack,
		},
		{
			id: 'vanished-stateless',
			text: 'A server without sessions keeps nothing of clients that have gone.',
			targets: ['stateless', 'modern'],
			repeats: 1,
			rule: statelessKeepsNothing,
		},
		{
			id: 'vanished-sdk',
			text: 'A server on an official SDK gives back what it held for clients that have gone without a word.',
			about: 'implementations',
			repeats: 1,
			rule: sdkGivesBack,
		},
		{
			id: 'vanished-listen',
			text: 'A subscription takes up its slot no longer than its client holds the stream.',
			targets: ['modern-listen', 'sdk2-modern-listen'],
			repeats: 1,
			rule: slotsGivenBack,
		},
	],
};
