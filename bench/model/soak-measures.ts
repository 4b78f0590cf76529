import type { MeasureInfo } from './measures.ts';
import type { SoakFigure } from './soak.ts';

const perHour = (title: string, unit: string, of: string): MeasureInfo => ({
	title: `${title} per hour`,
	unit,
	better: 'lower',
	meaning: `slope of ${of} over time, through the checkpoints but the first tenth of them; its interval within a trial is that of a random walk`,
	slopeWithin: true,
});

/** Measures of a load that goes on and on: what grows. */
export const soakMeasures = {
	heapKbPerHour: perHour('heap', 'KB', 'the target’s heap and buffers after a forced collection'),
	ussKbPerHour: perHour('USS', 'KB', 'the target’s private memory after a forced collection'),
	fdsPerHour: perHour('descriptors', 'fd', 'the target’s descriptors'),
	sessionsPerHour: perHour(
		'sessions that nobody has',
		'',
		'the sessions that the server keeps beyond those of the clients that are there',
	),
	p50UsPerHour: perHour('median latency', 'µs', 'the median from due between two checkpoints'),
	p99UsPerHour: perHour('p99 latency', 'µs', 'the 99 % percentile from due between two checkpoints'),
	swarmKbPerHour: perHour('memory of the workers', 'KB', 'the private memory of the workers after a forced collection'),
	harnessKbPerHour: perHour(
		'memory of the harness',
		'KB',
		'the private memory of the harness after a forced collection',
	),
	soakedMs: {
		title: 'soaked for',
		unit: 'ms',
		better: 'neither',
		meaning: 'from the first checkpoint to the last',
	},
	passedClients: {
		title: 'clients that came and went',
		unit: '',
		better: 'neither',
		meaning: 'by the last checkpoint, half of them without a word',
	},
} as const satisfies Record<string, MeasureInfo>;

/** The slope of each figure. */
export const slopeOfSoak = {
	heapKb: 'heapKbPerHour',
	ussKb: 'ussKbPerHour',
	fds: 'fdsPerHour',
	sessions: 'sessionsPerHour',
	p50Us: 'p50UsPerHour',
	p99Us: 'p99UsPerHour',
} as const satisfies Record<SoakFigure, keyof typeof soakMeasures>;
