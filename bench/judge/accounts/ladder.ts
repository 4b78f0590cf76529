import type { HistoryEvent, ReadingEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import type { LadderGauge } from '../../model/scenario.ts';
import { fitLine } from '../fit.ts';
import { type Account, measured } from './account.ts';

type State = ReadingEvent['state'];

/** What a reading says of a gauge, in KB or descriptors; undefined where it was not read. */
export function gaugeOf(reading: ReadingEvent, gauge: LadderGauge): number | undefined {
	const { target, machine } = reading;
	switch (gauge) {
		case 'fds': {
			const kinds = [target.fdsSocket, target.fdsPipe, target.fdsFile, target.fdsOther];
			return kinds.some((kind) => kind === undefined)
				? undefined
				: kinds.reduce<number>((sum, kind) => sum + (kind ?? 0), 0);
		}
		case 'kernelKb':
			// Sockets only: an idle connection has no packet buffers, and the kernel books those in batches of its own.
			return machine.slabKb;
		default:
			return target[gauge];
	}
}

/** Cost per held client: straight lines through the readings of a ladder. */
export class Ladder implements Account {
	readonly readings: ReadingEvent[] = [];
	#opensFailed = 0;
	#lost = 0;

	take(event: HistoryEvent): void {
		if (event.is === 'reading') this.readings.push(event);
		if (event.is !== 'session') return;
		if (event.change === 'open-failed') this.#opensFailed++;
		if (event.change === 'lost') this.#lost++;
	}

	points(gauge: LadderGauge, state: State): [x: number, y: number][] {
		return this.readings.flatMap((reading) => {
			const value = reading.state === state ? gaugeOf(reading, gauge) : undefined;
			return value === undefined ? [] : [[reading.sessions, value] as [number, number]];
		});
	}

	measures(): Measures {
		const pss = fitLine(this.points('pssKb', 'settled'));
		return {
			...this.#slope('fdsPerClient', 'fds', 'settled'),
			...this.#slope('fdsPerClientKeptAlive', 'fds', 'kept-alive'),
			...this.#slope('pssKbPerClient', 'pssKb', 'settled'),
			...this.#slope('pssKbPerClientKeptAlive', 'pssKb', 'kept-alive'),
			...this.#slope('ussKbPerClient', 'ussKb', 'settled'),
			...this.#slope('heapKbPerClient', 'heapUsedKb', 'settled'),
			...this.#slope('kernelKbPerClient', 'kernelKb', 'settled'),
			...(pss ? measured('r2', pss.r2) : {}),
			...this.#swarm(),
			...this.#openings(),
		};
	}

	/** What a held client costs the worker that plays it. */
	#swarm(): Measures {
		const points = this.readings.flatMap(({ state, sessions, swarm: { ussKb } }) =>
			state === 'settled' && ussKb !== undefined ? [[sessions, ussKb] as const] : [],
		);
		const fit = fitLine(points);
		return fit ? measured('swarmKbPerClient', fit.slope, fit.slopeCi) : {};
	}

	/** How fast the settled climb opened its clients: the first of its rungs is held without any. */
	#openings(): Measures {
		const grown = this.readings.filter(({ state, opened = 0 }) => state === 'settled' && opened > 0);
		if (grown.length === 0) return {};
		const opened = grown.reduce((sum, reading) => sum + (reading.opened ?? 0), 0);
		const openMs = grown.reduce((sum, reading) => sum + (reading.openMs ?? 0), 0);
		return {
			...measured('openMs', openMs),
			...measured('opensPerS', (opened / openMs) * 1000),
			...measured('opensFailed', this.#opensFailed),
			...measured('sessionsLost', this.#lost),
		};
	}

	#slope(name: MeasureName, gauge: LadderGauge, state: State): Measures {
		const fit = fitLine(this.points(gauge, state));
		return fit ? measured(name, fit.slope, fit.slopeCi) : {};
	}
}
