/** So few sessions open at the same time, and one that takes longer makes room for the next. */
const atOnce = 4;
const youngMs = 300;

/**
 * Lets sessions open a few at a time. All together each would take as long as all of them: behind a path whose time is compressed
 * that is minutes, of a limit that counts from the first request. Those that never open must not hold up the others.
 */
export class Openings {
	#young = 0;
	readonly #waiting: (() => void)[] = [];

	/** Opens in turn; fulfils as `open` does. */
	async next(open: () => Promise<boolean>): Promise<boolean> {
		if (this.#young < atOnce) this.#young++;
		else await new Promise<void>((go) => this.#waiting.push(go));
		let isYoung = true;
		const grow = () => {
			if (isYoung) this.#makeRoom();
			isYoung = false;
		};
		const growing = setTimeout(grow, youngMs);
		try {
			return await open();
		} finally {
			clearTimeout(growing);
			grow();
		}
	}

	#makeRoom(): void {
		const next = this.#waiting.shift();
		if (next) next();
		else this.#young--;
	}
}
