import type { CutEvent } from '../../model/path-events.ts';
import type { Failure } from '../../model/session.ts';

/** A push that was sent this shortly before a stream ended, or before the end of all, may still be under way. */
export const settleUs = 300_000;

/** A stream of a client, from its opening until it was cut, or until nobody looked any more. */
export interface Life {
	readonly lastedUs: number;
	/** Of this, how long a push would have arrived. */
	readonly hearsUs: number;
	/** Why it was lost; undefined where the client believes in it still. */
	readonly why: Failure | undefined;
	/** It was cut, and its client was not told. */
	readonly isSilent: boolean;
	/** A push that was sent while it was open did not arrive on it. */
	readonly isDeaf: boolean;
	/** From its loss until the next was open; undefined where there was no next. */
	readonly gapUs: number | undefined;
}

/** A client at the end of the watch. */
export interface Watched {
	/** From its first opening, or from the beginning of the watch where there was none, to the end of it. */
	readonly spanUs: number;
	/** Of this, how long a push would have reached it. */
	readonly hearsUs: number;
	readonly first: Life | undefined;
	readonly last: Life | undefined;
	/** Lives that were lost, and noticed so. */
	readonly ended: readonly Life[];
	/** Of the last answer that was no stream. */
	readonly lastStatus: number | undefined;
	/** How many of the pushes it heard. */
	readonly pushesHeard: number;
}

interface Open {
	readonly fromUs: number;
	toUs?: number;
	why?: Failure;
	/** How long it lasted, as who cut it says. */
	lastedUs?: number;
}

/** One client's streams over the watch. */
export class WatchedClient {
	readonly #lives: Open[] = [];
	readonly #heardUs: number[] = [];
	#lastStatus: number | undefined;

	opened(atUs: number): void {
		this.#lives.push({ fromUs: atUs });
	}

	/** @param cut what was the cause, where it is known */
	lost(atUs: number, why: Failure | undefined, cut: CutEvent | undefined): void {
		const life = this.#lives.at(-1);
		if (!life || life.toUs !== undefined) return;
		life.toUs = atUs;
		life.why = why ?? 'closed';
		if (cut) life.lastedUs = lastedUs(cut, life.fromUs);
	}

	heard(atUs: number): void {
		this.#heardUs.push(atUs);
	}

	refused(status: number | undefined): void {
		this.#lastStatus = status;
	}

	/**
	 * @param pushedUs when servers pushed, to whomever they believed in
	 * @param silent cuts of this place of which nobody was told; those of this client are taken from it
	 */
	settle(fromUs: number, toUs: number, pushedUs: readonly number[], silent: CutEvent[]): Watched {
		const lives = this.#lives.map((life, n) => this.#settled(life, this.#lives[n + 1], toUs, pushedUs, silent));
		const firstUs = this.#lives[0]?.fromUs ?? fromUs;
		return {
			spanUs: Math.max(0, toUs - firstUs),
			hearsUs: lives.reduce((sum, { hearsUs }) => sum + hearsUs, 0),
			first: lives[0],
			last: lives.at(-1),
			ended: lives.filter(({ why }) => why !== undefined),
			lastStatus: this.#lastStatus,
			pushesHeard: Math.min(this.#heardUs.length, pushedUs.length),
		};
	}

	#settled(life: Open, next: Open | undefined, endUs: number, pushedUs: readonly number[], silent: CutEvent[]): Life {
		const { fromUs, why } = life;
		const toUs = life.toUs ?? endUs;
		const missed = pushedUs.filter((us) => us > fromUs && us < toUs - settleUs && !this.#hears(us, toUs));
		const isDeaf = missed.length > 0;
		const cut = isDeaf && life.toUs === undefined ? cutDuring(silent, fromUs, missed[0] ?? toUs) : undefined;
		return {
			lastedUs: cut ? lastedUs(cut, fromUs) : (life.lastedUs ?? toUs - fromUs),
			hearsUs: cut ? cut.at - fromUs : isDeaf ? 0 : toUs - fromUs,
			why,
			isSilent: cut !== undefined,
			isDeaf,
			gapUs: next && life.toUs !== undefined ? next.fromUs - life.toUs : undefined,
		};
	}

	#hears(pushedUs: number, toUs: number): boolean {
		return this.#heardUs.some((us) => us >= pushedUs && us <= toUs);
	}
}

/** Who was opened so late in the silence before a cut, as a share of it, was opened by the cut. */
const heldBackShare = 0.1;

/**
 * How long a stream had lasted when it was cut. A limit on the whole counts from the request's head, long before a client of `sse`
 * calls itself open; all others from what flowed last, which may have been the end of the opening, heard of a moment later. Where
 * the opening was held back until the cut, the stream was of no use at any time.
 */
function lastedUs({ by, at, lastedMs, idleMs }: CutEvent, openedUs: number): number {
	if (by !== 'max_duration' && at - openedUs < idleMs * 1000 * heldBackShare) return 0;
	return by === 'max_duration' ? lastedMs * 1000 : Math.max(at - openedUs, idleMs * 1000);
}

/** Takes the first cut of these that came while the stream was open. */
function cutDuring(silent: CutEvent[], fromUs: number, toUs: number): CutEvent | undefined {
	const n = silent.findIndex(({ at }) => at > fromUs && at <= toUs);
	return n < 0 ? undefined : silent.splice(n, 1)[0];
}
