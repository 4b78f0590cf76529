import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { CutEvent, PlaceEvent } from '../../model/path-events.ts';
import type { Failure } from '../../model/session.ts';
import { type Account, measured } from './account.ts';
import { type Life, settleUs, type Watched, WatchedClient } from './watched-client.ts';

/** How the first stream of a client ended, as the client sees it. */
type Fate = 'survived' | 'fin' | 'reset' | 'clean' | 'silent' | 'deaf' | 'refused' | 'not-opened';

const counted: Readonly<Record<Exclude<Fate, 'survived'>, MeasureName>> = {
	fin: 'streamsFin',
	reset: 'streamsReset',
	clean: 'streamsClean',
	silent: 'streamsSilent',
	deaf: 'streamsDeaf',
	refused: 'streamsRefused',
	'not-opened': 'streamsNotOpened',
};

const fateOf: Partial<Readonly<Record<Failure, Fate>>> = {
	closed: 'fin',
	reset: 'reset',
	ended: 'clean',
	silent: 'silent',
	timeout: 'silent',
};

/** A cut is the cause of a loss only where the loss followed this soon. */
const sameWithinUs = 1_000_000;
const firstServerError = 500;

/** How long the streams of the clients live that a `watch` holds, how they end, and who notices. Memory: a few numbers a life. */
export class StreamLives implements Account {
	#place: PlaceEvent | undefined;
	readonly #clients = new Map<number, WatchedClient>();
	/** Cuts of streams that no loss was put down to yet, in the order of time. */
	readonly #cuts: CutEvent[] = [];
	readonly #noticedUs: number[] = [];
	readonly #pushedUs: number[] = [];
	#fromUs = Number.NaN;
	#toUs = Number.NaN;

	take(event: HistoryEvent): void {
		if (event.is === 'place') {
			if (event.callers !== undefined) this.#place = event;
			return;
		}
		if (this.#place === undefined) return;
		switch (event.is) {
			case 'session':
				this.#session(event);
				return;
			case 'cut':
				if (typeof event.end === 'string') this.#cuts.push(event);
				return;
			case 'push':
				if (event.number !== undefined) this.#client(event.session).heard(event.at);
				return;
			case 'tick':
				this.#pushedUs.push(event.at);
				return;
			case 'phase':
				if (event.phase === 'measure') this.#fromUs = event.at;
				if (event.phase === 'drain') this.#toUs = event.at;
		}
	}

	#client(session: number): WatchedClient {
		const known = this.#clients.get(session);
		if (known) return known;
		const client = new WatchedClient();
		this.#clients.set(session, client);
		return client;
	}

	#session({ at, session, change, why, status }: SessionEvent): void {
		// What happens while everything is taken down is no news.
		if (at > this.#toUs) return;
		const client = this.#client(session);
		if (change === 'opened' || change === 'reopened') client.opened(at);
		if (change === 'lost') client.lost(at, why, this.#causeOf(at));
		if (change === 'open-failed') client.refused(status);
	}

	/** The cut that a client noticed at this instant, where it was the embedded proxy's. */
	#causeOf(lostUs: number): CutEvent | undefined {
		const n = this.#cuts.findLastIndex(({ at, end }) => end !== 'silent' && at <= lostUs && at > lostUs - sameWithinUs);
		if (n < 0) return undefined;
		const [cut] = this.#cuts.splice(n, 1);
		if (cut) this.#noticedUs.push(lostUs - cut.at);
		return cut;
	}

	measures(): Measures {
		const place = this.#place;
		if (!place) return {};
		const watched = this.#watched(place).filter((client) => this.#tells(client, place));
		if (!place.stream || watched.length === 0) return {};
		const fates = watched.map((client) => this.#fateOf(client));
		const survived = fates.filter((fate) => fate === 'survived').length;
		// A stream that looks open may be dead: only a push that had the time to arrive tells.
		if (survived > 0 && !this.#pushedUs.some((us) => us < this.#toUs - settleUs)) return {};
		const counts = Object.entries(counted).map(([fate, name]) =>
			measured(name, fates.filter((each) => each === fate).length),
		);
		return Object.assign(
			measured('streamSurvivedShare', (100 * survived) / watched.length),
			this.#life(watched, fates, place.factor),
			...counts,
			this.#noticed(watched),
			this.#pushes(watched),
			measured(
				'deafShare',
				100 * (1 - sum(watched.map(({ hearsUs }) => hearsUs)) / sum(watched.map((each) => each.spanUs))),
			),
			reconnects(watched, fates, place.factor),
		);
	}

	/** The clients that are watched, with what is known of them at the end. */
	#watched({ sessions, callers = 0 }: PlaceEvent): readonly Watched[] {
		const silent = this.#cuts.filter(({ end }) => end === 'silent');
		// Whoever was never heard of is still opening.
		const watched = Array.from({ length: sessions - callers }, (_, n) => this.#client(callers + n));
		return watched.map((client) => client.settle(this.#fromUs, this.#toUs, this.#pushedUs, silent));
	}

	/**
	 * Whether a client's first stream says how streams fare there. One that was opened late, so that a limit which this watch is long
	 * enough for had no time to strike, neither survived that nor did not.
	 */
	#tells({ first }: Watched, { limitsMs = [] }: PlaceEvent): boolean {
		if (!first || first.why !== undefined || first.isSilent || first.isDeaf) return true;
		const forUs = limitsMs.map((ms) => ms * 1000 + settleUs);
		return !forUs.some((us) => us <= this.#toUs - this.#fromUs && us > first.lastedUs);
	}

	#fateOf({ first, lastStatus }: Watched): Fate {
		if (!first) return lastStatus !== undefined && lastStatus >= firstServerError ? 'refused' : 'not-opened';
		if (first.isSilent) return 'silent';
		if (first.why !== undefined) return fateOf[first.why] ?? 'fin';
		return first.isDeaf ? 'deaf' : 'survived';
	}

	#life(watched: readonly Watched[], fates: readonly Fate[], factor: number): Measures {
		const lives = watched
			.map(({ first }, n) => ({ us: usableUs(first), atLeast: fates[n] === 'survived' }))
			.sort((a, b) => a.us - b.us || Number(a.atLeast) - Number(b.atLeast));
		const middle = lives[Math.ceil(lives.length / 2) - 1];
		const { streamLifeS } = measured('streamLifeS', ((middle?.us ?? Number.NaN) * factor) / 1e6);
		return streamLifeS ? { streamLifeS: { ...streamLifeS, ...(middle?.atLeast && { atLeast: true }) } } : {};
	}

	/** Of the watched clients that had a stream: whoever holds none, by design or in vain, misses nothing. */
	#pushes(watched: readonly Watched[]): Measures {
		const opened = watched.filter(({ first }) => first !== undefined);
		const all = this.#pushedUs.length * opened.length;
		return measured('pushesNotReceivedShare', 100 * (1 - sum(opened.map(({ pushesHeard }) => pushesHeard)) / all));
	}

	#noticed(watched: readonly Watched[]): Measures {
		const silent = watched.filter(({ last }) => last?.isSilent).length;
		const cuts = silent + sum(watched.map(({ ended }) => ended.length));
		const noticed = this.#noticedUs.toSorted((a, b) => a - b);
		return {
			...measured('cutNoticedMs', (noticed[Math.ceil(noticed.length / 2) - 1] ?? Number.NaN) / 1000),
			...measured('cutNeverNoticedShare', (100 * silent) / cuts),
		};
	}
}

/** How long a stream was of use: nothing where nothing ever arrived on it. */
function usableUs(life: Life | undefined): number {
	return life === undefined || (life.isDeaf && !life.isSilent) ? 0 : life.lastedUs;
}

function reconnects(watched: readonly Watched[], fates: readonly Fate[], factor: number): Measures {
	const ended = watched.flatMap((client) => client.ended);
	if (ended.length === 0) {
		return fates.every((fate) => fate === 'survived') ? measured('reconnectsPerHour', 0) : {};
	}
	const lifeUs = sum(ended.map(({ lastedUs }) => lastedUs)) / ended.length;
	const gaps = ended.flatMap(({ gapUs }) => gapUs ?? []);
	const gapUs = gaps.length === 0 ? 0 : sum(gaps) / gaps.length;
	return measured('reconnectsPerHour', 3.6e9 / ((lifeUs + gapUs) * factor));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
