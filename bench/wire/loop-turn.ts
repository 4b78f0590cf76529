/** For how long the loop has been reading in this turn: what comes last in it was there before, and waited for the others. */
export class LoopTurn {
	readonly #afterwards: (run: () => void) => void;
	#sinceUs: number | undefined;

	/** @param afterwards runs something when the turn is over; replaced in tests */
	constructor(afterwards: (run: () => void) => void = setImmediate) {
		this.#afterwards = afterwards;
	}

	/** @returns how long before `nowUs` the first was read in the same turn */
	waitedUs(nowUs: number): number {
		if (this.#sinceUs === undefined) {
			this.#sinceUs = nowUs;
			this.#afterwards(() => {
				this.#sinceUs = undefined;
			});
		}
		return nowUs - this.#sinceUs;
	}
}
