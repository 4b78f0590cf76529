/** A piece of work, and which share of the machine it takes: one where it must have it to itself. */
export interface Shared<T> {
	readonly work: T;
	readonly share: number;
}

/** One, and what the sum of shares may be off. */
const wholeMachine = 1 + 1e-9;

/**
 * Begins every piece in its order, each as soon as its share of the machine is free; fulfils when all have ended.
 * @param perform must not reject
 */
export async function inShares<T>(pieces: readonly Shared<T>[], perform: (work: T) => Promise<void>): Promise<void> {
	const running = new Set<Promise<void>>();
	let taken = 0;
	for (const { work, share } of pieces) {
		while (running.size > 0 && taken + share > wholeMachine) await Promise.race(running);
		taken += share;
		const done = perform(work).finally(() => {
			taken -= share;
			running.delete(done);
		});
		running.add(done);
	}
	await Promise.all(running);
}
