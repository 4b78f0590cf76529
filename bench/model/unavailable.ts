/** This machine, or this target, lacks what a trial asks for: the trial is skipped, and the message says why in one sentence. */
export class Unavailable extends Error {}
