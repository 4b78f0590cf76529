import type { Behaviour } from '../answer.ts';

/**
 * At the end of every `everyMs`, counted from the first call, nothing is sent for `stallMs`. What was due then is sent when the
 * stall is over.
 */
export function stall(stallMs: number, everyMs: number): Behaviour {
	let originUs: number | undefined;
	let stalled = 0;
	return {
		plan(answer) {
			originUs ??= answer.receivedUs;
			const cycle = Math.floor((answer.dueUs - originUs) / (everyMs * 1000));
			const overUs = originUs + (cycle + 1) * everyMs * 1000;
			if (answer.dueUs > overUs - stallMs * 1000) {
				answer.dueUs = overUs;
				stalled++;
			}
			return [answer];
		},
		counts: () => ({ stalled }),
	};
}
