import { echoTemplate } from '../model/call-template.ts';
import { constantRate } from '../model/load.ts';
import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { CalibrationError } from './contest.ts';
import { type Bench, measureTrial } from './measure.ts';
import { knownAnswerServer } from './timing-cases.ts';

/** What the base spends on a call, of CPU time and so of the caller's: beside it what nobody can slow, the way there and back, is small. */
const workUs = 4000;
/** Rounds of work of the two pilots. */
const pilotRounds = [300_000, 900_000] as const;
/** A fifth of a core: no call waits for another. Evenly spread, for the same reason. */
const callsPerS = 50;
const sessions = 50;

export interface VerdictLoad {
	readonly warmMs: number;
	readonly forMs: number;
}

/** The load of every arm. */
export function verdictSize({ warmMs, forMs }: VerdictLoad): Size {
	const load = { kind: 'open', sessions, rate: constantRate(callsPerS, forMs), arrivals: 'constant' } as const;
	return { load, warmMs, faults: [], repeats: 1 };
}

/** A server that works so many rounds for each call. All have one base, so that every arm of a block gets the same schedule of calls. */
export function worker(id: string, rounds: number): Target {
	const args = ['--transport', 'stateless', '--work-rounds', String(Math.round(rounds))];
	return {
		...{ id, base: 'verdict', title: id, transport: 'stateless', implementation: 'reference' },
		server: { kind: 'node', file: knownAnswerServer, args },
		client: { stream: false, policy: 'full-jitter' },
		call: echoTemplate,
		headerNames: [],
		features: ['memory', 'control', 'restart', 'ledger'],
	};
}

/** What a call costs a server by the rounds that it works. */
export interface Cost {
	readonly usPerRound: number;
	/** Without any work, in µs. */
	readonly fixedUs: number;
}

/** Rounds at which a call costs so many µs in all. */
export function roundsFor(costUs: number, { usPerRound, fixedUs }: Cost): number {
	return Math.round((costUs - fixedUs) / usPerRound);
}

/**
 * Rounds of the base, and of a server that is slower by a share: all that a call costs is to be more by it, and only the work can be made more, so it
 * also stands in for what is fixed.
 */
export function roundsOfArms(
	shares: readonly number[],
	cost: Cost,
): { readonly base: number; readonly slowed: readonly number[] } {
	const base = Math.max(1, roundsFor(workUs, cost));
	const costUs = cost.fixedUs + base * cost.usPerRound;
	return { base, slowed: shares.map((share) => roundsFor(costUs * (1 + share), cost)) };
}

/** Two trials with little and much work tell what a round and what a call without any costs here. @throws CalibrationError */
export async function measureCost(load: VerdictLoad, bench: Bench): Promise<Cost> {
	const costs: number[] = [];
	for (const [nth, rounds] of pilotRounds.entries()) {
		bench.signal.throwIfAborted();
		const { measures } = await measureTrial(worker(`pilot-${nth + 1}`, rounds), verdictSize(load), 0, bench);
		if (!measures.cpuUsPerCall) throw new CalibrationError('The CPU time of the server could not be read.');
		costs.push(measures.cpuUsPerCall.value);
	}
	const [little = 0, much = 0] = costs;
	const usPerRound = (much - little) / (pilotRounds[1] - pilotRounds[0]);
	if (!(usPerRound > 0)) {
		throw new CalibrationError(
			'Three times the work did not take longer: other programs have the CPUs. Try again when the machine is idle.',
		);
	}
	return { usPerRound, fixedUs: Math.max(0, little - pilotRounds[0] * usPerRound) };
}
