import type { Behaviour } from '../answer.ts';

/** Marked calls are never answered. */
export function drop(isMarked: (call: number) => boolean): Behaviour {
	let dropped = 0;
	return {
		plan(answer) {
			if (!isMarked(answer.call)) return [answer];
			answer.copies = 0;
			dropped++;
			return [];
		},
		counts: () => ({ dropped }),
	};
}
