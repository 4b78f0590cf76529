/** Which bearer tokens a server asks for, where, and what becomes of what is held; `servers/shared/flags.ts` has the same words. */
export interface Auth {
	readonly alg: 'hs256' | 'es256';
	/** Where a token is verified: on every request, or only where a session is opened, whose id lets later requests in. */
	readonly at: 'request' | 'stream';
	/** What becomes of a stream whose token lapses: nobody looks, or the server ends it when it looks again. */
	readonly streams: 'open' | 'recheck';
	/**
	 * The clients' tokens expire so long after the beginning of the measured load, and no fault revokes them. Absent: they are good for
	 * longer than any trial.
	 */
	readonly expireAtMs?: number;
}

/** What became of the tokens of a place's clients. */
export interface TokensEvent {
	readonly is: 'tokens';
	/** Since when: by the server's own word where they were revoked, by the tokens' where they expired. */
	readonly at: number;
	readonly place: number;
	/** `issued`: each client has one; none where the place asks for none, and another does. */
	readonly change: 'issued' | 'revoked' | 'restored' | 'expired';
	readonly count: number;
}

/** What of it is told to a server on its command line; the key is none of it. */
export function authFlags(auth: Auth | undefined): readonly string[] {
	return auth ? ['--auth', auth.alg, '--auth-at', auth.at, '--auth-streams', auth.streams] : [];
}
