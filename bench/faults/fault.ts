import type { PathFault } from '../model/path-fault.ts';

/** One process of a target: its place stays, whichever process fills it. Every power but `kill` and `drain` may be used again. */
export interface Instance {
	/** Counts from 0 among those that share their clients; of cases side by side several processes may have the same. */
	readonly number: number;
	/** SIGKILL; fulfils when the process is gone. */
	kill(): Promise<void>;
	/** SIGTERM, and SIGKILL for what is left after `deadlineMs`; fulfils when the process is gone. */
	drain(deadlineMs: number): Promise<void>;
	/** Starts it again where it was, if it is gone; fulfils when it accepts connections. */
	restart(): Promise<void>;
	/** SIGSTOP. */
	pause(): Promise<void>;
	/** SIGCONT, whether or not it was paused. */
	resume(): Promise<void>;
	/** From now on it can open so many further descriptors. @throws Unavailable */
	limitDescriptors(spareFds: number): Promise<void>;
	/** From now on it can take so much further memory. @throws Unavailable */
	limitMemory(spareMb: number): Promise<void>;
	/** Takes both limits away, if there are any. */
	lift(): Promise<void>;
}

/** What a fault may do to the path between swarm and target; a path has the powers that its kind allows. */
export interface PathControl {
	/** Whether new requests may go to the instance of this number. */
	register?(instance: number, on: boolean): Promise<void>;
	/** Cuts every client's connection and accepts none; or accepts them again. */
	down?(on: boolean): Promise<void>;
	/** Bytes of clients vanish on every connection there is, and on those that come while it is on. */
	halfOpen?(on: boolean): Promise<void>;
	/** New requests go to the servers at these addresses and no others from now on. */
	turnTo?(urls: readonly string[]): Promise<void>;
	/** The fault begins to act on what passes, on connections that are there too; or it is healed. */
	inflict?(fault: PathFault, on: boolean): Promise<void>;
}

/** What a fault may do to a target and to the path to it. */
export interface Victim {
	readonly instances: readonly Instance[];
	/** Absent where nothing stands between swarm and target. */
	readonly path?: PathControl;
	/**
	 * Starts a new process for every instance, on new ports, and turns the path to them. @returns what was replaced
	 * @throws Unavailable where the target cannot listen elsewhere
	 */
	replace(): Promise<readonly Pick<Instance, 'drain'>[]>;
	/** Revokes the tokens of all clients, or takes that back; absent where nobody asks for tokens. */
	revoke?(on: boolean): Promise<void>;
	/** Rejects when the trial ends. */
	wait(ms: number): Promise<void>;
}

/**
 * The same step on every instance. Waits for all of them, also where one fails: a healing must not begin while a step is
 * still under way.
 */
export async function onAll<T>(members: readonly T[], step: (member: T, n: number) => Promise<void>): Promise<void> {
	const done = await Promise.allSettled(members.map(step));
	const failed = done.find((result) => result.status === 'rejected');
	if (failed) throw failed.reason;
}

/** A power over the path that a fault cannot do without. @throws Error where the path does not have it */
export function powerOf<P extends keyof PathControl>(
	{ path }: Victim,
	kind: string,
	power: P,
): NonNullable<PathControl[P]> {
	const act = path?.[power];
	if (!act) throw new Error(`The fault ${kind} acts on the embedded proxy: give the scenario's size a path.`);
	return act;
}

/**
 * A fault on one victim. Every fault heals.
 *
 * - `apply` fulfils when the fault is in force; it is called once.
 * - `heal` fulfils when it is undone. Calling it again, or before `apply`, changes nothing; calls that overlap share one
 *   healing; after a failed healing the next call tries again. An `apply` still under way is waited for first.
 */
export interface ActiveFault {
	/** From `apply` until `heal` is due, in ms. */
	readonly lastsMs: number;
	apply(): Promise<void>;
	heal(): Promise<void>;
}

/** Builds the contract of `ActiveFault` from two plain steps, so that no fault keeps its own state. */
export function activeFault(
	lastsMs: number,
	steps: { readonly apply: () => Promise<void>; readonly heal: () => Promise<void> },
): ActiveFault {
	let applied: Promise<void> | undefined;
	let healing: Promise<void> | undefined;
	return {
		lastsMs,
		apply: () => {
			applied ??= steps.apply();
			return applied;
		},
		heal: async () => {
			if (!applied) return;
			// A fault that failed half-way is healed all the same: better once too often than never.
			healing ??= applied.catch(() => {}).then(steps.heal);
			const current = healing;
			try {
				await current;
			} catch (error) {
				if (healing === current) healing = undefined;
				throw error;
			}
		},
	};
}
