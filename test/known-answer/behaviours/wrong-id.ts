import type { Behaviour } from '../answer.ts';

/** Far beyond the ids that a session has used: an id that was used before would be that of a late answer. */
const farId = 1_000_000_000;

/** Marked calls are answered under an id that the session never sent. */
export function wrongId(isMarked: (call: number) => boolean): Behaviour {
	let wrongIds = 0;
	return {
		plan(answer) {
			if (isMarked(answer.call)) answer.id = farId + wrongIds++;
			return [answer];
		},
		counts: () => ({ wrongIds }),
	};
}
