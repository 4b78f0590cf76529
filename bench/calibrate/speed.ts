import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServer } from '../fleet/server.ts';
import { findTool } from '../fleet/tools.ts';
import { medianWithInterval } from '../judge/fit.ts';
import { connectionsOf } from '../machine-bounds.ts';
import type { Calibration, Contender } from '../model/calibration.ts';
import { echoTemplate } from '../model/call-template.ts';
import type { Size } from '../model/scenario.ts';
import type { Target } from '../model/target.ts';
import { deriveSeed, seededRandom, shuffled } from '../random.ts';
import { askContender, askProgram, CalibrationError, type ContenderTask, callBody, programs } from './contest.ts';
import { type Bench, measureOnce } from './measure.ts';

/** How long and how often; see `calibrationSizes` in `calibrate.ts`. */
export interface SpeedSize {
	readonly repeats: number;
	readonly warmMs: number;
	readonly forMs: number;
	/** Sessions that are opened to learn how many open per second. */
	readonly opened: number;
	readonly historyMs: number;
}

/** As many calls are in flight as there are connections: enough that the server never waits for us. */
const connections = 64;
const echoServer = 'bench/calibrate/echo-server.ts';

const ours = 'ours';
const own: readonly Pick<Contender, 'id' | 'title'>[] = [
	{ id: 'autocannon', title: 'autocannon' },
	{ id: 'undici', title: 'undici, a bare dispatch loop' },
	{ id: 'connection', title: 'our connection alone' },
];

export type Speed = Pick<
	Calibration,
	| 'verifiedCallsPerS'
	| 'serverCpuShare'
	| 'autocannonPerS'
	| 'ratioToAutocannon'
	| 'contenders'
	| 'connectsPerS'
	| 'connectRatio'
	| 'historyCostShare'
	| 'intervals'
>;

/** One block after another; in each every contender runs once, in an order of its own, on one core, against the same server. */
export async function measureSpeed(size: SpeedSize, bench: Bench, say: (line: string) => void): Promise<Speed> {
	const { placement, signal, seed } = bench;
	const cpus = placement.swarm.slice(0, 1);
	const folder = await mkdtemp(join(tmpdir(), 'calibrate-'));
	const server = await startServer({
		server: { kind: 'node', file: echoServer, args: [] },
		cpus: placement.target,
	});
	try {
		const found = programs.filter(({ id }) => findTool(id) !== null);
		const perS = new Map<string, number[]>();
		const shares: number[] = [];
		const opens = { ours: [] as number[], undici: [] as number[] };
		const history: number[] = [];
		const { warmMs, forMs, historyMs } = size;
		const opened = Math.min(size.opened, connectionsOf(bench.limits) - connections);
		const ask = (what: ContenderTask['what'], more: Partial<ContenderTask> = {}) => {
			const historyPath = join(folder, `${what}.ndjson`);
			return askContender({ what, url: server.url, connections, warmMs, forMs, historyPath, ...more }, cpus, signal);
		};
		const keep = (id: string, values: readonly number[]) => perS.set(id, [...(perS.get(id) ?? []), ...values]);
		const tasks: readonly (readonly [string, () => Promise<void>])[] = [
			[ours, async () => void keep(ours, [await verified(size, bench, server, shares)])],
			...own.map(({ id }) => [id, async () => void keep(id, await ask(id as ContenderTask['what']))] as const),
			...found.map((program) => {
				const task = { url: server.url, connections, forMs: warmMs + forMs, body: callBody, folder };
				return [
					program.id,
					async () => void keep(program.id, [await askProgram(program, task, cpus, signal)]),
				] as const;
			}),
			['opening', async () => void opens.ours.push(...(await ask('sessions', { connections: opened })))],
			[
				'opening, undici',
				async () => void opens.undici.push(...(await ask('undici-connects', { connections: opened }))),
			],
			['history', async () => void history.push(medianWithInterval(await ask('history', { forMs: historyMs })).value)],
		];
		for (let repeat = 1; repeat <= size.repeats; repeat++) {
			for (const [id, run] of shuffled(tasks, seededRandom(deriveSeed(seed, 'contest', repeat)))) {
				signal.throwIfAborted();
				say(`block ${repeat} of ${size.repeats}: ${id}`);
				await run();
			}
		}
		return summary(perS, shares, opens, history, [...own, ...found]);
	} finally {
		await server.kill();
		await rm(folder, { recursive: true, force: true });
	}
}

/** One worker as in any trial, in a closed loop: the figure is that of its history. */
async function verified(
	{ warmMs, forMs }: SpeedSize,
	bench: Bench,
	{ url, pid }: ServerProcess,
	shares: number[],
): Promise<number> {
	const load = { kind: 'closed', sessions: connections, forMs } as const;
	const size: Size = { load, warmMs, faults: [], repeats: 1 };
	const one = { ...bench, placement: { ...bench.placement, swarm: bench.placement.swarm.slice(0, 1) } };
	// As with the others there is one try: to repeat ours alone would favour it.
	const { measures } = await measureOnce(echoTarget(url, pid), size, 1, one);
	const { callsPerS, callsFailed, callsUnknown, targetCpuShare } = measures;
	if (!callsPerS) throw new CalibrationError('Not one call was answered.');
	const bad = (callsFailed?.value ?? 0) + (callsUnknown?.value ?? 0);
	if (bad > 0) throw new CalibrationError(`${bad} calls were not answered as they should be.`);
	if (targetCpuShare) shares.push(targetCpuShare.value);
	return callsPerS.value;
}

const echoTarget = (url: string, pid: number): Target => ({
	id: 'echo',
	base: 'echo',
	title: 'calibration server',
	transport: 'stateless',
	implementation: 'reference',
	server: { kind: 'running', url, pid },
	client: { stream: false, policy: 'immediate' },
	call: echoTemplate,
	headerNames: [],
	features: ['memory'],
});

function summary(
	perS: ReadonlyMap<string, readonly number[]>,
	shares: readonly number[],
	opens: { readonly ours: readonly number[]; readonly undici: readonly number[] },
	history: readonly number[],
	others: readonly Pick<Contender, 'id' | 'title'>[],
): Speed {
	const mine = perS.get(ours) ?? [];
	// Pairs of one block stand side by side in time: what the machine did meanwhile fell on both.
	const paired = (a: readonly number[], b: readonly number[]) =>
		medianWithInterval(a.map((value, n) => value / (b[n] ?? Number.NaN)));
	const contenders = others.map(({ id, title }) => {
		const theirs = perS.get(id) ?? [];
		return { id, title, perS: medianWithInterval(theirs).value, ratio: paired(mine, theirs) };
	});
	const autocannon = contenders.find(({ id }) => id === 'autocannon') as Contender;
	const connect = paired(opens.ours, opens.undici);
	const kept = medianWithInterval(history);
	return {
		verifiedCallsPerS: medianWithInterval(mine).value,
		serverCpuShare: medianWithInterval(shares).value,
		autocannonPerS: autocannon.perS,
		ratioToAutocannon: autocannon.ratio,
		contenders,
		connectsPerS: medianWithInterval(opens.ours).value,
		connectRatio: connect.value,
		historyCostShare: 1 - kept.value,
		intervals: {
			...(connect.ci && { connectRatio: connect.ci }),
			...(kept.ci && { historyCostShare: [1 - kept.ci[1], 1 - kept.ci[0]] as const }),
		},
	};
}
