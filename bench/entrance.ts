import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/** A process starts with half a second of CPU time or more, and a trial starts several. */
const opening = pLimit(availableParallelism() + 1);

/**
 * Waits until a trial that shares the machine may start. Of those only so many start their processes and open their clients at the
 * same time; the others wait for their turn before they begin: twenty together would each take ten times as long, and a cold
 * start or a restart would be a figure of the crowd. It is the machine that is shared, by whatever runs in this process.
 * @returns what is called when its clients are open, or it has ended; more than once changes nothing
 */
export function enter(): Promise<() => void> {
	return new Promise((entered) => void opening(() => new Promise<void>((leave) => entered(leave))));
}
