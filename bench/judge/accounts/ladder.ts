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

	take(event: HistoryEvent): void {
		if (event.is === 'reading') this.readings.push(event);
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
		};
	}

	#slope(name: MeasureName, gauge: LadderGauge, state: State): Measures {
		const fit = fitLine(this.points(gauge, state));
		return fit ? measured(name, fit.slope, fit.slopeCi) : {};
	}
}
