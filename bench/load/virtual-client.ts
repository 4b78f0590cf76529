import type { Phase } from '../model/history.ts';
import {
	type Call,
	type Caller,
	type Failure,
	type Outcome,
	ok,
	outcomeOf,
	type Reply,
	type Session,
} from '../model/session.ts';
import { Poller } from './poller.ts';
import { Resender } from './resender.ts';
import { asSessionError, type KeeperContext, SessionKeeper } from './session-keeper.ts';

/** What all clients of a worker share. */
export interface ClientContext extends KeeperContext {
	/** The next call, with an id that is unique within the trial. @param isSlow whether it is to take the place's long time */
	nextCall(isSlow?: boolean): Call;
	/** Whether its calls ask for what is new. */
	readonly polls?: true;
	/** Told when the client can take another call. */
	free(client: VirtualClient): void;
}

/** A call that waits or runs: when it was due and for which phase it counts. */
export interface Due {
	readonly dueUs: number;
	/** When the generator took it up: later than due only by the generator's own doing. */
	readonly startedUs: number;
	readonly phase: Phase;
	/** Whether it is to take the long time that the place has for slow calls. */
	readonly isSlow?: boolean;
}

/** What becomes of a call that is due while its client has no session. */
const noSession = outcomeOf('no-session');

/**
 * One client over all its lives, and its calls. Unless its policy says so it sends no call twice: one that failed is the
 * application's loss, and is recorded as one.
 */
export class VirtualClient extends SessionKeeper<ClientContext> implements Caller {
	/** The session that carries the call in flight; an older one than `session` while the client opens anew. */
	#calling: Session | undefined;
	/** The call in flight: why it was made, its number, and who wants to know of its end. */
	#due: Due | undefined;
	#seq = 0;
	#whenOver: (() => void) | undefined;
	/** The instant the call in flight was sent first, for the sweep that gives up what takes too long. */
	#sentUs: number | undefined;
	readonly #resender: Resender | undefined;
	readonly #poller: Poller | undefined;

	constructor(index: number, context: ClientContext) {
		super(index, context);
		const { policy, random } = context;
		this.#poller = context.polls && new Poller(index, context);
		this.#resender = policy.resends > 0 ? new Resender(policy, random) : undefined;
	}

	get isBusy(): boolean {
		return this.#sentUs !== undefined;
	}

	/**
	 * Makes one call and records what became of it. Never throws. The caller sees to it that no other is in flight.
	 * @param over called when the call has ended, whatever became of it
	 */
	call(due: Due, over?: () => void): void {
		if (this.isBusy) throw new Error('a call is in flight');
		const made = this.context.nextCall(due.isSlow);
		const call = this.#poller?.asking(made) ?? made;
		const session = this.callable();
		this.#due = due;
		this.#seq = call.seq;
		this.#whenOver = over;
		this.#calling = session;
		this.#sentUs = this.context.clock();
		this.#resender?.begin(call, session !== undefined);
		if (session) session.call(call, this);
		else if (!this.#resender) this.#over(noSession);
		else if (!this.comesBack) this.#endWaiting();
	}

	answered(reply: Reply): void {
		this.#over(ok, reply);
	}

	failed(error: unknown): void {
		const { why, status } = asSessionError(error);
		const isUnknown = why === 'session-unknown';
		if (isUnknown) this.reopenNow();
		const resender = this.#resender;
		if (!resender) {
			this.#over(outcomeOf(why), undefined, status);
			return;
		}
		const session = this.callable();
		const canCall = session !== undefined && !(isUnknown && session === this.#calling);
		const willCall = this.comesBack && (!isUnknown || this.context.policy.reinitializes);
		if (!resender.mayTryAgain(why, status) || !(canCall || willCall)) {
			this.#endWaiting();
			return;
		}
		this.#dropFormer();
		if (canCall) setTimeout(() => this.#sendWaiting(), resender.waitMs());
	}

	/** Sends the call that waits, if it still does and the client can call. */
	#sendWaiting(): void {
		const session = this.#resender?.waits ? this.callable() : undefined;
		if (!this.#resender || !session) return;
		const { recorder, clock } = this.context;
		const { call, again } = this.#resender.take();
		if (again) recorder.event({ is: 'resent', at: clock(), callId: call.id, session: this.index });
		this.#calling = session;
		session.call(call, this);
	}

	/** The call is not sent any more: what it has become by now it remains. */
	#endWaiting(): void {
		if (!this.#resender) return;
		const { outcome, status } = this.#resender.end();
		this.#over(outcome, undefined, status);
	}

	/** The call has ended, in whatever way. */
	#over(outcome: Outcome, reply?: Reply, status?: number): void {
		const { recorder, clock, originUs } = this.context;
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
				status,
				bytesIn: reply?.bytesIn ?? 0,
				bytesOut: reply?.bytesOut ?? 0,
			},
			startedUs,
		);
		this.#dropFormer();
		this.#whenOver?.();
		// A call that failed may never have left: without a turn in between, a full queue would be worked off in one recursion.
		if (outcome.is === 'ok') this.#becomeFree();
		else setImmediate(() => this.#becomeFree());
	}

	/** No call is on its way any more: a session that stayed for its answer only can go. */
	#dropFormer(): void {
		const calling = this.#calling;
		this.#calling = undefined;
		if (calling !== this.session) calling?.destroy();
	}

	/** Only now is the client no longer busy: a call that came earlier would overtake those that wait. */
	#becomeFree(): void {
		this.#sentUs = undefined;
		this.context.free(this);
	}

	/** Gives up what has taken longer than the limit. */
	sweep(nowUs: number, limitUs: number, why: Failure = 'timeout'): void {
		if (this.#sentUs !== undefined && nowUs - this.#sentUs > limitUs) {
			if (this.#resender?.waits) this.#endWaiting();
			else this.#calling?.abandon(why);
		}
		this.sweepOpening(nowUs, limitUs, why);
	}

	protected override needs(session: Session | undefined): boolean {
		return session === this.#calling;
	}

	protected override opened(): void {
		if (this.#resender) this.#sendWaiting();
	}

	protected override left(): void {
		if (this.#resender?.waits && !this.callable()) this.#endWaiting();
	}
}
