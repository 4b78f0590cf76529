/** Why the command ended. */
export const exitCodes = { ok: 0, gate: 1, usage: 2, machine: 3, failed: 4, interrupted: 130 } as const;

/** The user's mistake: the message is one sentence with what was given, what is allowed and the next step. */
export class UserError extends Error {}
