import type { Behaviour } from '../answer.ts';

/** Marked calls are neither run nor answered, as if they had been lost on the way. */
export function ignore(isMarked: (call: number) => boolean): Behaviour {
	let ignored = 0;
	return {
		plan(answer) {
			if (!isMarked(answer.call)) return [answer];
			answer.runs = false;
			ignored++;
			return [];
		},
		counts: () => ({ ignored }),
	};
}
