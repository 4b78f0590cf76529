/** The bounds of the harness itself, in one place. */

/**
 * How many sessions of a worker open at the same time. For a ladder few: memory that a crowd takes while it comes stays with
 * the server, and would be booked on those who are held.
 */
export const manyAtOnce = 64;
export const fewAtOnce = 8;

export const readyWithinMs = 15_000;
export const callTimeoutMs = 10_000;
export const drainWithinMs = 3_000;
/** What the closed loop after a search may take beyond its own length: to start, to open its sessions, to close them. */
export const ceilingGraceMs = 30_000;
export const terminateWithinMs = 3_000;
