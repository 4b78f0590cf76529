import { sumGauges } from './collect/gauges.ts';
import { machineGauges } from './collect/machine.ts';
import { processGauges } from './collect/process.ts';
import { stateGauges } from './fleet/target.ts';
import type { GaugeValues, ReadingEvent } from './model/history.ts';
import type { Load } from './model/load.ts';
import type { Stage } from './stage.ts';

type LadderState = ReadingEvent['state'];
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

/** The rungs that a state can be read at on this machine: kept-alive clients have a connection more. */
function rungsFor(
	state: LadderState,
	rungs: readonly number[],
	holdsStream: boolean,
	connections: number,
): readonly number[] {
	if (state === 'settled') return rungs;
	const each = holdsStream ? 2 : 1;
	return rungs.filter((rung) => rung <= keptAliveMost && rung * each <= connections);
}

/**
 * glibc is told to give freed memory back at once. Otherwise a server that has just started keeps some 3 MB of free pieces
 * in which the first few hundred clients find room, and the line through the readings bends.
 */
const ladderEnv = { MALLOC_TRIM_THRESHOLD_: '0', MALLOC_TOP_PAD_: '0' } as const;

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
const settlePolls = 3;

/**
 * A ladder of held sessions on one target. Each state has a climb of its own on fresh processes: memory that a thousand
 * kept-alive connections took is only partly given back, and would be booked on the clients that stay.
 */
export async function climbLadder(stage: Stage, load: Extract<Load, { kind: 'hold' }>): Promise<void> {
	const { target, connections } = stage.spec;
	// The connections of an SDK server are node:http's, as the reference's are: its kept-alive state says nothing new.
	for (const state of target.reference === undefined ? ladderStates : (['settled'] as const)) {
		await stage.start({ env: ladderEnv, ...idleConnectionMs[state] });
		stage.phase('measure');
		await stage.or(climb(stage, rungsFor(state, load.rungs, target.client.stream, connections), state));
		await stage.stop();
	}
}

/** Holds each rung and reads the target in the one state. */
async function climb(stage: Stage, rungs: readonly number[], state: LadderState): Promise<void> {
	const { swarm } = stage.running();
	await warmUp(stage, Math.max(...rungs));
	for (const rung of rungs) {
		const open = await swarm.ask({ do: 'hold', sessions: rung });
		if (open === 0 && rung > 0) throw new Error(`0 of ${rung} sessions could be opened`);
		if (open < rung) stage.warnings.push({ id: 'ladder-incomplete', detail: `${open} of ${rung} sessions were open.` });
		if (state === 'kept-alive') await swarm.ask({ do: 'touch' });
		else if (!(await settle(stage))) {
			stage.warnings.push({
				id: 'not-settled',
				detail: `With ${open} sessions connections still came or went after ${settleWithinMs} ms.`,
			});
		}
		await read(stage, open, state);
	}
}

async function warmUp(stage: Stage, most: number): Promise<void> {
	const { server, swarm } = stage.running();
	await swarm.ask({ do: 'hold', sessions: Math.min(warmUpSessions, most) });
	for (let round = 0; round < warmUpRounds; round++) await swarm.ask({ do: 'touch' });
	await swarm.ask({ do: 'hold', sessions: 0 });
	await settle(stage);
	// Code that ran once is dropped after it was found unused by several collections; it is no client's cost.
	for (let round = 0; round < warmUpCollections; round++) await server.control?.('collect');
}

/** Waits until idle connections are closed and the number of descriptors stands still. @returns whether it did */
async function settle(stage: Stage): Promise<boolean> {
	const { clock } = stage;
	const { server } = stage.running();
	await sleep(expireMs);
	const giveUpUs = clock() + settleWithinMs * 1000;
	let last = -1;
	let same = 0;
	while (same < settlePolls && clock() < giveUpUs) {
		await sleep(settlePollMs);
		const fds = gaugesOf(server.pids()).fdsSocket ?? 0;
		same = fds === last ? same + 1 : 0;
		last = fds;
	}
	return same >= settlePolls;
}

/** The figures of several processes together. */
function gaugesOf(pids: readonly number[]): GaugeValues {
	return sumGauges(pids.flatMap((pid) => processGauges(pid) ?? []));
}

/** One reading, after forced collections where the target has them, of target, swarm and machine. */
async function read(stage: Stage, sessions: number, state: LadderState): Promise<void> {
	const { server, swarm } = stage.running();
	const asked = await server.control?.('collect');
	const target: GaugeValues = {
		...gaugesOf(server.pids()),
		...(asked && stateGauges(asked)),
	};
	stage.log.event({
		is: 'reading',
		at: stage.clock(),
		sessions,
		state,
		target,
		swarm: gaugesOf(swarm.pids),
		machine: machineGauges(),
	});
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
