import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CryptoKey, errors, importJWK, type JWK, jwtVerify } from 'jose';
import { monotonicUs } from './clock.ts';
import type { Flags } from './flags.ts';
import type { Replies } from './http.ts';
import { limits } from './limits.ts';
import { encodeError, errorCode } from './rpc.ts';
import type { Endpoint, Transport } from './transport.ts';
import { UsageError } from './usage-error.ts';

/** The key comes in the environment: a command line is read by everyone, and stands in logs. */
export const keyVariable = 'MCP_BENCH_AUTH_KEY';

/** Whom a token must be made for; `bench/tokens.ts` has the same. MCP has a server refuse tokens that are meant for another. */
const audience = 'mcp-transport-bench';

/** The scheme's name is read whatever its case; the token has the characters of RFC 6750. */
const bearer = /^bearer +([\w~+/.-]+=*)$/i;

const algorithms = { hs256: 'HS256', es256: 'ES256' } as const;

/** What of a token is remembered for as long as something that it opened is held. */
interface Grant {
	readonly token: string;
	/** Seconds since 1970. */
	readonly expiresS: number;
}

/**
 * Lets in whoever shows a token: a JWT that is signed with the server's key, for this audience, not expired and not revoked. All
 * others get 401 with `WWW-Authenticate: Bearer`. No authorization server stands beside these servers, so that no `resource_metadata`
 * is named. What is remembered is bounded by what is held, and by `limits.revokedTokens`.
 */
export class Gate {
	readonly #key: CryptoKey;
	readonly #algorithm: string;
	/** Whether a request is let in unseen, because it names a session; its endpoint refuses it where there is no such session. */
	readonly #isWithinSession: (req: IncomingMessage, path: string) => boolean;
	readonly #recheckMs: number | undefined;
	readonly #revoked = new Set<string>();
	/** By the answer that a request gets, and by the session that it opened. */
	readonly #grants = new WeakMap<object, Grant>();
	/** Answers that are not over; where they are looked at again only. */
	readonly #held = new Map<ServerResponse, Grant>();

	private constructor(key: CryptoKey, flags: Flags, isWithinSession: Transport['isWithinSession']) {
		this.#key = key;
		this.#algorithm = flags.auth === 'none' ? '' : algorithms[flags.auth];
		const never = () => false;
		this.#isWithinSession = (flags.authAt === 'stream' && isWithinSession) || never;
		this.#recheckMs = flags.authStreams === 'recheck' ? flags.authRecheckMs : undefined;
	}

	/** @throws UsageError where the key is missing, or none of the algorithm's */
	static async open(flags: Flags, transport: Transport): Promise<Gate> {
		const text = process.env[keyVariable];
		// Nothing that this process may start is to have it.
		delete process.env[keyVariable];
		return new Gate(await keyOf(text, flags.auth), flags, transport.isWithinSession);
	}

	/** Goes on with a request that may pass, and answers any other. */
	admit(req: IncomingMessage, res: ServerResponse, path: string, replies: Replies, then: () => void): void {
		if (this.#isWithinSession(req, path)) {
			then();
			return;
		}
		this.#verify(req.headers.authorization).then(
			(grant) => {
				this.#remember(res, grant);
				then();
			},
			(error: unknown) => refuse(res, replies, error),
		);
	}

	/** @returns the challenge for whoever shows these credentials; undefined where they count */
	challenge(authorization: string | undefined): Promise<string | undefined> {
		return this.#verify(authorization).then(() => undefined, challengeFor);
	}

	/** What a request opened stands and falls with its token. */
	adopt(session: object, res: ServerResponse): void {
		const grant = this.#grants.get(res);
		if (grant) this.#grants.set(session, grant);
	}

	/**
	 * From now on these tokens let nobody in; or they do again.
	 * @returns the instant from which that holds, on the machine's monotonic clock
	 * @throws Error where there would be more than are kept
	 */
	revoke(tokens: readonly string[], on: boolean): number {
		if (on && this.#revoked.size + tokens.length > limits.revokedTokens) {
			throw new Error(`no more than ${limits.revokedTokens} revoked tokens are kept`);
		}
		for (const token of tokens) {
			if (on) this.#revoked.add(token);
			else this.#revoked.delete(token);
		}
		return monotonicUs();
	}

	/** Looks again and again whether what is held may go on, where that is asked for. */
	recheck(endpoint: Endpoint): void {
		if (this.#recheckMs === undefined) return;
		setInterval(() => {
			// What has not begun to be answered is no stream, and was asked while the token counted.
			for (const [res, grant] of this.#held) if (res.headersSent && this.#hasLapsed(grant)) res.end();
			endpoint.endSessions?.((session) => this.#hasLapsed(this.#grants.get(session)));
		}, this.#recheckMs).unref();
	}

	#remember(res: ServerResponse, grant: Grant): void {
		this.#grants.set(res, grant);
		// A client that has left already will not leave again.
		if (this.#recheckMs === undefined || res.destroyed) return;
		this.#held.set(res, grant);
		res.once('close', () => this.#held.delete(res));
	}

	async #verify(authorization: string | undefined): Promise<Grant> {
		const token = bearer.exec(authorization ?? '')?.[1];
		if (token === undefined) throw new NoToken();
		const { payload } = await jwtVerify(token, this.#key, {
			algorithms: [this.#algorithm],
			audience,
			requiredClaims: ['exp', 'jti'],
		});
		const grant = { token: String(payload.jti), expiresS: Number(payload.exp) };
		if (this.#revoked.has(grant.token)) throw new errors.JWTClaimValidationFailed('', payload, 'jti', 'revoked');
		return grant;
	}

	#hasLapsed(grant: Grant | undefined): boolean {
		return grant !== undefined && (grant.expiresS <= Date.now() / 1000 || this.#revoked.has(grant.token));
	}
}

/** The request shows no token at all. */
class NoToken extends Error {}

/** RFC 6750: who sent no token is told no more than that one is needed. */
function refuse(res: ServerResponse, replies: Replies, error: unknown): void {
	const because = error instanceof NoToken ? 'a bearer token is needed' : 'the token is invalid, expired or revoked';
	const json = encodeError(null, errorCode.server, `Unauthorized: ${because}`);
	replies.json(res, 401, json, { 'WWW-Authenticate': challengeFor(error) });
}

function challengeFor(error: unknown): string {
	return `Bearer realm="${audience}"${error instanceof NoToken ? '' : ', error="invalid_token"'}`;
}

async function keyOf(text: string | undefined, auth: Flags['auth']): Promise<CryptoKey> {
	const wanted =
		auth === 'es256'
			? '{"kty":"EC","crv":"P-256","x":…,"y":…}, the public key'
			: '{"kty":"oct","k":…}, at least 32 bytes';
	try {
		if (auth === 'none') throw new Error('nothing is verified');
		const jwk = JSON.parse(text ?? '') as JWK;
		if (jwk.kty !== (auth === 'es256' ? 'EC' : 'oct') || jwk.d !== undefined) throw new Error('another kind of key');
		const key = await importJWK({ ...jwk, ext: false }, algorithms[auth]);
		if (!(key instanceof Uint8Array)) return key;
		if (key.length < 32) throw new Error('too short');
		// Bytes would be made a key of for every token.
		return await crypto.subtle.importKey('raw', Uint8Array.from(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
			'verify',
		]);
	} catch {
		// What was given is not repeated: it may be the key.
		const what = text === undefined ? 'which is not set' : 'which holds something else';
		throw new UsageError(`--auth ${auth} takes its key from ${keyVariable}, ${what}; give a JWK such as ${wanted}.`);
	}
}
