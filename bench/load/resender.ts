import type { Policy } from '../model/policy.ts';
import { type Call, type Failure, type Outcome, outcomeOf } from '../model/session.ts';
import type { Random } from '../random.ts';
import { BackOff } from './back-off.ts';

/**
 * The least that is waited before a call is sent again on a session which still looks well: a server that dies cuts several
 * connections, and the client may hear of the one with its stream a moment later.
 */
const shortestWaitMs = 10;

/** Failures that may not come a second time. A call whose time is up, or that was answered, however badly, is at its end. */
const passing: ReadonlySet<Failure> = new Set([
	'refused',
	'connect-timeout',
	'reset',
	'closed',
	'ended',
	'silent',
	'no-session',
	'session-unknown',
	'http-status',
]);

/** What an attempt that failed leaves: what the call becomes unless another goes better. */
interface Fate {
	readonly outcome: Outcome;
	readonly status: number | undefined;
}

/** An application that does not take a failure for an answer: what it knows of the call that it sends again. */
export class Resender {
	readonly #policy: Policy;
	readonly #random: Random;
	#call: Call | undefined;
	#sends = 0;
	#fate: Fate | undefined;
	/** Whether the call waits for a session to be sent on, for the first time or again. */
	waits = false;

	#backOff = new BackOff();

	/** @param policy how often, and how long to wait before each time */
	constructor(policy: Policy, random: Random) {
		this.#policy = policy;
		this.#random = random;
	}

	/** @param isSent whether there is a session to send it on; otherwise it waits for one */
	begin(call: Call, isSent: boolean): void {
		this.#call = call;
		this.#sends = isSent ? 1 : 0;
		this.waits = !isSent;
		this.#fate = undefined;
		this.#backOff = new BackOff();
	}

	/** How long to wait before the next attempt on a session that can carry it: the policy's own back-off. */
	waitMs(): number {
		return Math.max(shortestWaitMs, this.#backOff.nextMs(this.#policy, this.#random, undefined) ?? 0);
	}

	/** An attempt has failed. @returns whether there may be another; the call then waits */
	mayTryAgain(why: Failure, status: number | undefined): boolean {
		// Once an attempt was cut off nobody knows whether the call ran, however surely the later ones failed.
		if (this.#fate?.outcome.is !== 'unknown') this.#fate = { outcome: outcomeOf(why), status };
		this.waits = passing.has(why) && this.#sends <= this.#policy.resends;
		return this.waits;
	}

	/** It is time to send what waits. @returns the call, and whether it was sent before */
	take(): { readonly call: Call; readonly again: boolean } {
		this.waits = false;
		return { call: this.#call as Call, again: this.#sends++ > 0 };
	}

	/** There will be no further attempt. @returns what the call has become */
	end(): Fate {
		this.waits = false;
		return this.#fate ?? { outcome: outcomeOf('no-session'), status: undefined };
	}
}
