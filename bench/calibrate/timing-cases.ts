import type { Latency } from '../judge/accounts/latency.ts';
import { echoTemplate } from '../model/call-template.ts';
import { constantRate, type OfferedLoad } from '../model/load.ts';
import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';

/** A figure of a case whose true value is known. */
export interface TimingRow {
	/** `p99`, or `mean`. */
	readonly of: `p${number}` | 'mean';
	readonly expectedUs: number;
}

/**
 * A server that is late by a known law, a load, and what theory says the latency from due must then be. Theory knows the server's
 * delay only: the way there and back, and the generator's own time for a call, count as error.
 */
export interface TimingCase {
	readonly id: string;
	readonly transport: 'stateless' | 'sse';
	/** Flags of `knownAnswerServer`. */
	readonly args: readonly string[];
	readonly load: OfferedLoad;
	readonly warmMs: number;
	readonly rows: readonly TimingRow[];
}

/** A row with what was measured. */
export interface TimingResult {
	/** `fixed-50ms-sse p50`. */
	readonly case: string;
	readonly expectedUs: number;
	readonly measuredUs: number;
	readonly toleranceUs: number;
	readonly within: boolean;
}

/** Relative to the project; a child process as any target, not imported. */
export const knownAnswerServer = 'test/known-answer/server.ts';

/** How far a measured latency may be from the truth: 2 % or 0.2 ms, whichever is larger. */
export function toleranceUs(expectedUs: number): number {
	return Math.max(200, expectedUs * 0.02);
}

/** Enough that none waits for a free session, whatever the delay. */
const sessions = 100;
/** A drawn delay has had every value once after so many calls: warm-up and load are multiples of it. */
const draws = 250;
const drawsPerS = 500;

/**
 * So dense that the generator is awake whenever an answer comes, because a call is always about to fall due, and prime to the
 * delays, so that no answer comes at the instant at which a call is due.
 */
const denselyPerS = 430;

const ms = (value: number): number => value * 1000;

function load(perS: number, forMs: number): TimingCase['load'] {
	return { kind: 'open', sessions, rate: constantRate(perS, forMs), arrivals: 'constant' };
}

function fixed(delayMs: number, transport: TimingCase['transport']): TimingCase {
	return {
		id: `fixed-${delayMs}ms-${transport}`,
		transport,
		args: ['--delay-ms', String(delayMs)],
		load: load(denselyPerS, 2000),
		warmMs: 500,
		rows: [
			{ of: 'p50', expectedUs: ms(delayMs) },
			{ of: 'p90', expectedUs: ms(delayMs) },
		],
	};
}

/** A server without a delay: what the way there and back, and the generator, take by themselves on this machine. */
export function undelayed(transport: TimingCase['transport']): TimingCase {
	return fixed(0, transport);
}

function drawn(
	id: string,
	transport: TimingCase['transport'],
	args: readonly string[],
	rows: readonly TimingRow[],
): TimingCase {
	return {
		id: `${id}-${transport}`,
		transport,
		args: [...args, '--draws', String(draws)],
		load: load(drawsPerS, 4000),
		warmMs: (draws / drawsPerS) * 1000,
		rows,
	};
}

/** -mean · ln(1 − p). */
function exponential(meanMs: number, transport: TimingCase['transport']): TimingCase {
	const quantile = (share: number): number => -ms(meanMs) * Math.log(1 - share);
	return drawn(
		`exponential-${meanMs}ms`,
		transport,
		['--delay-exponential-ms', String(meanMs)],
		[
			{ of: 'mean', expectedUs: ms(meanMs) },
			{ of: 'p50', expectedUs: quantile(0.5) },
			{ of: 'p90', expectedUs: quantile(0.9) },
			{ of: 'p99', expectedUs: quantile(0.99) },
		],
	);
}

/** from + p · (to − from). */
function uniform(fromMs: number, toMs: number, transport: TimingCase['transport']): TimingCase {
	const quantile = (share: number): number => ms(fromMs + share * (toMs - fromMs));
	return drawn(
		`uniform-${fromMs}-${toMs}ms`,
		transport,
		['--delay-uniform-ms', `${fromMs}-${toMs}`],
		[
			{ of: 'mean', expectedUs: quantile(0.5) },
			{ of: 'p50', expectedUs: quantile(0.5) },
			{ of: 'p90', expectedUs: quantile(0.9) },
			{ of: 'p99', expectedUs: quantile(0.99) },
		],
	);
}

/**
 * With a stall of s in every t, the share s/t of evenly spread arrivals falls into a stall and waits for its end, uniformly
 * between 0 and s: latency at p is s · (p − (1 − s/t)) / (s/t), and nothing below. A cycle is no whole number of arrivals, so that
 * they meet it at other instants every time; the rate is low, so that what was held is soon worked off. Whole cycles are measured.
 * A closed loop would see one call per session and stall: that is what latency from due is for.
 */
function stall(stallMs: number, everyMs: number, cycles: number, transport: TimingCase['transport']): TimingCase {
	const share = stallMs / everyMs;
	const row = (percentile: number): TimingRow => ({
		of: `p${percentile}`,
		expectedUs: (ms(stallMs) * (percentile / 100 - (1 - share))) / share,
	});
	return {
		id: `stall-${stallMs}-of-${everyMs}ms-${transport}`,
		transport,
		args: ['--stall-ms', String(stallMs), '--stall-every-ms', String(everyMs)],
		load: load(75.1, everyMs * cycles),
		warmMs: 0,
		rows: [row(95), row(97.5), row(99)],
	};
}

/** A slow head or body: the call is answered when the last of it is there. */
function slow(part: 'head' | 'body', delayMs: number): TimingCase {
	const { args: _, ...rest } = fixed(delayMs, 'stateless');
	return { ...rest, id: `slow-${part}-${delayMs}ms`, args: [`--slow-${part}-ms`, String(delayMs)] };
}

/**
 * The timing error table. All of it takes 35 s. Delays are so long that 2 % of them is well above the 0.1 to 0.2 ms which a call
 * takes with no delay at all.
 */
export const timingCases: readonly TimingCase[] = [
	fixed(50, 'stateless'),
	fixed(50, 'sse'),
	exponential(60, 'stateless'),
	uniform(10, 110, 'sse'),
	stall(200, 2000, 5, 'stateless'),
	slow('head', 50),
	slow('body', 50),
];

/** The target of a case; `args` follow the case's own. */
export function timingTarget({ id, transport, args }: TimingCase, more: readonly string[] = []): Target {
	return {
		id,
		base: id,
		title: id,
		transport,
		implementation: 'reference',
		server: { kind: 'node', file: knownAnswerServer, args: ['--transport', transport, ...args, ...more] },
		client: { stream: transport === 'sse', policy: 'fixed-3s' },
		call: echoTemplate,
		headerNames: [],
		features: ['memory', 'control', 'restart', 'ledger'],
	};
}

export function timingSize({ load, warmMs }: TimingCase): Size {
	return { load, warmMs, faults: [], repeats: 1 };
}

/** The rows of a case beside what was measured. */
export function timingResults({ id, rows }: TimingCase, latency: Latency): TimingResult[] {
	return rows.map(({ of, expectedUs }) => {
		const measuredUs = of === 'mean' ? latency.meanUs : latency.percentileUs(Number(of.slice(1)));
		const tolerance = toleranceUs(expectedUs);
		const within = Math.abs(measuredUs - expectedUs) <= tolerance;
		return { case: `${id} ${of}`, expectedUs, measuredUs, toleranceUs: tolerance, within };
	});
}
