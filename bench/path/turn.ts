/** The next in turn among those that may be asked: who is out loses his turn to another. */
export class Turn {
	#next = 0;

	/** @param usable in rising order, at least one */
	next(usable: readonly number[]): number {
		const n = usable.find((each) => each >= this.#next) ?? (usable[0] as number);
		this.#next = n + 1;
		return n;
	}
}
