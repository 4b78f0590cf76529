import type { Answer } from './answer.ts';

/** The answer to a call as it would go out, were there somebody to take it. */
export function answerTo(call: number, dueUs: number): Answer {
	const outlet = undefined as never;
	return { call, receivedUs: dueUs, dueUs, outlet, id: 1, text: '', copies: 1, runs: true, late: 'all' };
}
