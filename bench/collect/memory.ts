import { writeFileSync } from 'node:fs';
import type { GaugeValues } from '../model/history.ts';
import { known } from './gauges.ts';
import { numberAfter, type Proc } from './proc.ts';

/**
 * RSS, PSS and USS of a process, in KB. USS is what would come back if the process ended: its private pages.
 * The kernel walks the page tables for them: 1 ms for 100 MB. Without `smaps_rollup` there is RSS only.
 */
export function memoryGauges(proc: Proc, pid: number): GaugeValues {
	const rollup = proc.read(`${pid}/smaps_rollup`);
	if (rollup === undefined) return rssGauge(proc, pid);
	const clean = numberAfter(rollup, 'Private_Clean');
	const dirty = numberAfter(rollup, 'Private_Dirty');
	return known({
		rssKb: numberAfter(rollup, 'Rss'),
		pssKb: numberAfter(rollup, 'Pss'),
		ussKb: clean === undefined || dirty === undefined ? undefined : clean + dirty,
	});
}

/** The most RSS that the process ever had, which no sample may have met. */
export function peakGauge(proc: Proc, pid: number): GaugeValues {
	const status = proc.read(`${pid}/status`);
	return status === undefined ? {} : known({ rssPeakKb: numberAfter(status, 'VmHWM') });
}

/**
 * Has the kernel forget that peak: from now on it is that of what comes. Where the system does not let us, the peak stays as it is.
 * (`5` into `clear_refs`: proc_pid_clear_refs(5).)
 */
export function forgetPeak(pid: number): void {
	try {
		writeFileSync(`/proc/${pid}/clear_refs`, '5');
	} catch {
		// Gone, or another system.
	}
}

/**
 * RSS alone, from the kernel's running counters: 10 µs. Kernels before 6.17 keep these per CPU and may be some hundred KB
 * off, so it only fills in where `smaps_rollup` is too dear or missing.
 */
export function rssGauge(proc: Proc, pid: number): GaugeValues {
	const pages = proc.read(`${pid}/statm`)?.split(' ')[1];
	return pages === undefined ? {} : { rssKb: Number(pages) * proc.units().pageKb };
}
