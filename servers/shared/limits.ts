/** Every bound of a reference server in one place: nothing a client does may grow without an end. */
export const limits = {
	/** Longest request body that is read; a longer one is answered 413. */
	bodyBytes: 4 * 1024 * 1024,
	/** Longest body that is discarded politely before its 413; beyond it the connection is destroyed. */
	discardedBytes: 64 * 1024 * 1024,
	/** Unsent bytes a stream may hold when the next message comes; more destroys it. `--stream-buffer-bytes` may only lower it. */
	streamBufferBytes: 4 * 1024 * 1024,
	/** Bytes that `--push-bytes` adds to a numbered push. */
	pushBytes: 1024 * 1024,
	/** Sessions of `stateful`, streams of `sse`, subscriptions of `modern`; `--max-sessions` may only lower it. */
	heldClients: 100_000,
	/** Calls in flight of one session on `sse`, whose calls hold no connection of their own. */
	callsPerStream: 10_000,
	/** Unanswered streams of one session that can be resumed; the answers to more calls cannot. */
	resumableStreams: 1000,
	/** Events one session may have replayed; the oldest go first. */
	eventsPerSession: 1000,
	/** Bytes of these events; a message longer than that cannot be replayed. */
	eventBytesPerSession: 4 * 1024 * 1024,
	/** Events of all sessions; the session that was silent longest loses its oldest first. */
	events: 500_000,
	/** Bytes of these events. */
	eventBytes: 256 * 1024 * 1024,
	/** Characters of one JSON answer, a batch's together; a longer one ends the connection. */
	answerChars: 64 * 1024 * 1024,
	/** Messages in one batch of 2025-03-26. */
	batchMessages: 100,
	/** Numbers of pushes that are kept for clients that poll. */
	pushLogNumbers: 1000,
	/** How long `--session-store` keeps a session that nobody uses, unless `--session-idle-ms` says otherwise. */
	storedSessionMs: 3_600_000,
	/** Commands that may wait for the session store; more are refused. */
	storeCommands: 10_000,
	/** Silence of the session store after which it counts as away. */
	storeSilenceMs: 3000,
	/** Revoked tokens that are remembered. */
	revokedTokens: 100_000,
	/** Argument of `sleep`, `afterMs` of `echo`, and `everyMs` of `notify`. */
	waitMs: 600_000,
	/** Argument of `payload`. */
	payloadBytes: 16 * 1024 * 1024,
	/** Argument of `notify`. */
	notifications: 100_000,
} as const;
