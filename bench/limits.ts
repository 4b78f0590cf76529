/** The bounds of the harness itself, in one place. */

export const readyWithinMs = 15_000;
export const callTimeoutMs = 10_000;
export const drainWithinMs = 3_000;
export const terminateWithinMs = 3_000;
