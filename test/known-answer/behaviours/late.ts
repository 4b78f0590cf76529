import type { Behaviour } from '../answer.ts';

/** Marked calls are answered when their clients have given them up. */
export function late(isMarked: (call: number) => boolean, byUs: number): Behaviour {
	let lateOnes = 0;
	return {
		plan(answer) {
			if (isMarked(answer.call)) {
				answer.dueUs += byUs;
				lateOnes++;
			}
			return [answer];
		},
		counts: () => ({ late: lateOnes }),
	};
}
