import type { Answer, Behaviour } from '../answer.ts';

/**
 * `results`: each gets the other's result under the id it asked with, which only a check of the content can find.
 * `messages`: the whole message goes to the other session, id and all.
 */
export type Swapped = 'results' | 'messages';

/** Two sessions get each other's answer: a marked call waits for the next marked one, which another session must have made. */
export function swap(isMarked: (call: number) => boolean, what: Swapped): Behaviour {
	let first: Answer | undefined;
	let swapped = 0;
	return {
		plan(answer) {
			if (!isMarked(answer.call)) return [answer];
			if (first === undefined) {
				first = answer;
				return [];
			}
			const pair = [first, answer] as const;
			exchange(...pair, what);
			first = undefined;
			swapped += pair.length;
			return pair;
		},
		counts: () => ({ swapped }),
	};
}

function exchange(a: Answer, b: Answer, what: Swapped): void {
	if (what === 'results') [a.text, b.text] = [b.text, a.text];
	else [a.outlet, b.outlet] = [b.outlet, a.outlet];
	// Both leave together, when the later one is due.
	a.dueUs = Math.max(a.dueUs, b.dueUs);
	b.dueUs = a.dueUs;
}
