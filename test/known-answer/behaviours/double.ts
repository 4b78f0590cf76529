import type { Behaviour } from '../answer.ts';

/** Marked calls are answered twice, in one piece. */
export function double(isMarked: (call: number) => boolean): Behaviour {
	let doubled = 0;
	return {
		plan(answer) {
			if (isMarked(answer.call)) {
				answer.copies = 2;
				doubled++;
			}
			return [answer];
		},
		counts: () => ({ doubled }),
	};
}
