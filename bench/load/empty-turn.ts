import { type Clock, monotonicUs } from '../clock.ts';
import { leastEmptyTurnUs, realWaiter, runSchedule, type Spin, type Waiter } from './schedule.ts';

/** So many times as long as usual an empty turn may take; one that reads a socket takes at least four times as long. */
const timesUsual = 3;

/** Whatever was measured: no work of the generator may be taken for waiting. */
const mostEmptyTurnUs = 40;

/** One look is a schedule of this length: some tens of turns. */
const lookUs = 200;
/** After so many turns their code is compiled, and costs what it will cost under load. */
const enoughTurns = 4000;
const mostLooks = 300;

/**
 * Up to how long a turn of this process's loop counts as empty: three times what one takes here, between 10 and 40 µs. Of all
 * looks the fastest counts, because others that have the core only make one slower. Takes some 20 ms of spinning on an idle
 * machine, in which nothing else should happen.
 */
export async function measureEmptyTurnUs(clock: Clock = monotonicUs, waiter: Waiter = realWaiter): Promise<number> {
	const never = new AbortController().signal;
	let usualUs = Number.POSITIVE_INFINITY;
	for (let [looks, turns] = [0, 0]; looks < mostLooks && turns < enoughTurns; looks++) {
		const spin: Spin = { turns: 0, us: 0 };
		const beganUs = clock();
		const options = { waiter, spin, emptyTurnUs: Number.POSITIVE_INFINITY };
		await runSchedule(
			[{ dueUs: lookUs }].values(),
			() => {},
			() => clock() - beganUs,
			never,
			options,
		);
		if (spin.turns > 0) usualUs = Math.min(usualUs, spin.us / spin.turns);
		turns += spin.turns;
	}
	return Math.min(mostEmptyTurnUs, Math.max(leastEmptyTurnUs, Math.ceil(usualUs * timesUsual)));
}
