/** Microseconds of the machine's monotonic clock, the same in every process. */
export function monotonicUs(): number {
	return Math.round(Number(process.hrtime.bigint()) / 1000);
}
