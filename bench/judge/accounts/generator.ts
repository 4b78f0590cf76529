import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { busyShareOf } from '../../model/busy-share.ts';
import type { GeneratorEvent, HistoryEvent } from '../../model/history.ts';
import type { MeasureName, Measures } from '../../model/measures.ts';
import { type Account, measured } from './account.ts';

/** What one process of the generator did over the measured phase. Shares are of one core, 1 is all of it. */
export interface ProcessFigures {
	readonly role: GeneratorEvent['role'];
	/** As a sentence names it: `swarm worker 0 (pid 4711)`. */
	readonly name: string;
	/** What it needed: CPU time without that of turns in which the schedule only waited. */
	readonly busyShare: number;
	/** For how much of the time its main thread wanted a core and had none. */
	readonly waitShare?: number;
	readonly loopDelayMaxUs: number;
	readonly gcMaxUs: number;
	readonly gcLongest?: 'major' | 'minor';
	readonly queuedPeak?: number;
	/** Of a worker with a schedule. */
	readonly lagP99Us?: number;
}

/** The generator's own state: every worker, and the harness. */
export class Generator implements Account {
	readonly #events: GeneratorEvent[] = [];
	readonly #lag = new Map<number, Histogram>();

	take(event: HistoryEvent): void {
		if (event.is === 'histogram' && event.of === 'lagUs') {
			const lag = decodeFromCompressedBase64(event.data, 32);
			const before = this.#lag.get(event.worker);
			if (before) before.add(lag);
			else this.#lag.set(event.worker, lag);
		}
		// Histories of older versions say less of the generator than can be judged.
		if (event.is === 'generator' && event.gc !== undefined) this.#events.push(event);
	}

	processes(): ProcessFigures[] {
		return this.#events.map((event) => {
			const { role, pid, worker, spanUs, waitedUs, loopDelayMaxUs, gc, queuedPeak } = event;
			const lag = worker === undefined ? undefined : this.#lag.get(worker);
			return {
				role,
				name: role === 'harness' ? `the harness (pid ${pid})` : `swarm worker ${worker} (pid ${pid})`,
				busyShare: busyShareOf(event),
				...(waitedUs === undefined ? {} : { waitShare: waitedUs / spanUs }),
				loopDelayMaxUs,
				gcMaxUs: gc.maxUs,
				...(gc.longest === undefined ? {} : { gcLongest: gc.longest }),
				...(queuedPeak === undefined ? {} : { queuedPeak }),
				...(lag === undefined ? {} : { lagP99Us: lag.getValueAtPercentile(99) }),
			};
		});
	}

	/** Of several workers the worst figure counts. */
	measures(): Measures {
		const all = this.processes();
		const worst = (
			name: MeasureName,
			role: ProcessFigures['role'],
			figure: (of: ProcessFigures) => number | undefined,
		): Measures => {
			const known = all.flatMap((of) => (of.role === role ? (figure(of) ?? []) : []));
			return known.length === 0 ? {} : measured(name, Math.max(...known));
		};
		const percent = (share: number | undefined) => share && share * 100;
		return {
			...worst('generatorBusyShare', 'swarm', (of) => percent(of.busyShare)),
			...worst('generatorWaitShare', 'swarm', (of) => percent(of.waitShare)),
			...worst('loopDelayMaxUs', 'swarm', (of) => of.loopDelayMaxUs),
			...worst('gcMaxUs', 'swarm', (of) => of.gcMaxUs),
			...worst('queuedPeak', 'swarm', (of) => of.queuedPeak),
			...worst('harnessCpuShare', 'harness', (of) => percent(of.busyShare)),
			...worst('harnessLoopDelayMaxUs', 'harness', (of) => of.loopDelayMaxUs),
			...worst('harnessGcMaxUs', 'harness', (of) => of.gcMaxUs),
		};
	}
}
