import { setTimeout as sleep } from 'node:timers/promises';
import { descriptorCount } from './collect/descriptors.ts';
import { connectionsOf } from './machine-bounds.ts';
import type { ReadingEvent } from './model/history.ts';
import type { Load } from './model/load.ts';
import { instancesOf, readsKeptAlive, type Target } from './model/target.ts';
import { collect, takeReading } from './reading.ts';
import type { Stage } from './stage.ts';

type LadderState = Exclude<ReadingEvent['state'], 'loaded'>;
const ladderStates = ['settled', 'kept-alive'] as const;

/**
 * While the settled state is read, clients let an idle connection go at once: with 100 ms, a hundred of them were open at a
 * time while clients came, and the memory they had taken, 3 MB, was booked on the clients. In the kept-alive state the
 * server decides.
 */
const expireMs = 1;
const idleConnectionMs: Readonly<Record<LadderState, { readonly idleMs?: number }>> = {
	settled: { idleMs: expireMs },
	'kept-alive': {},
};

/** What an open connection adds shows with fewer clients, and they must all have called before the first connection expires. */
const keptAliveMost = 1000;
/** Enough for a line through whole descriptors; more would only take longer. */
const keptAliveRungs = 3;

/** A server on an SDK takes several times as much for a client: half of the ladder shows it as well, in half of the time. */
function ladderOf(rungs: readonly number[], { reference }: Target): readonly number[] {
	const half = rungs.filter((rung) => rung <= Math.max(...rungs) / 2);
	return reference === undefined || half.length < 3 ? rungs : half;
}

/** The rungs that a state can be read at on this machine: kept-alive clients have a connection more. */
function rungsFor(
	state: LadderState,
	rungs: readonly number[],
	holdsStream: boolean,
	connections: number,
): readonly number[] {
	if (state === 'settled') return rungs;
	const each = holdsStream ? 2 : 1;
	return rungs.slice(0, keptAliveRungs).filter((rung) => rung <= keptAliveMost && rung * each <= connections);
}

/**
 * glibc is told to give freed memory back at once. Otherwise a server that has just started keeps some 3 MB of free pieces
 * in which the first few hundred clients find room, and the line through the readings bends.
 */
export const ladderEnv = { MALLOC_TRIM_THRESHOLD_: '0', MALLOC_TOP_PAD_: '0' } as const;

/**
 * Clients that come and go before the first reading, so that compiled code does not count as clients: few of them, with many
 * calls, because memory once taken for many connections would later hide what the first clients of the ladder cost.
 */
const warmUpSessions = 10;
const warmUpRounds = 50;
const warmUpCollections = 3;
/** Figures that still move after this are read as they are. */
const settleWithinMs = 4000;
const settlePollMs = 50;
/** A server that holds many clients pauses for long collections, in which it closes nothing: it is looked at less often. */
const settlePollMsPerClient = 0.004;
const settleMsPerClient = 0.1;
const settlePolls = 3;

/**
 * A ladder of held sessions on one target. Each state has a climb of its own on fresh processes: memory that a thousand
 * kept-alive connections took is only partly given back, and would be booked on the clients that stay.
 */
export async function climbLadder(stage: Stage, load: Extract<Load, { kind: 'hold' }>): Promise<void> {
	const { target, limits } = stage.spec;
	const connections = connectionsOf(limits) * instancesOf(target);
	for (const state of readsKeptAlive(target) ? ladderStates : (['settled'] as const)) {
		const rungs = rungsFor(state, ladderOf(load.rungs, target), target.client.stream, connections);
		// A line needs two points: a ladder of large rungs has no kept-alive state.
		if (rungs.length < 2) continue;
		await stage.start({ env: ladderEnv, ...idleConnectionMs[state] });
		stage.phase('measure');
		await stage.or(climb(stage, rungs, state));
		await stage.stop();
	}
}

/** Holds each rung and reads the target in the one state. */
async function climb(stage: Stage, rungs: readonly number[], state: LadderState): Promise<void> {
	const { swarm } = stage.running();
	await warmUp(stage, Math.max(...rungs));
	let held = 0;
	for (const rung of rungs) {
		const fromUs = stage.clock();
		const open = await swarm.ask({ do: 'hold', sessions: rung });
		const opening = { opened: open - held, openMs: (stage.clock() - fromUs) / 1000 };
		held = open;
		if (open === 0 && rung > 0) throw new Error(`0 of ${rung} sessions could be opened`);
		if (open < rung) stage.warnings.push({ id: 'ladder-incomplete', detail: `${open} of ${rung} sessions were open.` });
		if (state === 'kept-alive') await swarm.ask({ do: 'touch' });
		else if (!(await settle(stage, open))) {
			stage.warnings.push({
				id: 'not-settled',
				detail: `With ${open} sessions connections still came or went after ${settleLimitMs(open)} ms.`,
			});
		}
		await takeReading(stage, open, state, opening);
	}
}

async function warmUp(stage: Stage, most: number): Promise<void> {
	const { servers, swarm } = stage.running();
	await swarm.ask({ do: 'hold', sessions: Math.min(warmUpSessions, most) });
	for (let round = 0; round < warmUpRounds; round++) await swarm.ask({ do: 'touch' });
	await swarm.ask({ do: 'hold', sessions: 0 });
	await settle(stage, 0);
	// Code that ran once is dropped after it was found unused by several collections; it is no client's cost.
	for (let round = 0; round < warmUpCollections; round++) await collect(servers);
}

/** Waits until idle connections are closed and the number of descriptors stands still. @returns whether it did */
async function settle(stage: Stage, sessions: number): Promise<boolean> {
	const { clock } = stage;
	const { servers } = stage.running();
	await sleep(expireMs);
	const giveUpUs = clock() + settleLimitMs(sessions) * 1000;
	let last = -1;
	let same = 0;
	while (same < settlePolls && clock() < giveUpUs) {
		await sleep(settlePollMs + sessions * settlePollMsPerClient);
		const pids = servers.flatMap((server) => server.pids());
		const fds = pids.reduce((sum, pid) => sum + (descriptorCount(pid) ?? 0), 0);
		same = fds === last ? same + 1 : 0;
		last = fds;
	}
	return same >= settlePolls;
}

function settleLimitMs(sessions: number): number {
	return Math.round(settleWithinMs + sessions * settleMsPerClient);
}
