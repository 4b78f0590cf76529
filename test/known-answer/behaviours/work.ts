import { monotonicUs } from '../../../bench/clock.ts';
import type { Behaviour } from '../answer.ts';

/**
 * Every call costs CPU time before it is answered: so many rounds of arithmetic. Rounds and not microseconds, so that twice as many
 * are exactly twice the work, and whatever the machine does to a program's speed it does to this one too.
 */
export function work(rounds: number): Behaviour {
	return {
		plan(answer) {
			const fromUs = monotonicUs();
			answer.worked = mixed(answer.call, rounds);
			// It is no lateness of the server's, and a delay counts from its end.
			answer.dueUs += monotonicUs() - fromUs;
			return [answer];
		},
	};
}

/** The rounds depend on each other, so that none can be left out or done beside another. */
function mixed(start: number, rounds: number): number {
	let x = start | 0;
	for (let round = 0; round < rounds; round++) x = Math.imul(x ^ (x >>> 15), 0x85ebca6b) + round;
	return x;
}
