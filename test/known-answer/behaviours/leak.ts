import { openSync } from 'node:fs';
import type { Behaviour } from '../answer.ts';

/** More calls than this cannot leak: the server ends rather than take the machine with it. */
const mostLeaks = 20_000;

function counted(leaks: number): number {
	if (leaks >= mostLeaks) throw new Error(`more than ${mostLeaks} calls leaked`);
	return leaks + 1;
}

/** V8's share of a kept array: its object, the head of its elements, and the place that refers to it. */
const arrayOverheadBytes = 32 + 16 + 8;

/** Every call keeps this much of the JavaScript heap. */
export function leakHeap(kbPerCall: number): Behaviour {
	// At its full size from the start, so that it does not grow itself.
	const kept = new Array<unknown>(mostLeaks).fill(undefined);
	let leaks = 0;
	const numbers = (kbPerCall * 1024 - arrayOverheadBytes) / 8;
	return {
		plan(answer) {
			const before = leaks;
			leaks = counted(leaks);
			kept[before] = new Array<number>(numbers).fill(answer.call + 0.5);
			return [answer];
		},
		counts: () => ({ leakedHeapKb: leaks * kbPerCall }),
	};
}

/**
 * Every call takes this much more memory outside of the heap, as native code that leaks does. It touches new pages of one large
 * allocation: an allocation per call would take its allocator's rounding as well, and the truth would not be known.
 */
export function leakPages(kbPerCall: number): Behaviour {
	const bytes = kbPerCall * 1024;
	const arena = new Uint8Array(mostLeaks * bytes);
	let leaks = 0;
	return {
		plan(answer) {
			const from = leaks * bytes;
			leaks = counted(leaks);
			arena.fill(1, from, from + bytes);
			return [answer];
		},
		counts: () => ({ leakedPagesKb: leaks * kbPerCall }),
	};
}

/** Every call opens so many descriptors and never closes them. */
export function leakFds(perCall: number): Behaviour {
	let leakedFds = 0;
	return {
		plan(answer) {
			for (let n = 0; n < perCall; n++) openSync('/dev/null', 'r');
			leakedFds += perCall;
			return [answer];
		},
		counts: () => ({ leakedFds }),
	};
}
