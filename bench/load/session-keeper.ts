import type { Clock } from '../clock.ts';
import type { SessionEvent } from '../model/history.ts';
import { numberedPush } from '../model/ledger.ts';
import type { Policy } from '../model/policy.ts';
import { type Connect, type Failure, type Session, SessionError, type SessionEvents } from '../model/session.ts';
import type { Random } from '../random.ts';
import { BackOff } from './back-off.ts';
import type { Recorder } from './recorder.ts';

/** What all clients of a worker share, as far as their sessions go. */
export interface KeeperContext {
	readonly connect: Connect;
	readonly recorder: Recorder;
	readonly clock: Clock;
	readonly policy: Policy;
	readonly random: Random;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
}

/** A session that was open for less than this was hardly one. */
const shortLifeUs = 250_000;

type State = 'new' | 'opening' | 'open' | 'lost' | 'given-up' | 'closed';

/** Has one session over all its lives: when it or its stream is lost, opens another as the client's policy says. */
export abstract class SessionKeeper<Context extends KeeperContext> {
	readonly index: number;
	protected readonly context: Context;
	/** The session in use, or the last one that was. */
	protected session: Session | undefined;
	/** The session that is being opened to take its place. */
	#opening: Session | undefined;
	#openingSinceUs: number | undefined;
	/** Why the session that is being opened was lost again, before its opening was heard of. */
	#lostAtOnce: Failure | undefined;
	#state: State = 'new';
	#everOpen = false;
	#openedUs = 0;
	/** Where the client is on its way back, and what the server last told it to wait. */
	#backOff: BackOff | undefined;
	#retryMs: number | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(index: number, context: Context) {
		this.index = index;
		this.context = context;
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	/** Whether a session will be opened, or is being. */
	protected get comesBack(): boolean {
		return this.#state === 'lost' || this.#state === 'opening';
	}

	/** Opens the first session, once. @returns whether it is open */
	async open(): Promise<boolean> {
		await this.#open();
		return this.isOpen;
	}

	async close(): Promise<void> {
		const session = this.#end();
		await session?.close();
	}

	/** Vanishes without a word. */
	destroy(): void {
		this.#end()?.destroy();
	}

	/** Whether a session that was replaced is still needed; it is to be destroyed afterwards. */
	protected abstract needs(session: Session | undefined): boolean;
	/** A session was opened, the first or another. */
	protected abstract opened(): void;
	/** There will be no other session. */
	protected abstract left(): void;

	/** Gives up an opening that has taken longer than the limit. */
	protected sweepOpening(nowUs: number, limitUs: number, why: Failure): void {
		if (this.#openingSinceUs !== undefined && nowUs - this.#openingSinceUs > limitUs) this.#opening?.abandon(why);
	}

	/** The session that can carry a call, if there is one. */
	protected callable(): Session | undefined {
		const session = this.session;
		return session && (this.isOpen || (session.callable && this.#state !== 'closed')) ? session : undefined;
	}

	/** A server that forgot the session answers 404: the protocol has the client initialize at once, without back-off. */
	protected reopenNow(): void {
		if (this.#state !== 'lost' || !this.context.policy.reinitializes) return;
		clearTimeout(this.#timer);
		void this.#open();
	}

	#end(): Session | undefined {
		clearTimeout(this.#timer);
		const wasOpen = this.isOpen;
		this.#state = 'closed';
		if (wasOpen) this.#record('closed');
		this.#opening?.destroy();
		this.left();
		return this.session;
	}

	/** Opens the next life; until it is open the session before it stays, because calls may still be tried on it. */
	async #open(): Promise<void> {
		this.#state = 'opening';
		this.#openingSinceUs = this.context.clock();
		const session = this.context.connect(
			this.#eventsOf(() => session),
			this.session?.resumeToken,
			this.index,
		);
		this.#opening = session;
		this.#lostAtOnce = undefined;
		try {
			await session.open();
			if (this.#state === 'opening') this.#opened(session);
			else session.destroy();
		} catch (error) {
			session.destroy();
			const { why, status } = asSessionError(error);
			if (this.#state !== 'opening') return;
			this.#record('open-failed', why, { ...(status !== undefined && { status }) });
			if (why === 'http-status' && this.#everOpen && this.context.policy.givesUpOnStatus) this.#giveUp();
			else this.#retryLater();
		} finally {
			this.#openingSinceUs = undefined;
			this.#opening = undefined;
		}
	}

	#opened(session: Session): void {
		const previous = this.session;
		this.session = session;
		// A call in flight may still be answered on the old session's connection; it is dropped when the call has ended.
		if (!this.needs(previous)) previous?.destroy();
		this.#state = 'open';
		this.#openedUs = this.context.clock();
		this.#record(this.#everOpen ? 'reopened' : 'opened', undefined, { initialized: session.initialized });
		this.#everOpen = true;
		this.opened();
		if (this.#lostAtOnce !== undefined) this.#lost(this.#lostAtOnce);
	}

	/** What a session tells us counts only while it is the one in use: an old one may still end after its successor opened. */
	#eventsOf(session: () => Session): SessionEvents {
		const { recorder, clock, originUs } = this.context;
		const { index } = this;
		return {
			connect: (isOk) => recorder.event({ is: 'connect', at: clock(), session: index, ok: isOk }),
			push: (push) => {
				const { received } = push;
				const at = received ? received.atUs - originUs : clock();
				if (received?.waitedUs !== undefined) recorder.pushLag(received.waitedUs);
				recorder.event({ is: 'push', at, session: index, method: push.method, ...numberedPush(push) });
			},
			stray: (kind) => recorder.event({ is: 'stray', at: clock(), session: index, ...(kind && { kind }) }),
			closing: () => recorder.event({ is: 'closing', at: clock(), session: index }),
			lost: (why) => {
				if (this.session === session()) this.#lost(why);
				else if (this.#opening === session()) this.#lostAtOnce = why;
			},
		};
	}

	#lost(why: Failure): void {
		if (this.#state !== 'open') return;
		this.#record('lost', why);
		this.#retryMs = this.session?.retryMs ?? this.#retryMs;
		// Who comes back at once must not spin on a server that takes every session and drops it.
		const wasShort = this.context.clock() - this.#openedUs < shortLifeUs;
		if (!wasShort || this.context.policy.wait.kind !== 'immediate') this.#backOff = undefined;
		// Without a new `initialize` nothing brings back what the server forgot.
		if (why === 'session-unknown' && !this.context.policy.reinitializes) this.#giveUp();
		else this.#retryLater();
	}

	#retryLater(): void {
		const { policy, random } = this.context;
		this.#backOff ??= new BackOff();
		const waitMs = this.#backOff.nextMs(policy, random, this.#retryMs);
		if (waitMs === undefined) {
			this.#giveUp();
			return;
		}
		this.#state = 'lost';
		this.#timer = setTimeout(() => void this.#open(), waitMs);
	}

	/** The client makes no further attempt; calls are still tried where they need no stream. */
	#giveUp(): void {
		this.#state = 'given-up';
		this.#record('gave-up');
		this.left();
	}

	#record(
		change: SessionEvent['change'],
		why?: Failure,
		more: Pick<SessionEvent, 'status' | 'initialized'> = {},
	): void {
		this.context.recorder.event({
			is: 'session',
			at: this.context.clock(),
			session: this.index,
			change,
			...(why === undefined ? {} : { why }),
			...more,
		});
	}
}

/** What a server sends may trip the client in a way nobody thought of: that is the server's doing, and no end of the swarm. */
export function asSessionError(error: unknown): SessionError {
	if (error instanceof SessionError) return error;
	return new SessionError('protocol', (error as Error).message, { cause: error });
}
