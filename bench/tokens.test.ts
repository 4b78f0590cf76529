import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { temporaryFolder } from '../test/support/folders.ts';
import { clockSince, monotonicUs } from './clock.ts';
import type { TargetProcess } from './fleet/target.ts';
import type { Auth, TokensEvent } from './model/auth.ts';
import type { Size } from './model/scenario.ts';
import { TrialTokens } from './tokens.ts';

const clock = clockSince(monotonicUs());
const place = (auth?: Auth): Size => ({
	...{ load: { kind: 'closed', sessions: 3, forMs: 1000 }, warmMs: 200, faults: [], repeats: 1 },
	...(auth && { auth }),
});
const asks = { at: 'request', streams: 'open' } as const;

interface Made {
	readonly tokens: TrialTokens;
	/** What the history says of them, in its order. */
	events(): readonly TokensEvent[];
}

async function tokensFor(...places: Size[]): Promise<Made> {
	const folder = temporaryFolder('tokens');
	const tokens = await TrialTokens.prepare(places, clock, folder);
	await tokens.issue();
	const path = join(folder, 'tokens.ndjson');
	const lines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
	return { tokens, events: () => lines().map((line) => JSON.parse(line) as TokensEvent) };
}

test('each client has a token of its own, which the key in the server’s environment verifies', async () => {
	for (const [alg, name] of [
		['hs256', 'HS256'],
		['es256', 'ES256'],
	] as const) {
		const size = place({ alg, ...asks });
		const { tokens, events } = await tokensFor(place(), size);
		assert.deepEqual(tokens.env(place()), {});
		assert.equal(tokens.of(0), undefined, 'who needs none has none');
		const [key = ''] = Object.values(tokens.env(size));
		assert.equal(JSON.parse(key).d, undefined, 'of a pair the server has the public key');
		const verified = await Promise.all(
			(tokens.of(1) ?? []).map(async (token) => jwtVerify(token, await importJWK(JSON.parse(key), name))),
		);
		assert.deepEqual(
			verified.map(({ payload }) => payload.jti),
			['1-0', '1-1', '1-2'],
		);
		assert.deepEqual(
			events().map(({ place: number, change, count }) => `${number} ${change} ${count}`),
			['0 issued 0', '1 issued 3'],
		);
	}
});

test('a trial without tokens has nothing to tell, and its load begins when it may', async () => {
	const { tokens, events } = await tokensFor(place());
	assert.deepEqual([events(), tokens.startUs(77, 200)], [[], 77]);
});

test('a load begins so that tokens expire at their instant of it, and never where they would have before', async () => {
	const { tokens, events } = await tokensFor(place({ alg: 'hs256', ...asks, expireAtMs: 600 }));
	const expired = events().find(({ change }) => change === 'expired');
	assert.ok(expired);
	const [token = ''] = tokens.of(0) ?? [];
	const leftMs = (decodeJwt(token).exp ?? 0) * 1000 - Date.now();
	assert.ok(Math.abs((expired.at - clock()) / 1000 - leftMs) < 500, 'on the trial’s clock it is the same instant');
	assert.equal(tokens.startUs(0, 200), expired.at - 800_000);
	assert.equal(tokens.startUs(expired.at - 300_000, 200), expired.at - 300_000, 'later, while they still count');
	assert.throws(() => tokens.startUs(expired.at - 200_000, 200), /expired before the load began/);
});

test('only tokens that do not expire are revoked, with the servers of their place; since when, the last of them says', async () => {
	const told: string[] = [];
	const server = (name: string, revokedUs: number) =>
		({
			revoke: async (ids: readonly string[], on: boolean) => {
				told.push(`${name} ${ids.join()} ${on}`);
				return { revokedUs };
			},
		}) as unknown as TargetProcess;
	const auth = { alg: 'hs256', ...asks } as const;
	const { tokens, events } = await tokensFor(place({ ...auth, expireAtMs: 600 }), place(auth));
	// The instants of this test lie before all others.
	const first = () => events()[0];
	const serversOf = (number: number) => (number === 1 ? [server('a', 1500), server('b', 1900)] : [server('c', 9)]);
	await tokens.revoke(true, serversOf, 1000);
	assert.deepEqual(first(), { is: 'tokens', at: 900, place: 1, change: 'revoked', count: 3 });
	await tokens.revoke(false, serversOf, 1500);
	assert.deepEqual(first(), { is: 'tokens', at: 400, place: 1, change: 'restored', count: 3 });
	assert.deepEqual(told, ['a 1-0,1-1,1-2 true', 'b 1-0,1-1,1-2 true', 'a 1-0,1-1,1-2 false', 'b 1-0,1-1,1-2 false']);
	await assert.rejects((await tokensFor(place())).tokens.revoke(true, serversOf, 0), /give the size an auth/);
	const mute = { revoke: async () => ({}) } as unknown as TargetProcess;
	for (const deaf of [mute, {} as TargetProcess]) {
		await assert.rejects(
			tokens.revoke(true, () => [deaf], 0),
			/a server cannot be told/,
		);
	}
});
