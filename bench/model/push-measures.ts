import type { MeasureInfo } from './measures.ts';

const lower = (unit: string, title: string, meaning: string): MeasureInfo => ({
	title,
	unit,
	better: 'lower',
	meaning,
});

const counted = 'counts from the instant at which the server began to hand the push out, its ledger written';

/** Measures of what a server says unasked: how late it arrives, and what it costs to be told or to ask. */
export const pushMeasures = {
	pushP50Us: lower('µs', 'delivery p50', `median time until a client had a push; ${counted}`),
	pushP90Us: lower('µs', 'delivery p90', `time until a client had a push; ${counted}`),
	pushP99Us: lower('µs', 'delivery p99', `time until a client had a push; ${counted}`),
	pushMaxUs: lower('µs', 'delivery max', `longest time until a client had a push; ${counted}`),
	fanOutUs: lower(
		'µs',
		'fan-out',
		'median time that the server took until a push was with the system for everybody it was meant for',
	),
	pushTrailUs: lower(
		'µs',
		'last client behind',
		'median time from the end of a push’s fan-out until the last client had taken it up',
	),
	cpuMsPer1000Pushes: lower(
		'ms',
		'server CPU per 1000 deliveries',
		'CPU time of the target while it pushed, polls that brought nothing included, over arrivals; without that of its ledger',
	),
	bytesPerPush: lower(
		'B',
		'bytes per delivery',
		'bytes of HTTP in both directions, heads and framing included, while the server pushed, over arrivals',
	),
	idleCpuMsPerClientHour: lower(
		'ms',
		'idle CPU per client and hour',
		'CPU time of the target while nothing was pushed, the process’s own included, over clients and hours',
	),
	idleKbPerClientHour: lower(
		'KB',
		'idle traffic per client and hour',
		'bytes of HTTP in both directions while nothing was pushed, over clients and hours',
	),
	cpuUsPerIdlePoll: lower('µs', 'CPU per idle poll', 'CPU time of the target while nothing was pushed, over polls'),
	cpuUsPerFullPoll: lower(
		'µs',
		'CPU per poll with messages',
		'CPU time of the target while it pushed, less what the polls that brought nothing cost when idle, over the others',
	),
	pushesPerFullPoll: {
		title: 'messages per poll',
		unit: '',
		better: 'neither',
		meaning: 'messages fetched, over polls that brought some',
	},
} as const satisfies Record<string, MeasureInfo>;
