import { availableParallelism } from 'node:os';
import { measureCeiling } from './ceiling.ts';
import { threadTimes, waitedForOthersUs } from './collect/waiting.ts';
import { CpuWatch } from './cpu-watch.ts';
import { sleepUntil } from './fault-timeline.ts';
import { stepFigures } from './judge/step-figures.ts';
import { drainWithinMs } from './limits.ts';
import { constantRate, type OfferedLoad, type SearchLoad, searchBounds, withWarmUp } from './model/load.ts';
import { nextStep, type StepFigures, type Tried, verdictOf } from './model/search.ts';
import type { StepPart } from './model/swarm.ts';
import { leadUs, openSessions } from './offered-load.ts';
import { deriveSeed, seededRandom } from './random.ts';
import { Aborted, type Stage } from './stage.ts';

/**
 * Looks for the highest level at which the target meets the objective, on one server process: offers a level, waits until
 * it has drained, reads what became of its calls, and goes on as `nextStep` says. The first level is spread by the trial's
 * seed, so that repeats try different levels and their mean does not lie on a grid.
 */
export async function searchCapacity(stage: Stage, load: SearchLoad): Promise<void> {
	await stage.start();
	const bounds = searchBounds(load, seededRandom(deriveSeed(stage.spec.plan.seed, 'search')).next());
	stage.log.event({ is: 'search', at: stage.clock(), of: load.of, objective: load.objective, bounds });
	if (load.of === 'rate') {
		await openSessions(stage, load.sessions);
		await warmUp(stage, load.sessions, stage.spec.size.warmMs);
	}
	stage.phase('search');
	const cpuWatch = new CpuWatch(stage);
	const tried: Tried[] = [];
	for (let next = nextStep(bounds, tried); !next.done; next = nextStep(bounds, tried)) {
		const { level } = next;
		const figures = await runStep(stage, load, tried.length, level);
		tried.push({ level, verdict: verdictOf(figures, load.objective) });
	}
	await cpuWatch.end();
	if (load.of === 'rate' && load.ceilingMs > 0) await measureCeiling(stage, load.sessions, load.ceilingMs);
	await stage.stop();
}

/**
 * Calls as fast as the target answers, none of which counts. A fresh process compiles its busiest code after some ten
 * thousand calls and stands still for 20 to 30 ms meanwhile: that would be booked on whatever level is tried at that moment.
 */
async function warmUp(stage: Stage, sessions: number, warmMs: number): Promise<void> {
	if (warmMs === 0) return;
	stage.phase('warm');
	const { swarm } = stage.running();
	const startUs = stage.clock() + leadUs;
	const load: OfferedLoad = { kind: 'closed', sessions, forMs: warmMs };
	await stage.or(swarm.ask({ do: 'load', load, startUs, measureFromUs: startUs + 2 * warmMs * 1000 }));
	await stage.or(swarm.ask({ do: 'drain', withinMs: drainWithinMs }));
}

/** The load of one level, for as long as a step lasts. */
function stepLoad(load: SearchLoad, level: number): OfferedLoad {
	const { stepMs: forMs } = load;
	return load.of === 'rate'
		? { kind: 'open', sessions: load.sessions, rate: constantRate(level, forMs), arrivals: 'poisson' }
		: { kind: 'periodic', sessions: level, everyMs: load.everyMs, forMs };
}

/** Offers one level, and waits until all its calls have ended or were given up. */
async function runStep(stage: Stage, load: SearchLoad, step: number, level: number): Promise<StepFigures> {
	const { swarm } = stage.running();
	const open = load.of === 'rate' ? load.sessions : await stage.or(swarm.ask({ do: 'hold', sessions: level }));
	if (open === 0) throw new Aborted(`0 of ${level} sessions could be opened`);
	const startUs = stage.clock() + leadUs;
	const fromUs = startUs + load.stepWarmMs * 1000;
	const toUs = fromUs + load.stepMs * 1000;
	const offered = withWarmUp(stepLoad(load, level), load.stepWarmMs);
	const loading = swarm.ask({ do: 'load', load: offered, startUs, measureFromUs: fromUs, step });
	const [waitShare] = await stage.or(Promise.all([waitShareOf(stage, fromUs, toUs), loading]));
	const parts = await stage.or(swarm.endStep(step, drainWithinMs));
	const figures = sumOf(parts, waitShare);
	const { busyShare } = figures;
	const known = waitShare === undefined ? {} : { waitShare };
	stage.log.event({ is: 'step', at: stage.clock(), step, level, fromUs, toUs, open, busyShare, ...known });
	return figures;
}

/** The share of a span in which target or swarm, the worse of the two, waited for a CPU that others had; undefined where not known. */
async function waitShareOf(stage: Stage, fromUs: number, toUs: number): Promise<number | undefined> {
	const { signal } = stage.faultScene();
	const { servers, swarm } = stage.running();
	const { placement } = stage.spec;
	await sleepUntil(stage.clock, fromUs, signal);
	const groups = [servers.flatMap((server) => server.pids()), swarm.pids];
	const cpus = [placement.target.length, placement.swarm.length];
	const look = () => groups.map((pids) => pids.map((pid) => threadTimes(pid)));
	const before = look();
	const startUs = stage.clock();
	await sleepUntil(stage.clock, toUs, signal);
	const after = look();
	const elapsedUs = stage.clock() - startUs;
	const shares = before.flatMap((times, n) => {
		const us = waitedForOthersUs(times, after[n] ?? [], cpus[n] || availableParallelism());
		return us === undefined ? [] : [us / elapsedUs];
	});
	return shares.length === 0 ? undefined : Math.max(...shares);
}

/** The figures of a step over all workers. */
function sumOf(parts: readonly StepPart[], waitShare: number | undefined): StepFigures {
	const histograms = {
		latencyUs: parts.flatMap(({ latencyUs }) => latencyUs ?? []),
		lagUs: parts.flatMap(({ lagUs }) => lagUs ?? []),
	};
	return stepFigures(histograms, {
		dropped: parts.reduce((sum, { dropped }) => sum + dropped, 0),
		busyShare: Math.max(0, ...parts.map(({ busyShare }) => busyShare)),
		...(waitShare === undefined ? {} : { waitShare }),
	});
}
