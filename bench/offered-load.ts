import { CpuWatch } from './cpu-watch.ts';
import { applyFault, sleepUntil } from './fault-timeline.ts';
import { inviteGuests } from './guests.ts';
import { drainWithinMs } from './limits.ts';
import { beginPushes, beginUs, describeListeners, loadOf } from './listen-course.ts';
import type { FaultWindow } from './model/fault.ts';
import { loadMs, type OfferedLoad, sessionsOf, withWarmUp } from './model/load.ts';
import { ProcessWatch } from './process-watch.ts';
import { askTarget, takeReading } from './reading.ts';
import { Aborted, type Stage } from './stage.ts';

/** A short lead, so that every worker has the order before the first call is due. */
export const leadUs = 50_000;

/** Opens all sessions, offers the load, applies the faults on their timeline. */
export async function offerLoad(stage: Stage, asked: OfferedLoad): Promise<void> {
	const load = loadOf(asked, stage.spec.target);
	await stage.start();
	const { swarm } = stage.running();
	const { warmMs, faults, readEveryMs, guests } = stage.spec.size;
	stage.describePlaces(load);
	describeListeners(stage, load);
	await openSessions(stage, sessionsOf(load));
	const party = guests && (await inviteGuests(stage, guests));
	const earliestUs = beginUs(stage, load, stage.clock() + leadUs);
	const startUs = stage.tokens?.startUs(earliestUs, warmMs) ?? earliestUs;
	const measureFromUs = startUs + warmMs * 1000;
	const measureToUs = measureFromUs + loadMs(load) * 1000;
	stage.phase('warm');
	const loading = swarm.ask({ do: 'load', load: withWarmUp(load, warmMs), startUs, measureFromUs });
	const read = readEveryMs === undefined ? undefined : readDuring(stage, readEveryMs, startUs, measureToUs);
	const [{ looked }] = await stage.or(
		Promise.all([
			measure(stage, faults, measureFromUs, measureToUs),
			loading,
			askTarget(stage),
			read,
			pushOnce(stage, load, startUs),
			beginPushes(stage, load, measureFromUs),
			party?.play(measureFromUs, measureToUs),
		]),
	);
	await askTarget(stage);
	await party?.leave();
	stage.phase('drain');
	const withinMs = load.kind === 'watch' ? watchDrainMs : drainWithinMs;
	await stage.or(Promise.all([swarm.ask({ do: 'drain', withinMs }), looked]));
	await stage.stop();
}

/** Some calls of a watch never end. All others have had their time, but for the last ones, which make many new connections at once. */
const watchDrainMs = 2000;

/** When so long no session was opened the others are not waited for, where it is an answer that they stay closed. */
const openPatienceMs = 1500;

/** @throws Aborted when not one could be opened, unless the size allows that */
export async function openSessions(stage: Stage, wanted: number): Promise<void> {
	const { mayStayClosed } = stage.spec.size;
	// Where many places open together, those that never will must not hold up the others; alone, whoever takes long is waited for.
	const patience = mayStayClosed && stage.places.length > 1 ? { patienceMs: openPatienceMs } : {};
	const open = await stage.or(stage.running().swarm.ask({ do: 'hold', sessions: wanted, ...patience }));
	if (mayStayClosed) return;
	if (open === 0) throw new Aborted(`0 of ${wanted} sessions could be opened`);
	if (open < wanted) {
		stage.warnings.push({ id: 'ladder-incomplete', detail: `${open} of ${wanted} sessions were open.` });
	}
}

/** In an object, since a promise of a promise would be waited for. */
interface Looked {
	readonly looked: Promise<void>;
}

/**
 * The measured phase begins and ends with a sample of its own, so that CPU time is cut at the right instants. Over it the
 * harness watches itself as the workers do: faults and samples come late from a process that stands still.
 * @returns when the last look at the CPUs is written down, which the drain need not wait for
 */
async function measure(stage: Stage, faults: readonly FaultWindow[], fromUs: number, toUs: number): Promise<Looked> {
	const scene = stage.faultScene();
	const measured = async (): Promise<Looked> => {
		await sleepUntil(stage.clock, fromUs, scene.signal);
		stage.phase('measure');
		using watch = new ProcessWatch();
		const cpuWatch = new CpuWatch(stage);
		stage.sampler.sample();
		await sleepUntil(stage.clock, toUs, scene.signal);
		stage.sampler.sample();
		const own = { is: 'generator', role: 'harness', pid: process.pid, ...(await watch.end()) } as const;
		stage.log.event({ ...own, at: stage.clock() });
		return { looked: cpuWatch.end() };
	};
	const [looked] = await Promise.all([measured(), ...faults.map((window) => applyFault(window, fromUs, scene))]);
	return looked;
}

/** Has the servers push once in a watch, where it asks for that; every listener gets the same number. */
async function pushOnce(stage: Stage, load: OfferedLoad, startUs: number): Promise<void> {
	if (load.kind !== 'watch' || load.pushAtMs === undefined) return;
	await sleepUntil(stage.clock, startUs + load.pushAtMs * 1000, stage.faultScene().signal);
	const pushed = stage.running().servers.map(({ push }) => push?.(1));
	await stage.or(Promise.all(pushed));
}

/**
 * Reads the target as often as asked, from the warm-up on: V8 drops code that it finds unused at several collections, and
 * compiles it again; that is over when the measured phase begins, from which on readings count.
 */
async function readDuring(stage: Stage, everyMs: number, fromUs: number, toUs: number): Promise<void> {
	const { signal } = stage.faultScene();
	for (let dueUs = fromUs; dueUs <= toUs; dueUs += everyMs * 1000) {
		await sleepUntil(stage.clock, dueUs, signal);
		await readOnce(stage);
	}
}

async function readOnce(stage: Stage): Promise<void> {
	// A process that is gone has nothing to read, and one that stands still would be waited for.
	if (stage.isStruck) return;
	try {
		await takeReading(stage, stage.running().swarm.state.open, 'loaded');
	} catch (error) {
		// A fault may have struck meanwhile. Otherwise the end of a process ends the trial.
		if (stage.spec.size.faults.length === 0) throw error;
	}
}
