import type { Estimate, Figures } from '../bench/model/finding.ts';
import { measures } from '../bench/model/measures.ts';
import { duration, enumerated, interval } from '../bench/model/quantity.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { grownOf, type JudgedSlope, judgedSlopes } from '../bench/model/soak-verdict.ts';
import { pick, sdkArms } from './arms.ts';

interface Soaked {
	readonly sessions: number;
	readonly perS: number;
	readonly passing: number;
	readonly roundEveryMs: number;
	readonly forMs: number;
}

function size(soaked: Soaked, warmMs: number): Size {
	return { load: { kind: 'soak', ...soaked }, warmMs, faults: [], repeats: 1, pushEveryMs: 1000 };
}

export const soak: Scenario = {
	id: 'soak',
	title: 'Soak',
	question: 'A server runs on and on, and clients come and go: what grows?',
	method:
		'Clients that stay make calls at random instants, and hold the stream of their transport, on which the server pushes once a second. ' +
		'Beside them others come in rounds, call once and go, every other round without a word. At every checkpoint, once a minute in a soak of twenty minutes ' +
		'or more, the server is read after a forced collection, and everything that is known is written down: a soak that is ended, by whatever, reports ' +
		'what it has. Slopes are per hour; calls that are due while the server is read do not count. `--minutes` says how long it lasts.',
	needs: ['memory'],
	arms: (targets, profile) => [
		...pick(targets, 'sse', 'stateful', 'stateless', 'modern-listen'),
		...(profile === 'full' ? sdkArms(targets, 'standard') : []),
	],
	sizes: {
		smoke: size({ sessions: 10, perS: 100, passing: 5, roundEveryMs: 500, forMs: 6000 }, 500),
		standard: size({ sessions: 50, perS: 200, passing: 20, roundEveryMs: 2000, forMs: 60_000 }, 5000),
		full: size({ sessions: 100, perS: 200, passing: 20, roundEveryMs: 2000, forMs: 1_200_000 }, 30_000),
	},
	// Only when it is named: it takes as long as it is asked to.
	inProfiles: [],
	keepsPart: true,
	shows: [
		'sessionsPerHour',
		'fdsPerHour',
		'heapKbPerHour',
		'ussKbPerHour',
		'p50UsPerHour',
		'p99UsPerHour',
		'p50Us',
		'callsOkShare',
		'passedClients',
		'soakedMs',
		'swarmKbPerHour',
		'harnessKbPerHour',
	],
	answer,
	compares: [],
	tables: ['soak'],
	charts: [
		{ kind: 'soak', of: 'heapKb', title: 'Heap of the server over time' },
		{ kind: 'soak', of: 'sessions', title: 'Sessions beyond those of the clients that are there' },
		{ kind: 'soak', of: 'fds', title: 'Descriptors of the server over time' },
		{ kind: 'soak', of: 'p99Us', title: 'Latency over time: p99 between two checkpoints' },
	],
	claims: [],
};

function answer(figures: Figures): string | undefined {
	const said = figures.targets.flatMap((target) => {
		const [soaked, heap, sessions] = (['soakedMs', 'heapKbPerHour', 'sessionsPerHour'] as const).map((name) =>
			figures.estimate(target, name),
		);
		if (!soaked || !heap) return [];
		const slopeOf = (name: JudgedSlope) => figures.estimate(target, name);
		const grown = grownOf((name) => figures.estimate(target, name));
		const others = ([...(sessions ? ['sessionsPerHour' as const] : []), 'heapKbPerHour'] as const).filter(
			(name) => !grown.includes(name),
		);
		const list = (names: readonly JudgedSlope[]) => enumerated(names.map((name) => slopeInWords(name, slopeOf(name))));
		const parts = [
			...(grown.length > 0 ? [`grows by ${list(grown)} per hour`] : []),
			...(others.length > 0 ? [`no growth shown of ${list(others)} per hour`] : []),
		];
		return [`${target} (${duration(soaked.value)}): ${parts.join('; ')}.`];
	});
	return said.length === 0 ? undefined : said.join(' ');
}

/** `heap, 26.7 [-39.7, 93.1] MB` */
function slopeInWords(name: JudgedSlope, slope: Estimate | undefined): string {
	const { unit } = measures[name];
	return slope
		? `${interval(slope.value, slope.ci, unit === 'fd' ? '' : unit)} ${unit === 'KB' ? 'of ' : ''}${judgedSlopes[name]}`
		: '';
}
