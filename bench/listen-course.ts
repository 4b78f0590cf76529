import { sleepUntil } from './fault-timeline.ts';
import type { ListenLoad, OfferedLoad } from './model/load.ts';
import type { PushesEvent } from './model/push-events.ts';
import type { Target } from './model/target.ts';
import type { Stage } from './stage.ts';

/** The load as a target's clients carry it: who polls goes on until the last pushes are fetched. */
export function loadOf<L extends OfferedLoad>(load: L, { client: { pollMs } }: Pick<Target, 'client'>): L | ListenLoad {
	return load.kind === 'listen' && pollMs !== undefined ? { ...load, pollMs, forMs: load.forMs + pollMs } : load;
}

/** Where in their interval pushes begin and cease to count: just before the next, when the last is over. */
const betweenPushes = 0.9;

/**
 * When such a load begins: as much later that nothing is under way when pushes begin to count, nor at the end where the time between is
 * a multiple of their interval. Servers number pushes by the machine's clock, and so push at its multiples.
 * @param fromUs at the earliest
 */
export function beginUs({ meeting, spec: { size } }: Stage, load: OfferedLoad, fromUs: number): number {
	const everyUs = (size.pushEveryMs ?? 0) * 1000;
	if (load.kind !== 'listen' || everyUs === 0) return fromUs;
	const countedUs = meeting.originUs + fromUs + (size.warmMs + load.idleMs + load.settleMs) * 1000;
	return fromUs + (((1 + betweenPushes) * everyUs - (countedUs % everyUs)) % everyUs);
}

/** Writes down how clients come to what the server has to say. */
export function describeListeners({ log, clock }: Stage, load: OfferedLoad): void {
	if (load.kind !== 'listen') return;
	const { sessions, pollMs } = load;
	log.event({ is: 'listen', at: clock(), sessions, ...(pollMs !== undefined && { pollMs }) });
}

/**
 * Has the servers begin to push when clients have been idle for long enough. What they push at first does not count: a server that has
 * never pushed takes twice as long as one whose code is compiled. CPU time is read at both instants.
 */
export async function beginPushes(stage: Stage, load: OfferedLoad, measureFromUs: number): Promise<void> {
	if (load.kind !== 'listen') return;
	const { signal } = stage.faultScene();
	const noted = async (change: PushesEvent['change'], afterMs: number): Promise<void> => {
		await sleepUntil(stage.clock, measureFromUs + afterMs * 1000, signal);
		stage.sampler.sample();
		stage.log.event({ is: 'pushes', at: stage.clock(), change });
	};
	await noted('begun', load.idleMs);
	const begun = stage.running().servers.map((server) => server.beginPushes?.());
	await stage.or(Promise.all(begun));
	await noted('counted', load.idleMs + load.settleMs);
}
