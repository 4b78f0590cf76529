/**
 * What the schedule of one worker can do on this machine, printed and never asserted: `node bench/load/schedule.bench.ts`.
 * Everything runs in this process, pinned to the last CPU it may use; the server of the last row runs on the first.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Histogram } from 'hdr-histogram-js';
import { clockSince, monotonicUs } from '../clock.ts';
import { allowedCpus } from '../fleet/cpus.ts';
import { startTarget } from '../fleet/target.ts';
import { findTool } from '../fleet/tools.ts';
import type { CallRecord } from '../model/call-record.ts';
import { echoTemplate } from '../model/call-template.ts';
import { constantRate, type Load } from '../model/load.ts';
import type { Connect } from '../model/session.ts';
import { ProcessWatch } from '../process-watch.ts';
import { connectTo } from '../wire/index.ts';
import { measureEmptyTurnUs } from './empty-turn.ts';
import { arrivals } from './pacer.ts';
import { newHistogram, Recorder } from './recorder.ts';
import { runSchedule } from './schedule.ts';
import { Swarm } from './swarm.ts';

const { values } = parseArgs({
	options: {
		rate: { type: 'string', default: '20000' },
		'socket-rate': { type: 'string', default: '2000' },
		seconds: { type: 'string', default: '5' },
	},
});
const forMs = Number(values.seconds) * 1000;
const warmMs = 1000;

function open(perS: number, kind: 'constant' | 'poisson', lastsMs: number): Extract<Load, { kind: 'open' }> {
	return { kind: 'open', sessions: 1, rate: constantRate(perS, lastsMs), arrivals: kind };
}

/** Keeps how long after its due instant each measured call was sent. */
class LagRecorder extends Recorder {
	readonly lag = newHistogram();

	override call(call: CallRecord, startedUs: number): void {
		if (call.phase === 'measure') this.lag.recordValue(Math.max(0, call.sentUs - call.dueUs));
		super.call(call, startedUs);
	}
}

async function print(title: string, lag: Histogram, spunUs: number, watch: ProcessWatch): Promise<void> {
	const { spanUs, cpuUs, waitedUs = 0, loopDelayMaxUs, gc } = await watch.end();
	const ms = (us: number) => `${(us / 1000).toFixed(3)} ms`;
	const percent = (us: number) => `${((us / spanUs) * 100).toFixed(1)} %`;
	const [p50, p99] = [50, 99].map((p) => lag.getValueAtPercentile(p));
	console.log(`${title}: ${lag.totalCount} sent`);
	console.log(`  lag from due to sent  p50 ${ms(p50 ?? 0)}  p99 ${ms(p99 ?? 0)}  max ${ms(lag.maxValue)}`);
	console.log(
		`  of a core             busy ${percent(cpuUs - spunUs)}  spun ${percent(spunUs)}  taken by others ${percent(waitedUs)}`,
	);
	console.log(
		`  longest stop ${ms(loopDelayMaxUs)}; ${gc.count} collections, ${ms(gc.totalUs)}, longest ${ms(gc.maxUs)}`,
	);
}

/** The pacer alone: arithmetic. */
function pacer(): void {
	for (const kind of ['constant', 'poisson'] as const) {
		const schedule = arrivals(open(100_000, kind, 50_000), 1, { worker: 0, workers: 1 });
		const from = performance.now();
		let count = 0;
		while (!schedule.next().done) count++;
		console.log(`pacer, ${kind}: ${(((performance.now() - from) * 1e6) / count).toFixed(0)} ns for each arrival`);
	}
}

/** The loop alone: a call is nothing but a look at the clock. */
async function loop(perS: number): Promise<void> {
	const spin = { turns: 0, us: 0 };
	const never = new AbortController().signal;
	const offer = async (lastsMs: number, lag?: Histogram): Promise<void> => {
		const clock = clockSince(monotonicUs());
		const send = ({ dueUs }: { dueUs: number }) => lag?.recordValue(Math.max(0, clock() - dueUs));
		const schedule = arrivals(open(perS, 'poisson', lastsMs), 1, { worker: 0, workers: 1 });
		await runSchedule(schedule, send, clock, never, { spin, emptyTurnUs });
	};
	await offer(warmMs);
	const before = spin.us;
	const lag = newHistogram();
	using watch = new ProcessWatch();
	await offer(forMs, lag);
	await print(`the loop alone, ${perS} calls/s`, lag, spin.us - before, watch);
	console.log(
		`  an empty turn takes ${(spin.us / spin.turns).toFixed(2)} µs; up to ${emptyTurnUs} µs it counts as one`,
	);
}

/** A whole worker's way of a call: queue, client, session, record in a history. */
async function swarm(title: string, perS: number, sessions: number, connect: Connect): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'schedule-bench-'));
	const historyPath = join(folder, 'history.ndjson');
	const recorder = new LagRecorder(historyPath, 0);
	const originUs = monotonicUs();
	const clock = clockSince(originUs);
	const own = { worker: 0, workers: 1, seed: 1 } as const;
	const places = [{ urls: [], stream: false, policy: 'immediate', call: echoTemplate }] as const;
	const wire = { places, manyAddresses: false, transport: 'stateless', headers: [] } as const;
	const bounds = { callTimeoutMs: 10_000, openConcurrency: 64, exact: true } as const;
	const worker = new Swarm(
		{ originUs, historyPath, ...own, ...wire, ...bounds },
		connect,
		recorder,
		clock,
		emptyTurnUs,
	);
	try {
		await worker.hold(sessions);
		const startUs = clock() + 10_000;
		const measureFromUs = startUs + warmMs * 1000;
		const running = worker.run(open(perS, 'poisson', warmMs + forMs), startUs, measureFromUs);
		await new Promise((resolve) => setTimeout(resolve, (measureFromUs - clock()) / 1000));
		using watch = new ProcessWatch();
		const before = worker.spunUs;
		await running;
		await print(title, recorder.lag, worker.spunUs - before, watch);
		await worker.drain(1000);
	} finally {
		await worker.finish();
		recorder.close();
		rmSync(folder, { recursive: true });
	}
}

/** Sessions that answer at once and cost nothing. */
const free: Connect = () => ({
	initialized: true,
	callable: true,
	resumeToken: undefined,
	open: async () => {},
	call: (_call, caller) => queueMicrotask(() => caller.answered({ bytesIn: 0, bytesOut: 0 })),
	request: async () => ({}),
	abandon: () => {},
	close: async () => {},
	destroy: () => {},
});

const cpus = allowedCpus();
const taskset = findTool('taskset');
const cpu = cpus.at(-1);
const isPinned = taskset !== null && cpus.length > 1;
if (isPinned) execFileSync(taskset, ['-a', '-cp', String(cpu), String(process.pid)], { stdio: 'ignore' });
console.log(isPinned ? `Pinned to CPU ${cpu}.` : 'Not pinned: taskset or a second CPU is missing.');
const emptyTurnUs = await measureEmptyTurnUs();
pacer();
const perS = Number(values.rate);
await loop(perS);
await swarm(`a worker with sessions that cost nothing, ${perS} calls/s`, perS, 64, free);
const server = await startTarget({
	server: { kind: 'node', file: 'servers/stateless.ts', args: [] },
	cpus: isPinned ? cpus.slice(0, 1) : [],
	readyMs: 15_000,
});
try {
	const perSocketS = Number(values['socket-rate']);
	const connect = connectTo('stateless', { url: server.url, headers: [], stream: false });
	await swarm(`a worker with sockets to servers/stateless.ts, ${perSocketS} calls/s`, perSocketS, 50, connect);
} finally {
	await server.terminate(3000);
}
