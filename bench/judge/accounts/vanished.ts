import type { HistoryEvent, SessionEvent } from '../../model/history.ts';
import type { Measures } from '../../model/measures.ts';
import type { Remains, VanishedEvent, VanishReadingEvent } from '../../model/vanish.ts';
import { backAfter, slopeOfRemains } from '../../model/vanish-measures.ts';
import { type Account, measured } from './account.ts';
import { fitGrowth } from './growth.ts';

/** A reading counts for an instant when it is at most so much of the time since the clients went away from it. */
const nearShare = 0.2;
/** Per client: a wave that added less than this of something has nothing to give back. */
const leastPerClient: Readonly<Record<Remains, number>> = { sessions: 0.5, heapKb: 1, ussKb: 1, fds: 0.5 };

/** What a reading says; undefined where it was not read. A subscription is a stream that is held, and no session. */
function remainsOf({ target, fds }: VanishReadingEvent, of: Remains): number | undefined {
	const { openSessions, openStreams, heapUsedKb, externalKb, ussKb } = target;
	switch (of) {
		case 'sessions':
			return openSessions === undefined ? undefined : Math.max(openSessions, openStreams ?? 0);
		case 'heapKb':
			return heapUsedKb === undefined ? undefined : heapUsedKb + (externalKb ?? 0);
		case 'ussKb':
			return ussKb;
		case 'fds':
			return fds;
	}
}

/** Waves of clients that came and went: what each of them left behind, and how soon the server gave it back. */
export class Vanished implements Account {
	readonly #readings: VanishReadingEvent[] = [];
	readonly #waves: VanishedEvent[] = [];
	/** Clients that were let in, and those that were not, by status; 0 for those refused without one. */
	#opened = 0;
	readonly #refused = new Map<number, number>();

	take(event: HistoryEvent): void {
		if (event.is === 'vanish-reading') this.#readings.push(event);
		else if (event.is === 'vanished') this.#waves.push(event);
		else if (event.is === 'session') this.#session(event);
	}

	#session({ change, status = 0 }: SessionEvent): void {
		if (change === 'opened') this.#opened++;
		if (change === 'open-failed') this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1);
	}

	measures(): Measures {
		if (this.#waves.length === 0) return {};
		const parts: Measures[] = [
			...(Object.keys(slopeOfRemains) as Remains[]).map((of) => this.#slope(of)),
			...(Object.keys(backAfter) as (keyof typeof backAfter)[]).map((of) => this.#back(of)),
			this.#held(),
			this.#newcomers(),
			measured(
				'vanishedClients',
				this.#waves.reduce((sum, { clients }) => sum + clients, 0),
			),
		];
		return Object.assign({}, ...parts);
	}

	/** After each wave: how many clients had gone, and what of them was left in the server since it was read first. */
	remains(of: Remains): [gone: number, left: number][] {
		const ends = this.#readings.filter(({ isEnd }) => isEnd);
		const [first] = ends;
		const before = first && remainsOf(first, of);
		if (before === undefined) return [];
		return ends.flatMap((reading): [number, number][] => {
			const value = remainsOf(reading, of);
			return value === undefined ? [] : [[reading.gone, value - before]];
		});
	}

	/** The last wave: what there was before it, and what its clients had added while they were there. */
	#lastWave(
		of: Remains,
	): { readonly last: VanishedEvent; readonly before: number; readonly added: number } | undefined {
		const last = this.#waves.at(-1);
		if (!last || last.clients === 0) return undefined;
		const before = this.#valueOf(of, ({ wave, isEnd }) => wave === last.wave - 1 && isEnd === true);
		const held = this.#valueOf(of, ({ wave, moment }) => wave === last.wave && moment === 'held');
		return before === undefined || held === undefined ? undefined : { last, before, added: held - before };
	}

	/**
	 * Of what the last wave had added while it was there: the share, in percent, that the server still had so many seconds after it
	 * went, from the instant at which it did. Empty where it added nothing.
	 */
	still(of: Remains): [sinceS: number, share: number][] {
		const wave = this.#lastWave(of);
		if (!wave || wave.added < wave.last.clients * leastPerClient[of]) return [];
		const { last, before, added } = wave;
		const later = this.#readings.filter(({ moment, at }) => moment === 'gone' && at >= last.at);
		const points = later.flatMap((reading): [number, number][] => {
			// A look says nothing of memory.
			const value = remainsOf(reading, of);
			return value === undefined ? [] : [[(reading.at - last.at) / 1e6, within(100 * ((value - before) / added))]];
		});
		return [[0, 100], ...points];
	}

	#valueOf(of: Remains, is: (reading: VanishReadingEvent) => boolean): number | undefined {
		const found = this.#readings.find(is);
		return found && remainsOf(found, of);
	}

	/** Without the reading before anybody came: with the first clients code is compiled, and tables grow to their size. */
	#slope(of: Remains): Measures {
		const fit = fitGrowth(this.remains(of).slice(1));
		return fit ? measured(slopeOfRemains[of], fit.slope, fit.slopeCi) : {};
	}

	#back(of: keyof typeof backAfter): Measures {
		const points = this.still(of).slice(1);
		const said = ([1, 2, 5] as const).flatMap((afterS) => {
			const near = points.filter(([sinceS]) => Math.abs(sinceS - afterS) <= afterS * nearShare);
			const [nearest] = near.toSorted(([a], [b]) => Math.abs(a - afterS) - Math.abs(b - afterS));
			return nearest ? [measured(backAfter[of][afterS], 100 - nearest[1])] : [];
		});
		return Object.assign({}, ...said);
	}

	#held(): Measures {
		const wave = this.#lastWave('heapKb');
		return wave ? measured('heldHeapKb', wave.added / wave.last.clients) : {};
	}

	#newcomers(): Measures {
		const refused = [...this.#refused.values()].reduce((sum, n) => sum + n, 0);
		const [most] = [...this.#refused].filter(([status]) => status > 0).sort(([, a], [, b]) => b - a);
		return {
			...measured('newcomersRefused', (100 * refused) / (refused + this.#opened)),
			...(most ? measured('refusedStatus', most[0]) : {}),
		};
	}
}

function within(share: number): number {
	return Math.min(100, Math.max(0, share));
}
