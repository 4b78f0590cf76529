import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from './clock.ts';
import type { TargetProcess } from './fleet/target.ts';
import type { Auth, TokensEvent } from './model/auth.ts';
import { sessionsOf } from './model/load.ts';
import type { Size } from './model/scenario.ts';

/** Where a server of this project looks for its key; `servers/shared/auth.ts` has the same. It stands on no command line. */
const keyVariable = 'MCP_BENCH_AUTH_KEY';
/** For whom tokens are made; `servers/shared/auth.ts` has the same. */
const audience = 'mcp-transport-bench';
/** Longer than any trial. */
const longLifeS = 86_400;
/**
 * So long sessions have at least to open, where their tokens expire at an instant of the load. On a machine with other things to do they
 * have about as long as the trial took to come so far: it started processes then, which takes longer.
 */
const openWithinMs = 1200;

const algorithms = { hs256: 'HS256', es256: 'ES256' } as const;

interface Keys {
	readonly sign: Parameters<SignJWT['sign']>[0];
	/** What the server verifies with, as a JWK. */
	readonly verify: string;
}

/** The tokens of one place's clients. */
interface Issued {
	readonly place: number;
	readonly auth: Auth;
	/** By the number of the client; in memory only. */
	readonly tokens: readonly string[];
	/** Their names (`jti`), which are no secret. */
	readonly ids: readonly string[];
	/** On the trial's clock. */
	readonly expiresUs?: number;
}

/**
 * The keys and tokens of a trial, made for it and forgotten with it: a token for each client, signed with `jose`. Neither stands in a file
 * or on a command line; what becomes of them does.
 */
export class TrialTokens {
	readonly #places: readonly Size[];
	readonly #clock: Clock;
	readonly #keys: ReadonlyMap<Auth['alg'], Keys>;
	/** Where it is written down what became of the tokens. */
	readonly #partPath: string;
	readonly #events: TokensEvent[] = [];
	#issued: readonly Issued[] = [];

	private constructor(
		places: readonly Size[],
		clock: Clock,
		keys: ReadonlyMap<Auth['alg'], Keys>,
		partsFolder: string,
	) {
		this.#partPath = join(partsFolder, 'tokens.ndjson');
		this.#places = places;
		this.#clock = clock;
		this.#keys = keys;
	}

	/** Makes the keys that these places ask for. @param partsFolder of the trial's history */
	static async prepare(places: readonly Size[], clock: Clock, partsFolder: string): Promise<TrialTokens> {
		const algs = new Set(places.flatMap(({ auth }) => auth?.alg ?? []));
		const made = await Promise.all([...algs].map(async (alg) => [alg, await keysOf(alg)] as const));
		return new TrialTokens(places, clock, new Map(made), partsFolder);
	}

	/** What a server of this size needs in its environment. */
	env({ auth }: Size): Readonly<Record<string, string>> {
		const keys = auth && this.#keys.get(auth.alg);
		return keys ? { [keyVariable]: keys.verify } : {};
	}

	/** Makes a token for each client, now: from here on those that expire count. */
	async issue(): Promise<void> {
		const issued = this.#places.map((size, place) => this.#issue(size, place));
		this.#issued = (await Promise.all(issued)).filter((each) => each !== undefined);
		if (this.#issued.length === 0) return;
		const at = this.#clock();
		const counts = this.#places.map((_, place) => this.of(place)?.length ?? 0);
		this.#note(counts.map((count, place) => ({ is: 'tokens', at, place, change: 'issued', count })));
		this.#note(
			this.#issued.flatMap(({ place, tokens, expiresUs }) =>
				expiresUs === undefined
					? []
					: [{ is: 'tokens', at: expiresUs, place, change: 'expired', count: tokens.length }],
			),
		);
	}

	/** One for each client of a place; undefined where it needs none. */
	of(place: number): readonly string[] | undefined {
		return this.#issued.find((each) => each.place === place)?.tokens;
	}

	/**
	 * When a load may begin at the earliest, so that the tokens expire at their instant of it.
	 * @throws Error where they will have expired before the measured phase
	 */
	startUs(earliestUs: number, warmMs: number): number {
		const starts = this.#issued.flatMap(({ auth: { expireAtMs = 0 }, expiresUs }) => {
			if (expiresUs === undefined) return [];
			if (earliestUs + warmMs * 1000 >= expiresUs) {
				throw new Error(
					`the tokens expired before the load began: the sessions took too long to open; close other programs and repeat the run`,
				);
			}
			return [expiresUs - (warmMs + expireAtMs) * 1000];
		});
		return Math.max(earliestUs, ...starts);
	}

	/**
	 * Revokes the tokens that do not expire by themselves, or takes that back, with every server that asks for them.
	 * @param serversOf the servers of a place, which say since when it holds
	 * @throws Error where one cannot be told, or does not say: a token that nobody revoked would seem to work on
	 */
	async revoke(on: boolean, serversOf: (place: number) => readonly TargetProcess[], originUs: number): Promise<void> {
		const revocable = this.#issued.filter(({ expiresUs }) => expiresUs === undefined);
		if (revocable.length === 0) throw new Error('no client has a token that could be revoked: give the size an auth');
		const change = on ? 'revoked' : 'restored';
		const events = await Promise.all(
			revocable.map(async ({ place, ids }): Promise<TokensEvent> => {
				const told = await Promise.all(serversOf(place).map(({ revoke }) => revoke?.(ids, on)));
				const instants = told.map((state) => {
					if (state?.revokedUs === undefined) throw new Error('a server cannot be told which tokens count no longer');
					return state.revokedUs - originUs;
				});
				return { is: 'tokens', at: Math.max(...instants), place, change, count: ids.length };
			}),
		);
		this.#note(events);
	}

	/**
	 * A part of the history of its own, in the order of time: the harness hears of an instant when it is over, or knows of it before it
	 * comes, and what it wrote among its own events would be read too late.
	 */
	#note(events: readonly TokensEvent[]): void {
		this.#events.push(...events);
		const lines = this.#events.toSorted((a, b) => a.at - b.at).map((event) => `${JSON.stringify(event)}\n`);
		writeFileSync(this.#partPath, lines.join(''));
	}

	async #issue({ auth, load, warmMs }: Size, place: number): Promise<Issued | undefined> {
		const keys = auth && this.#keys.get(auth.alg);
		if (!keys) return undefined;
		const nowMs = Date.now();
		// The claim counts in whole seconds, as everyone reads it.
		const openMs = Math.max(openWithinMs, (this.#clock() / 1000) * 1.5 - 1000);
		const lastsMs = auth.expireAtMs === undefined ? longLifeS * 1000 : openMs + warmMs + auth.expireAtMs;
		const expiresS = Math.ceil((nowMs + lastsMs) / 1000);
		const expiresUs = this.#clock() + Math.round((expiresS * 1000 - nowMs) * 1000);
		const ids = Array.from({ length: sessionsOf(load) }, (_, client) => `${place}-${client}`);
		const tokens = await Promise.all(
			ids.map((id) =>
				new SignJWT()
					.setProtectedHeader({ alg: algorithms[auth.alg] })
					.setJti(id)
					.setSubject(`client-${id}`)
					.setAudience(audience)
					.setIssuedAt(Math.floor(nowMs / 1000))
					.setExpirationTime(expiresS)
					.sign(keys.sign),
			),
		);
		return { place, auth, ids, tokens, ...(auth.expireAtMs !== undefined && { expiresUs }) };
	}
}

async function keysOf(alg: Auth['alg']): Promise<Keys> {
	if (alg === 'hs256') {
		const secret = randomBytes(32);
		return { sign: secret, verify: JSON.stringify({ kty: 'oct', k: secret.toString('base64url') }) };
	}
	const { privateKey, publicKey } = await generateKeyPair('ES256');
	return { sign: privateKey, verify: JSON.stringify(await exportJWK(publicKey)) };
}
