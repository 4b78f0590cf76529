import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from './clock.ts';
import { findTool } from './fleet/tools.ts';
import type { ProxyName } from './model/path.ts';
import type { PlatformProfile } from './model/platform.ts';
import { heartbeatMs, limitsOf, platforms } from './model/platforms.ts';
import type { Listener } from './path/listener.ts';
import { startOrigin } from './path/real/origin.ts';
import type { RealProxyName } from './path/real/program.ts';
import { askRaw, type RawAnswer } from './path/real/raw-client.ts';
import { type ProxyProcess, startProxy } from './proxy.ts';

/** What a client and a server do to each other through a proxy, once through the emulated one and once through the real one. */
export const situations = ['silent stream', 'heartbeat', 'slow answer', 'buffered answer'] as const;
export type Situation = (typeof situations)[number];

/** What a raw client saw: a class that must be the same, and a time that must be the same within `nearMs`. */
export interface Seen {
	readonly outcome: string;
	/** When it happened; absent where nothing did. */
	readonly atMs?: number;
}

export interface CheckedRow {
	readonly profile: string;
	readonly twin: RealProxyName;
	readonly situation: Situation;
	readonly emulated: Seen;
	/** Of several tries the one that is farthest from the emulated. */
	readonly real: Seen;
	/** By how much the times differ, or those of the real one among each other. */
	readonly apartMs: number;
	readonly verdict: 'same' | 'declared' | 'differs' | 'vanished';
	/** Why it may differ. */
	readonly because?: string;
}

/** Within this the two times are the same. */
export const nearMs = 500;

/** Where a real proxy is known to differ from the emulated one; each must be found again, or it is no longer true. */
interface Declared {
	readonly profile: string;
	readonly situation: Situation;
	/** The times may be so far apart; the outcome is the same all the same. */
	readonly apartAtMostMs: number;
	readonly because: string;
}

const coarse = 'Squid looks at its timers once a second, and counts whole seconds';
const declared: readonly Declared[] = [
	{ profile: 'squid', situation: 'silent stream', apartAtMostMs: 1500, because: coarse },
	{ profile: 'squid', situation: 'slow answer', apartAtMostMs: 1500, because: coarse },
];
/** A proxy that is known to be coarse is asked so often, so far apart: together they meet every moment of its second. */
const tries = { count: 5, apartMs: 200 } as const;

const halfMs = 1000;
/** How long something is watched that no limit ends. */
const patienceMs = 3000;
const graceMs = 2500;

type CheckedProfile = PlatformProfile & { readonly twin: RealProxyName };

/** The profiles that have a twin, of the proxies that are installed; and those whose program is missing. */
export function checkable(): {
	readonly profiles: readonly CheckedProfile[];
	readonly missing: readonly RealProxyName[];
} {
	const all = platforms.filter((profile): profile is CheckedProfile => profile.twin !== undefined);
	const twins = [...new Set(all.map(({ twin }) => twin))];
	const missing = twins.filter((name) => findTool(name) === null);
	return { profiles: all.filter(({ twin }) => !missing.includes(twin)), missing };
}

/**
 * Compares the emulated proxy with the real ones: every profile that has a twin, in every situation, all at the same time.
 * @param partsFolder for the proxies' configurations
 * @throws StartError
 */
export async function crossCheck(
	profiles: readonly CheckedProfile[],
	partsFolder: string,
): Promise<readonly CheckedRow[]> {
	const origin = await startOrigin();
	const proxies: ProxyProcess[] = [];
	const host = { cpus: [], partsFolder, originUs: monotonicUs(), seed: 1 };
	const open = async (by: ProxyName, of: readonly CheckedProfile[]) => {
		const listeners = of.map((profile, place): Listener => {
			return { path: { kind: 'proxy', by, limits: limitsOf(profile) }, place, servers: [origin.url] };
		});
		const proxy = await startProxy(by, listeners, host);
		proxies.push(proxy);
		return new Map(of.map(({ id }, n) => [id, proxy.urls[n] ?? '']));
	};
	try {
		const emulated = await open('embedded', profiles);
		const real = new Map<string, string>();
		for (const [twin, of] of Map.groupBy(profiles, (profile) => profile.twin)) {
			for (const [id, url] of await open(twin, of)) real.set(id, url);
		}
		const rows = profiles.flatMap((profile) =>
			situations.map((situation) =>
				compare(profile, situation, { emulated: emulated.get(profile.id) ?? '', real: real.get(profile.id) ?? '' }),
			),
		);
		return await Promise.all(rows);
	} finally {
		await Promise.all(proxies.map((proxy) => proxy.kill()));
		origin.close();
	}
}

async function compare(
	profile: CheckedProfile,
	situation: Situation,
	urls: { readonly emulated: string; readonly real: string },
): Promise<CheckedRow> {
	const known = declared.find((each) => each.profile === profile.id && each.situation === situation);
	const [emulated, ...reals] = await Promise.all([
		observe(profile, situation, urls.emulated),
		...Array.from({ length: known ? tries.count : 1 }, async (_, n) => {
			await sleep(n * tries.apartMs);
			return observe(profile, situation, urls.real);
		}),
	]);
	return { profile: profile.id, twin: profile.twin, situation, emulated, ...judged(emulated, reals, known) };
}

/**
 * What is said of an emulated outcome beside what the real proxy did, once or several times.
 * @param reals at least one
 */
export function judged(
	emulated: Seen,
	reals: readonly Seen[],
	known?: Pick<Declared, 'apartAtMostMs' | 'because'>,
): Pick<CheckedRow, 'real' | 'apartMs' | 'verdict' | 'because'> {
	const apart = (seen: Seen) => Math.abs((seen.atMs ?? 0) - (emulated.atMs ?? 0));
	const real = reals.reduce((worst, seen) => (apart(seen) > apart(worst) ? seen : worst));
	const times = reals.map(({ atMs = 0 }) => atMs);
	const apartMs = Math.max(apart(real), Math.max(...times) - Math.min(...times));
	const stranger = reals.find(({ outcome }) => outcome !== emulated.outcome);
	if (stranger) return { real: stranger, apartMs, verdict: 'differs' };
	if (!known) return { real, apartMs, verdict: apartMs <= nearMs ? 'same' : 'differs' };
	const { because, apartAtMostMs } = known;
	if (apartMs > apartAtMostMs) return { real, apartMs, because, verdict: 'differs' };
	return { real, apartMs, because, verdict: apartMs > nearMs ? 'declared' : 'vanished' };
}

async function observe(profile: CheckedProfile, situation: Situation, url: string): Promise<Seen> {
	const { firstByteMs = patienceMs, idleMs = patienceMs } = limitsOf(profile);
	const ask = (path: string, watchMs: number) => askRaw(new URL(path, url).href, watchMs);
	switch (situation) {
		case 'silent stream':
			return cut(await ask('/silent', idleMs + graceMs));
		case 'heartbeat': {
			const beatMs = heartbeatMs(profile);
			return kept(await ask(`/beats?ms=${beatMs}`, idleMs * 2 + graceMs / 2), Math.max(beatMs * 2, nearMs * 2));
		}
		case 'slow answer': {
			// Without a limit it comes, late.
			const lateMs = profile.firstByteMs === undefined ? patienceMs : firstByteMs + graceMs;
			return cut(await ask(`/slow?ms=${lateMs}`, lateMs + graceMs));
		}
		case 'buffered answer':
			return passedOn(await ask(`/halves?ms=${halfMs}`, patienceMs * 2));
	}
}

/** How it ended and when: from the last byte that came before, which is what a clock of silence counts from. */
function cut({ outcome, endMs, bodyMs }: RawAnswer): Seen {
	if (outcome === 'open') return { outcome: 'not cut' };
	const sinceMs = bodyMs !== undefined && bodyMs < endMs - nearMs ? bodyMs : 0;
	return { outcome: String(outcome), atMs: endMs - sinceMs };
}

function kept({ outcome, endMs, bodyMs, lastByteMs }: RawAnswer, beatsWithinMs: number): Seen {
	if (outcome !== 'open') return { outcome: String(outcome), atMs: endMs };
	if (bodyMs === undefined) return { outcome: 'nothing arrives' };
	return { outcome: endMs - lastByteMs <= beatsWithinMs ? 'lives' : 'stops' };
}

/** Whether the first half came when it was sent. */
function passedOn({ outcome, endMs, bodyMs = endMs }: RawAnswer): Seen {
	if (outcome !== 'clean') return { outcome: String(outcome), atMs: endMs };
	return { outcome: bodyMs < endMs - halfMs / 2 ? 'as it comes' : 'at its end', atMs: bodyMs };
}

/** The rows as a table for people. */
export function crossCheckTable(rows: readonly CheckedRow[]): string {
	const time = ({ outcome, atMs }: Seen) =>
		atMs === undefined ? outcome : `${outcome}, ${(atMs / 1000).toFixed(2)} s`;
	const verdict = ({ verdict, because, apartMs }: CheckedRow) => {
		if (verdict === 'same') return 'yes';
		if (verdict === 'declared') return `declared: ${because} (${(apartMs / 1000).toFixed(2)} s apart)`;
		return verdict === 'vanished' ? `NO LONGER different: ${because}` : 'NO';
	};
	const cells = [
		['profile', 'real', 'situation', 'emulated', 'real proxy', 'the same?'],
		...rows.map((row) => [row.profile, row.twin, row.situation, time(row.emulated), time(row.real), verdict(row)]),
	];
	const widths = [0, 1, 2, 3, 4].map((n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
	return cells
		.map((line) =>
			line
				.map((cell, n) => cell.padEnd(widths[n] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
