import type { Clock } from '../clock.ts';
import type { Phase } from '../model/history.ts';
import { numberedPush } from '../model/ledger.ts';
import { delayMs, type Policy } from '../model/policy.ts';
import {
	type Call,
	type Caller,
	type Connect,
	type Failure,
	type Outcome,
	ok,
	outcomeOf,
	type Reply,
	type Session,
	SessionError,
	type SessionEvents,
} from '../model/session.ts';
import type { Random } from '../random.ts';
import type { Recorder } from './recorder.ts';

/** What all clients of a worker share. */
export interface ClientContext {
	readonly connect: Connect;
	readonly recorder: Recorder;
	readonly clock: Clock;
	/** The trial's origin on the machine's monotonic clock. */
	readonly originUs: number;
	readonly policy: Policy;
	readonly random: Random;
	/** The next call, with an id that is unique within the trial. */
	nextCall(): Call;
	/** Told when the client can take another call. */
	free(client: VirtualClient): void;
}

/** A call that waits or runs: when it was due and for which phase it counts. */
export interface Due {
	readonly dueUs: number;
	/** When the generator took it up: later than due only by the generator's own doing. */
	readonly startedUs: number;
	readonly phase: Phase;
}

/** What becomes of a call that is due while its client has no session. */
const noSession = outcomeOf('no-session');

type State = 'new' | 'opening' | 'open' | 'lost' | 'closed';

/**
 * One client over all its lives: opens a session, calls, and when the session or its stream is lost opens another as its
 * policy says. It never sends a call twice: a call that failed is the application's loss, and is recorded as one.
 */
export class VirtualClient implements Caller {
	readonly index: number;
	readonly #context: ClientContext;
	/** The session in use, or the last one that was. */
	#session: Session | undefined;
	/** The session that is being opened to take its place. */
	#opening: Session | undefined;
	/** The session that carries the call in flight; an older one than `#session` while the client opens anew. */
	#calling: Session | undefined;
	#state: State = 'new';
	#everOpen = false;
	#attempt = 0;
	#timer: NodeJS.Timeout | undefined;
	/** The call in flight: why it was made, its number, and who wants to know of its end. */
	#due: Due | undefined;
	#seq = 0;
	#whenOver: (() => void) | undefined;
	/** The instant the call in flight was sent, for the sweep that gives up what takes too long. */
	#sentUs: number | undefined;
	#openingSinceUs: number | undefined;

	constructor(index: number, context: ClientContext) {
		this.index = index;
		this.#context = context;
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	get isBusy(): boolean {
		return this.#sentUs !== undefined;
	}

	/** Opens the first session, once. @returns whether it is open */
	async open(): Promise<boolean> {
		await this.#open();
		return this.isOpen;
	}

	/**
	 * Makes one call and records what became of it. Never throws. The caller sees to it that no other is in flight.
	 * @param over called when the call has ended, whatever became of it
	 */
	call(due: Due, over?: () => void): void {
		if (this.isBusy) throw new Error('a call is in flight');
		const call = this.#context.nextCall();
		const session = this.#callable();
		this.#due = due;
		this.#seq = call.seq;
		this.#whenOver = over;
		this.#calling = session;
		this.#sentUs = this.#context.clock();
		if (session) session.call(call, this);
		else this.#over(noSession);
	}

	answered(reply: Reply): void {
		this.#over(ok, reply);
	}

	failed(error: unknown): void {
		this.#over(outcomeOf(asSessionError(error).why));
	}

	/** The call has ended, in whatever way. */
	#over(outcome: Outcome, reply?: Reply): void {
		const { recorder, clock, originUs } = this.#context;
		const { dueUs, startedUs, phase } = this.#due as Due;
		const firstByteUs = reply?.firstByteUs === undefined ? undefined : reply.firstByteUs - originUs;
		recorder.call(
			{
				at: clock(),
				seq: this.#seq,
				session: this.index,
				phase,
				dueUs,
				sentUs: this.#sentUs as number,
				firstByteUs,
				outcome,
				bytesIn: reply?.bytesIn ?? 0,
				bytesOut: reply?.bytesOut ?? 0,
			},
			startedUs,
		);
		if (outcome.is !== 'ok' && outcome.why === 'session-unknown') this.#reopenNow();
		const calling = this.#calling;
		this.#calling = undefined;
		if (calling !== this.#session) calling?.destroy();
		this.#whenOver?.();
		// A call that failed may never have left: without a turn in between, a full queue would be worked off in one recursion.
		if (outcome.is === 'ok') this.#becomeFree();
		else setImmediate(() => this.#becomeFree());
	}

	/** Only now is the client no longer busy: a call that came earlier would overtake those that wait. */
	#becomeFree(): void {
		this.#sentUs = undefined;
		this.#context.free(this);
	}

	/** Gives up what has taken longer than the limit. */
	sweep(nowUs: number, limitUs: number, why: Failure = 'timeout'): void {
		if (this.#sentUs !== undefined && nowUs - this.#sentUs > limitUs) this.#calling?.abandon(why);
		if (this.#openingSinceUs !== undefined && nowUs - this.#openingSinceUs > limitUs) this.#opening?.abandon(why);
	}

	async close(): Promise<void> {
		const session = this.#end();
		await session?.close();
	}

	/** Vanishes without a word. */
	destroy(): void {
		this.#end()?.destroy();
	}

	#end(): Session | undefined {
		clearTimeout(this.#timer);
		const wasOpen = this.isOpen;
		this.#state = 'closed';
		if (wasOpen) this.#record('closed');
		this.#opening?.destroy();
		return this.#session;
	}

	/** The session that can carry a call, if there is one. */
	#callable(): Session | undefined {
		const session = this.#session;
		return session && (this.isOpen || (session.callable && this.#state !== 'closed')) ? session : undefined;
	}

	/** Opens the next life; until it is open the session before it stays, because calls may still be tried on it. */
	async #open(): Promise<void> {
		this.#state = 'opening';
		this.#openingSinceUs = this.#context.clock();
		const session = this.#context.connect(
			this.#eventsOf(() => session),
			this.#session?.resumeToken,
			this.index,
		);
		this.#opening = session;
		try {
			await session.open();
			if (this.#state === 'opening') this.#opened(session);
			else session.destroy();
		} catch (error) {
			session.destroy();
			const { why } = asSessionError(error);
			if (this.#state !== 'opening') return;
			this.#record('open-failed', why);
			this.#retryLater();
		} finally {
			this.#openingSinceUs = undefined;
			this.#opening = undefined;
		}
	}

	#opened(session: Session): void {
		const previous = this.#session;
		this.#session = session;
		// A call in flight may still be answered on the old session's connection; it is dropped when the call has ended.
		if (previous !== this.#calling) previous?.destroy();
		this.#state = 'open';
		this.#attempt = 0;
		this.#record(this.#everOpen ? 'reopened' : 'opened', undefined, session.initialized);
		this.#everOpen = true;
	}

	/** What a session tells us counts only while it is the one in use: an old one may still end after its successor opened. */
	#eventsOf(session: () => Session): SessionEvents {
		const { recorder, clock } = this.#context;
		const { index } = this;
		return {
			connect: (isOk) => recorder.event({ is: 'connect', at: clock(), session: index, ok: isOk }),
			push: (push) =>
				recorder.event({ is: 'push', at: clock(), session: index, method: push.method, ...numberedPush(push) }),
			stray: (kind) => recorder.event({ is: 'stray', at: clock(), session: index, ...(kind && { kind }) }),
			lost: (why) => {
				if (this.#session === session()) this.#lost(why);
			},
		};
	}

	#lost(why: Failure): void {
		if (this.#state !== 'open') return;
		this.#record('lost', why);
		this.#retryLater();
	}

	/** A server that forgot the session answers 404: the protocol has the client initialize at once, without back-off. */
	#reopenNow(): void {
		if (this.#state !== 'lost') return;
		clearTimeout(this.#timer);
		void this.#open();
	}

	#retryLater(): void {
		this.#state = 'lost';
		const waitMs = delayMs(this.#context.policy, this.#attempt++, this.#context.random.next());
		this.#timer = setTimeout(() => void this.#open(), waitMs);
	}

	#record(
		change: 'opened' | 'lost' | 'reopened' | 'open-failed' | 'closed',
		why?: Failure,
		initialized?: boolean,
	): void {
		this.#context.recorder.event({
			is: 'session',
			at: this.#context.clock(),
			session: this.index,
			change,
			...(why === undefined ? {} : { why }),
			...(initialized === undefined ? {} : { initialized }),
		});
	}
}

/** What a server sends may trip the client in a way nobody thought of: that is the server's doing, and no end of the swarm. */
function asSessionError(error: unknown): SessionError {
	if (error instanceof SessionError) return error;
	return new SessionError('protocol', (error as Error).message, { cause: error });
}
