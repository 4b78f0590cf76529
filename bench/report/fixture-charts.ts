import type { Axis, Line, Point, SeriesChart } from '../model/series.ts';
import type { Target } from '../model/target.ts';

// Made-up series with the shapes of real ones, for the tests of the charts.

type Targets = readonly Target[];

function noise(seed: number): number {
	const x = Math.sin(seed * 78.233) * 43758.5453;
	return x - Math.floor(x) - 0.5;
}

const clients: Axis = { title: 'held sessions', unit: 'clients', scale: 'linear' };

function ladder(
	id: string,
	title: string,
	sentence: string,
	y: Axis,
	targets: Targets,
	base: number,
	slope: number[],
): SeriesChart {
	const rungs = [0, 250, 500, 1000, 2000];
	const lines = targets.flatMap((target, nth): Line[] => {
		const per = slope[nth] ?? 0;
		const at = (x: number) => base + per * x;
		return [
			{
				target: target.id,
				label: target.id,
				// Two repeats: two points on every rung.
				points: [0, 1].flatMap((repeat) =>
					rungs.map((x, rung) => ({
						x,
						y: at(x) + noise(nth * 7 + rung + repeat * 31) * (base * 0.02 + per * 60),
					})),
				),
			},
			{ target: target.id, label: `${target.id}, fit`, dashed: true, points: [0, 2000].map((x) => ({ x, y: at(x) })) },
		];
	});
	return {
		id: `idle-clients-${id}`,
		scenario: 'idle-clients',
		kind: 'ladder',
		title,
		sentence,
		x: clients,
		y,
		lines,
		shades: [],
	};
}

export function idleCharts(targets: Targets): SeriesChart[] {
	const kb = (title: string): Axis => ({ title, unit: 'KB', scale: 'linear' });
	return [
		ladder(
			'pssKb',
			'Memory of the server over idle clients',
			'PSS grows by 21.4 KB with every SSE client and stays level for stateless ones.',
			kb('PSS'),
			targets,
			68_000,
			[21.4, 17.2, 6.1, 0.3, 0.2, 21.9],
		),
		ladder(
			'fds',
			'Descriptors of the server over idle clients',
			'One descriptor per SSE client; none for Streamable clients once keep-alive has expired.',
			{ title: 'descriptors above the empty server', unit: 'fd', scale: 'linear' },
			targets,
			0.4,
			[1, 1, 0, 0, 0, 1],
		),
		bars(
			'idle-clients',
			'per-client',
			'Cost of one idle client',
			'SSE and the stateful stream cost alike; without a stream it is a third.',
			{ title: 'memory per client', unit: 'KB', scale: 'linear' },
			targets,
			['PSS', 'USS', 'heap', 'kernel'],
			(row, nth) => (nth > 2 ? 0.3 : 21 - nth * 4) / (1 + row / 2),
		),
	];
}

function bars(
	scenario: string,
	id: string,
	title: string,
	sentence: string,
	y: Axis,
	targets: Targets,
	labels: readonly string[],
	value: (row: number, nth: number) => number,
): SeriesChart {
	const lines = targets.map((target, nth) => ({
		target: target.id,
		label: target.id,
		points: labels.flatMap((_, x): Point[] => {
			const height = value(x, nth);
			// One target lacks its interval, one its last figure.
			if (nth === 4 && x === labels.length - 1) return [];
			return [{ x, y: height, ...(nth === 2 ? {} : { low: height * 0.93, high: height * 1.08 }) }];
		}),
	}));
	return {
		id: `${scenario}-${id}`,
		scenario,
		kind: 'bars',
		title,
		sentence,
		x: { title: 'measure', unit: '', scale: 'category', labels },
		y,
		lines,
		shades: [],
	};
}

export function steadyCharts(targets: Targets): SeriesChart[] {
	const places = [2, 4, 10, 20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000];
	const percentiles: SeriesChart = {
		id: 'steady-calls-percentiles',
		scenario: 'steady-calls',
		kind: 'percentiles',
		title: 'Latency over percentile',
		sentence: 'Half of the calls are answered within 0.5 ms; beyond 99 % the stateless target needs twice as long.',
		x: { title: 'percentile', unit: '%', scale: 'log' },
		y: { title: 'latency from due', unit: 'µs', scale: 'log' },
		lines: targets.map((target, nth) => ({
			target: target.id,
			label: target.id,
			points: places.map((x) => ({ x, y: 220 * (1 + nth * 0.25) * x ** (0.35 + nth * 0.02) })),
		})),
		shades: [],
	};
	return [
		percentiles,
		knee(targets),
		bars(
			'steady-calls',
			'latency',
			'Latency at the same offered load',
			'All targets stay below 20 ms at p99.9.',
			{ title: 'latency from due', unit: 'µs', scale: 'log' },
			targets,
			['p50', 'p90', 'p99', 'p99.9'],
			(row, nth) => 260 * (1 + nth * 0.3) * 4.2 ** row,
		),
		{
			...bars(
				'steady-calls',
				'cpu',
				'Server CPU per call',
				'A stateless call costs 71 % of the CPU of an SSE call.',
				{ title: 'CPU time per call', unit: 'µs', scale: 'linear' },
				[],
				[],
				() => 0,
			),
			x: { title: 'target', unit: '', scale: 'category', labels: targets.map((target) => target.id) },
			lines: targets.map((target, nth) => ({
				target: target.id,
				label: target.id,
				points: [{ x: nth, y: 212 - nth * 17, low: 205 - nth * 17, high: 226 - nth * 17 }],
			})),
		},
	];
}

/** Steps of a search: level until the knee, then steep; one point above and one below the objective. */
function knee(targets: Targets): SeriesChart {
	const levels = [500, 1000, 2000, 4000, 5600, 6700, 8000, 16_000];
	return {
		id: 'steady-calls-knee',
		scenario: 'steady-calls',
		kind: 'knee',
		title: 'Latency over offered rate',
		sentence: 'Highest level within the objective: sse 4 000/s, stateless 6 700/s.',
		x: { title: 'offered rate', unit: '1/s', scale: 'log' },
		y: { title: 'p99 from due', unit: 'ms', scale: 'log' },
		lines: targets.map((target, nth) => ({
			target: target.id,
			label: target.id,
			points: levels.map((x) => ({ x, y: 0.8 * (1 + nth * 0.2) * (1 + (x / (4000 + nth * 700)) ** 8) })),
		})),
		shades: [],
		marks: [{ y: 50, label: 'objective: p99 ≤ 50\u202fms and errors ≤ 0.1\u202f%' }],
	};
}

function timeline(
	id: string,
	title: string,
	sentence: string,
	y: Axis,
	targets: Targets,
	value: (s: number, nth: number) => number,
): SeriesChart {
	const instants = Array.from({ length: 81 }, (_, nth) => nth / 4);
	return {
		id: `restart-${id}`,
		scenario: 'restart',
		kind: 'timeline',
		title,
		sentence,
		x: { title: 'time since the load began', unit: 's', scale: 'linear' },
		y,
		lines: targets.map((target, nth) => ({
			target: target.id,
			label: target.id,
			points: instants.map((x) => ({ x, y: Math.max(0, value(x, nth)) })),
		})),
		shades: [{ fromX: 6, toX: 7.2, label: 'server down' }],
	};
}

/** Seconds after the restart at which a target is whole again. */
const backAfter = [3.2, 3, 0.9, 0.2, 0.25, 4.6];

export function restartCharts(targets: Targets): SeriesChart[] {
	const share = (s: number, nth: number) =>
		s < 6 ? 1 : s < 7.2 ? 0 : Math.min(1, ((s - 7.2) / (backAfter[nth] ?? 1)) ** 2);
	const perS = (title: string): Axis => ({ title, unit: '1/s', scale: 'linear' });
	return [
		timeline(
			'callsOkPerS',
			'Calls answered per second',
			'Stateless clients are back within 0.2 s of the restart, SSE clients after 3.4 s.',
			perS('calls answered'),
			targets,
			(s, nth) => 800 * share(s, nth) + noise(s * 13 + nth) * 60 * share(s, nth),
		),
		timeline(
			'openSessions',
			'Open sessions',
			'All 800 SSE sessions are lost at once and opened anew 3 s later.',
			{ title: 'open sessions', unit: 'sessions', scale: 'linear' },
			targets,
			(s, nth) => (nth === 3 ? 800 : 800 * share(s, nth)),
		),
		bars(
			'restart',
			'calls',
			'What became of the calls',
			'Between 1 100 and 1 300 calls failed per restart.',
			{ title: 'calls', unit: '', scale: 'linear' },
			targets,
			['failed', 'unknown', 'sessions lost', 'initializes repeated'],
			(row, nth) => (row > 1 && nth > 2 ? 0 : Math.round(1240 / (1 + row * 2) + nth * 9)),
		),
	];
}
