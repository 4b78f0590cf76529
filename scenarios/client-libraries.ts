import type { Estimate, Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { LibraryId } from '../bench/model/observed.ts';
import { balancer } from '../bench/model/path.ts';
import type { Case, Scenario, Size } from '../bench/model/scenario.ts';
import type { Target } from '../bench/model/target.ts';
import { least, lowEnd, most, rulingsOn } from './words.ts';

/**
 * A client of SSE tries again 3 s after its stream broke, and then every 3 s; one of Streamable HTTP 1 s and 2.5 s after it, and never
 * again. Both have tried in vain when an outage longer than 3 s ends; in one of 3 s it would be chance, for the server needs a
 * moment to start.
 */
const longOutageMs = 3500;
/** Over before either of them tries for the first time, if the server starts fast. */
const shortOutageMs = 300;

const crashAtMs = 1000;

function crash(restartAfterMs: number): Size['faults'] {
	return [{ atMs: crashAtMs, fault: { kind: 'crash', restartAfterMs } }];
}

/** Both clients, with nothing between them and the server, and behind a balancer that answers 502 while the server is away. */
function cases(forMs: number, suffix = '', ofSize: Case['size'] = {}): Case[] {
	return (['v1', 'v2'] as const).flatMap((client: LibraryId) =>
		(['direct', 'behind-502'] as const).map((place) => ({
			id: `${client}-${place}${suffix}`,
			title: `${client}, ${place === 'direct' ? 'direct' : '502 meanwhile'}${suffix === '' ? '' : ', short outage'}`,
			size: {
				...ofSize,
				load: { kind: 'libraries', client, forMs },
				...(place === 'behind-502' && { path: balancer }),
			},
			// The client of SDK v1 does not know the revision of 2026-07-28.
			arms: (arms: readonly Target[]) => arms.filter(({ transport }) => client === 'v2' || transport !== 'modern'),
		})),
	);
}

function size(forMs: number, repeats: number, more: readonly Case[] = []): Size {
	return {
		load: { kind: 'libraries', client: 'v1', forMs },
		warmMs: 0,
		faults: crash(longOutageMs),
		repeats,
		cases: [...cases(forMs), ...more],
	};
}

/**
 * The server as its SDK comes: it answers a POST with an event stream, while the harness otherwise asks it for JSON. A modern
 * server decides for each answer by itself, and that is its own form.
 */
function ownReply(target: Target): Target {
	if (target.server.kind !== 'node' || target.transport === 'sse' || target.transport === 'modern') return target;
	return {
		...target,
		id: `${target.id}?reply=sse`,
		title: `${target.title}, reply=sse`,
		server: { ...target.server, args: [...target.server.args, '--reply', 'sse'] },
	};
}

export const clientLibraries: Scenario = {
	id: 'client-libraries',
	title: 'Client libraries',
	question: 'The server restarts: what does an application see of its client library?',
	method:
		'Two clients of an official SDK, with every default of the library, run in one process against a server on an official SDK, ' +
		'which answers a call as it does by default: with an event stream, the one of 2026-07-28 with JSON. ' +
		'One calls every 500 ms, one call after another; the other has one call in flight when the server is killed with SIGKILL, and ' +
		'only waits. A new server is started on the same port 3.5 s later, in the cases with a short outage 0.3 s later. An application ' +
		'whose client does not recover calls again, then closes it and connects it with a new transport, then makes a new client. ' +
		'Trials share the machine: times are exact to about half a second.',
	needs: ['restart'],
	arms: (targets) =>
		targets.filter(({ implementation }) => implementation === 'sdk1' || implementation === 'sdk2').map(ownReply),
	sizes: {
		// SSE tries for the third time 9 s after the crash: on a busy machine a server may need that long to be back.
		standard: size(11_000, 3),
		// Long enough for a call in flight to meet the library's own limit of a minute.
		full: size(63_000, 3, cases(8000, '-short', { faults: crash(shortOutageMs) })),
	},
	atOnce: 5,
	// A standard run is short, and these are 78 trials: they run in it when they are asked for.
	inProfiles: ['full'],
	shows: [
		'libraryRecovered',
		'libraryRecoveredMs',
		'libraryCallsFailed',
		'libraryInFlightMs',
		'libraryErrorsHeard',
		'libraryClosesHeard',
		'libraryRemedyMs',
	],
	compares: ['libraryRecovered', 'libraryCallsFailed'],
	charts: [{ kind: 'cases', measure: 'libraryCallsFailed', title: 'Calls that fail after the server is back' }],
	tables: ['libraries'],
	claims: [
		{
			id: 'client-libraries-streamable',
			about: 'implementations',
			text: 'When the server restarts, the official clients of Streamable HTTP just go on: an application has nothing to do.',
			rule: (figures) => goOn(figures, (target) => !isSse(target), 'Streamable HTTP', 18),
		},
		{
			id: 'client-libraries-sse',
			about: 'implementations',
			text: 'When the server restarts, the official clients of SSE reconnect by themselves.',
			rule: (figures) => goOn(figures, isSse, 'SSE', 8),
		},
	],
};

function isSse(target: string): boolean {
	return /-sse\b/.test(target);
}

interface Cell {
	readonly name: string;
	readonly recovered: Estimate;
	readonly line: readonly Evidence[];
}

/**
 * Whether clients recover by themselves in every case, in none, or in some.
 * @param combinations of client, path and server that there are at least; with fewer nothing is decided
 */
function goOn(figures: Figures, isMeant: (target: string) => boolean, transport: string, combinations: number): Ruling {
	const parts = figures.cases.map((id) => ({ id, of: figures.in(id) }));
	const cells = parts.flatMap(({ id, of }) =>
		of.targets.filter(isMeant).flatMap((target): Cell[] => {
			const recovered = of.estimate(target, 'libraryRecovered');
			return recovered ? [{ name: `${target} (${id})`, recovered, line: of.evidence(target, 'libraryRecovered') }] : [];
		}),
	);
	const evidence = parts.flatMap(({ of }) =>
		of.targets
			.filter(isMeant)
			.flatMap((target) => [
				...of.evidence(target, 'libraryRecovered'),
				...of.evidence(target, 'libraryCallsFailed'),
				...of.evidence(target, 'libraryInFlightMs'),
			]),
	);
	const by = rulingsOn(evidence);
	if (cells.length < combinations) {
		const because = `Only ${cells.length} of ${combinations} combinations of client, path and server were measured for ${transport}.`;
		return by('inconclusive', because);
	}
	const always = cells.filter(({ recovered }) => lowEnd(recovered) === 1);
	const never = cells.filter(({ recovered }) => recovered.value === 0);
	const because =
		`In ${always.length} of ${cells.length} combinations of client, path and server the client’s calls succeeded again by themselves` +
		(never.length > 0 ? `; in ${never.length} they never did: ${never.map(({ name }) => name).join(', ')}.` : '.');
	const lines = (some: readonly Cell[]) => some.flatMap(({ line }) => line);
	if (always.length === cells.length) return by('confirmed', because, least(lines(always)));
	if (never.length === cells.length) return by('refuted', because, most(lines(never)));
	if (always.length + never.length === cells.length)
		return by('depends', because, most(lines(always)), least(lines(never)));
	return by(
		'inconclusive',
		because,
		most(lines(cells.filter((cell) => !always.includes(cell) && !never.includes(cell)))),
	);
}
