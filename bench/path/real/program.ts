import type { BalanceMethod, PathLimits, ProxyName } from '../../model/path.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { Listener } from '../listener.ts';

export type RealProxyName = Exclude<ProxyName, 'embedded'>;

/** A listener with the port that it has been given. */
export interface Site extends Listener {
	readonly port: number;
}

/** What a configuration depends on beside its listeners. */
export interface Surroundings {
	/** Where everything that the program writes lies: absolute, its own. */
	readonly folder: string;
	/** Who starts it. From root, 0, some programs would change to a user who may not write there. */
	readonly uid: number;
}

/** A real reverse proxy: how it is configured and told what to do. Pure; `bench/real-proxy.ts` runs it. */
export interface ProxyProgram {
	readonly name: RealProxyName;
	readonly title: string;
	/** Debian's package that brings it. */
	readonly debianPackage: string;
	/** The name of its configuration within its folder. */
	readonly file: string;
	/** Environment that keeps it within its folder. */
	environment?(folder: string): Readonly<Record<string, string>>;
	/**
	 * The text of its configuration.
	 * @throws Unavailable for a limit, a balance method or a fault that the program does not have
	 */
	configure(sites: readonly Site[], surroundings: Surroundings): string;
	/** Arguments that run it in the foreground, in its folder. */
	run(file: string, surroundings: Surroundings): readonly string[];
	/** Arguments that only check the configuration. */
	check(file: string, folder: string): readonly string[];
	/** How a changed configuration is taken up: by a signal to its first process, or by a command of its own. */
	readonly reload: NodeJS.Signals | ((file: string) => readonly string[]);
	/** The signal after which it takes no new connection and ends with the last one; absent: it has none such. */
	readonly drain?: NodeJS.Signals;
	/** Whether another process than the first one serves: a worker of it. */
	readonly hasWorker: boolean;
	/**
	 * Whether its first process drops signals for a moment after its worker serves: they are sent again until they had their effect,
	 * and it must bear that.
	 */
	readonly dropsEarlySignals?: true;
}

/** Longer than any trial: what a program needs a number for, and nobody wants to see happen. */
export const neverS = 24 * 60 * 60;

/**
 * How a site spreads its requests; undefined where there is only one server.
 * @throws Unavailable for a method that is not among those the program can do, with the reason if there is one to tell
 */
export function balanceOf<M extends BalanceMethod>(
	{ path, servers }: Site,
	title: string,
	methods: readonly M[],
	because: string,
): M | undefined {
	if (servers.length < 2) return undefined;
	const { balance = 'stick_table' } = path;
	const method = methods.find((each) => each === balance);
	if (method) return method;
	throw new Unavailable(`${title} cannot balance by ${balance}: ${because}. It can by ${methods.join(', ')}.`);
}

/** Faults are done by the embedded proxy, which is made for it. @throws Unavailable */
export function refuseFaults(sites: readonly Site[], title: string): void {
	const kinds = sites.flatMap(({ path }) => path.faults?.map(({ kind }) => kind) ?? []);
	if (kinds.length === 0) return;
	throw new Unavailable(`${title} cannot be made to misbehave: for ${kinds.join(', ')} take the embedded proxy.`);
}

/** @throws Unavailable in one sentence, where one of these limits is given */
export function refuseLimits(
	limits: PathLimits,
	title: string,
	refused: Partial<Record<keyof PathLimits, string>>,
): void {
	for (const [limit, because] of Object.entries(refused)) {
		if (limits[limit as keyof PathLimits] === undefined) continue;
		throw new Unavailable(`${title} has no limit ${limit}: ${because}. Take the embedded proxy for it.`);
	}
}

/**
 * The one time that a program has both for the wait for an answer's head and for silence within the answer.
 * @throws Unavailable where the limits want two different ones, or another end than the program's
 */
export function readTimeoutMs(
	limits: PathLimits,
	title: string,
	its: { readonly directive: string; readonly onFirstByte: number; readonly onIdle: string },
): number | undefined {
	const { firstByteMs, onFirstByte = 504, idleMs, onIdle = 'fin' } = limits;
	if (firstByteMs !== idleMs) {
		throw new Unavailable(
			`${title} has one time, ${its.directive}, for the wait for an answer and for silence within it: firstByteMs and idleMs must be the same, not ${firstByteMs ?? 'none'} and ${idleMs ?? 'none'}.`,
		);
	}
	if (firstByteMs === undefined) return undefined;
	if (onFirstByte !== its.onFirstByte || onIdle !== its.onIdle) {
		throw new Unavailable(
			`${title} answers ${its.onFirstByte} and ends by ${its.onIdle} at ${its.directive}, it cannot answer ${onFirstByte} or end by ${onIdle}.`,
		);
	}
	return firstByteMs;
}

/** `127.0.0.1:20001` of a server's URL. */
export function authorityOf(url: string): string {
	const { hostname, port } = new URL(url);
	return `${hostname}:${port || 80}`;
}
