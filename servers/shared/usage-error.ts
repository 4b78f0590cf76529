/** A wrong command line; its message is one sentence for people. */
export class UsageError extends Error {}
