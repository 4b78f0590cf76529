import type { Behaviour } from '../answer.ts';

/**
 * Slow `head`: its bytes dribble over this time, and the body follows the last of them. Slow `body`: the head is there at once,
 * the body after this time.
 */
export function slow(part: 'head' | 'body', forUs: number): Behaviour {
	return {
		plan(answer) {
			answer.dueUs += forUs;
			answer.late = part;
			return [answer];
		},
	};
}
