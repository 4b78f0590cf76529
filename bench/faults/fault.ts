/** What a fault may do to the path between swarm and target. */
export interface PathControl {
	/** What travels vanishes and nothing is closed; or it arrives again. */
	halfOpen(on: boolean): Promise<void>;
}

/** What a fault may do to a target's process. */
export interface Victim {
	/** SIGKILL; fulfils when the process is gone. */
	kill(): Promise<void>;
	/** Starts it again where it was; fulfils when it accepts connections. */
	restart(): Promise<void>;
	/** Absent where nothing stands between swarm and target. */
	readonly path?: PathControl;
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
