import type { GaugeValues } from '../model/history.ts';
import { known } from './gauges.ts';
import { numberAfter, type Proc } from './proc.ts';

/** What the one line of `stat` says. */
interface Stat {
	readonly state: string;
	readonly cpuTicks: number;
	readonly threads: number;
}

function readStat(proc: Proc, pid: number): Stat | undefined {
	const line = proc.read(`${pid}/stat`);
	if (!line) return undefined;
	// The command stands in parentheses and may contain anything: fields count from the last one, the third is `state`.
	const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
	const field = (number: number) => Number(fields[number - 3]);
	return { state: fields[0] ?? '', cpuTicks: field(14) + field(15), threads: field(20) };
}

/**
 * CPU time in µs since the process began, and its threads. Undefined when the process is gone, a zombie included.
 *
 * Two sources, the larger one counts:
 * - `schedstat` of every thread: nanoseconds, but only of threads that still live. The kernel brings a running thread's
 *   figure up to date at its tick, so it lags by up to one tick (1–10 ms) for each thread that runs at this moment;
 * - `stat`: user and system time with those of ended threads, each cut to clock ticks, so up to 20 ms short.
 * With threads that stay (a Node process keeps its own) the first is exact at rest; after a thread ended the second bounds
 * the loss. 90 µs for a Node process of 11 threads.
 */
export function cpuGauges(proc: Proc, pid: number): GaugeValues | undefined {
	const stat = readStat(proc, pid);
	if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
	let livingNs = 0;
	for (const thread of proc.list(`${pid}/task`) ?? []) {
		livingNs += Number(proc.read(`${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0);
	}
	const allUs = (stat.cpuTicks * 1_000_000) / proc.units().ticksPerS;
	return { cpuUs: Math.round(Math.max(livingNs / 1000, allUs)), threads: stat.threads };
}

/** Context switches, summed over the threads that live: 150 µs for a Node process of 11 threads. */
export function switchGauges(proc: Proc, pid: number): GaugeValues {
	let voluntary: number | undefined;
	let involuntary: number | undefined;
	for (const thread of proc.list(`${pid}/task`) ?? []) {
		const status = proc.read(`${pid}/task/${thread}/status`);
		if (!status) continue;
		voluntary = (voluntary ?? 0) + (numberAfter(status, 'voluntary_ctxt_switches') ?? 0);
		involuntary = (involuntary ?? 0) + (numberAfter(status, 'nonvoluntary_ctxt_switches') ?? 0);
	}
	return known({ voluntarySwitches: voluntary, involuntarySwitches: involuntary });
}
