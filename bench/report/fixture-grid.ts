import type { MeasureName, Measures } from '../model/measures.ts';
import { measures } from '../model/measures.ts';
import type { CaseRecord, RunRecord } from '../model/run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';
import { run, targets, wobble } from './fixture-run.ts';

// A made-up run whose cases make a grid: every place, column and target with three repeats, some of which could not be had.

/** How large the grid is: its columns are those of each target. */
export interface GridShape {
	readonly rows: number;
	readonly columns: number;
	readonly targets: number;
}

const places = [
	['nginx', 'nginx, defaults'],
	['nginx-unbuffered', 'nginx, buffering off'],
	['haproxy', 'HAProxy, timeout server 60 s'],
	['envoy', 'Envoy, route timeout 15 s'],
	['caddy', 'Caddy, defaults'],
	['caddy-read', 'Caddy with read_timeout'],
	['traefik', 'Traefik'],
	['squid', 'Squid, corporate proxy'],
	['varnish', 'Varnish'],
	['apache', 'Apache httpd, ProxyTimeout 60 s'],
	['aws-alb', 'AWS Application Load Balancer'],
	['aws-apigw-rest', 'API Gateway REST, buffered'],
	['aws-apigw-stream', 'API Gateway REST, streaming mode, Regional endpoint'],
	['aws-apigw-http', 'API Gateway HTTP'],
	['aws-lambda', 'AWS Lambda'],
	['aws-lambda-stream', 'AWS Lambda, response streaming'],
	['cloudflare', 'Cloudflare proxy'],
	['cloud-run', 'Cloud Run, 300 s'],
	['cloud-run-max', 'Cloud Run, 3600 s'],
	['gcp-lb', 'GCP HTTPS load balancer'],
	['azure-lb', 'Azure Load Balancer'],
	['azure-app', 'Azure App Service'],
	['heroku', 'Heroku'],
	['fly', 'Fly.io'],
	['vercel', 'Vercel'],
	['netlify', 'Netlify'],
	['inspecting', 'TLS-inspecting corporate proxy'],
] as const;
const circumstances = ['heartbeat on', 'heartbeat off', 'one by one', 'all at once', 'one dies', 'slow call'];

const shown = ['pushesNotReceivedShare', 'recovery99Ms', 'callsFailed', 'sessionsLost', 'connectsAfterFault'] as const;

export const gridScenario: Scenario = {
	id: 'behind-platforms',
	title: 'Behind platforms',
	question: 'Will a stream live behind what stands between?',
	method: 'Every case has a listener of its own, with the limits of its platform divided by a stated factor.',
	needs: [],
	arms: () => [],
	sizes: {},
	shows: shown,
	compares: ['pushesNotReceivedShare', 'recovery99Ms'],
	charts: [
		{
			kind: 'heat',
			measure: 'pushesNotReceivedShare',
			title: 'Will my stream live behind it?',
			axes: ['platform', 'heartbeat'],
		},
		{
			kind: 'heat',
			measure: 'pushesNotReceivedShare',
			label: 'recovery99Ms',
			title: 'How long until everybody is back?',
			axes: ['platform', 'heartbeat'],
			targets: ['sse', 'stateful'],
		},
	],
	claims: [],
};

function casesOf({ rows, columns }: GridShape): CaseRecord[] {
	return Array.from({ length: rows }, (_, row) => {
		const [id, title] = places[row % places.length] ?? ['', ''];
		const again = row < places.length ? '' : ` ${Math.floor(row / places.length) + 1}`;
		return Array.from({ length: columns }, (__, column): CaseRecord => {
			const circumstance = circumstances[column % circumstances.length] ?? '';
			return {
				id: `${id}${again.trim()}-${circumstance.replaceAll(' ', '-')}`,
				title: `${title}${again}, ${circumstance}`,
				sessions: 4,
				at: { row: `${title}${again}`, column: circumstance },
			};
		});
	}).flat();
}

/** Whole behind every third place with heartbeats, lost behind every fifth, something between elsewhere. */
function figure(name: MeasureName, row: number, column: number, nth: number): number {
	if (name !== 'pushesNotReceivedShare') return Math.round(wobble(row * 7 + column * 3 + nth) * 48_000) / 10;
	if (row % 5 === 4) return 100;
	if (row % 3 === 0 || nth > 2 || column % 2 === 0) return 0;
	return Math.round(wobble(row + column * 5 + nth) * 1000) / 10;
}

function measuresAt(row: number, column: number, nth: number): Measures {
	return Object.fromEntries(
		shown
			// Where everything is lost, nobody comes back.
			.filter((name) => name !== 'recovery99Ms' || figure('pushesNotReceivedShare', row, column, nth) < 100)
			.map((name) => [
				name,
				{
					value: figure(name, row, column, nth),
					unit: measures[name].unit,
					...(name === 'recovery99Ms' && row % 4 === 1 ? { atLeast: true } : {}),
				},
			]),
	);
}

/** The run as it is saved, without what is computed from it: comparisons and findings. */
export function gridRun(shape: GridShape): RunRecord {
	const cases = casesOf(shape);
	const arms = targets
		.filter(({ id }) => ['sse', 'stateful', 'stateless', 'modern'].includes(id))
		.slice(0, shape.targets);
	const { id, title, question } = gridScenario;
	const trials = cases.flatMap((each, at) =>
		arms.flatMap((arm, nth) =>
			[1, 2, 3].map((repeat): TrialResult => {
				const plan: TrialPlan = {
					...{ id: `${id}.${each.id}.${arm.id}.r${repeat}`, scenario: id, case: each.id, target: arm.id },
					...{ repeat, seed: repeat },
				};
				const row = Math.floor(at / shape.columns);
				const because = 'squid is missing here: the Debian package squid brings it; its cases are skipped';
				if (each.id.startsWith('squid')) return { ...plan, state: 'skipped', because, warnings: [] };
				const ran = { startedAt: run.startedAt, durationMs: 41_000 + repeat * 37, warnings: [] };
				return { ...plan, ...ran, state: 'completed', measures: measuresAt(row, at % shape.columns, nth) };
			}),
		),
	);
	return {
		...run,
		targets: arms,
		scenarios: [{ id, title, question, repeats: 3, sessions: 4, cases }],
		planned: trials.map(({ id: trial, scenario, case: inCase = '', target, repeat, seed }) => ({
			...{ id: trial, scenario, case: inCase, target, repeat, seed },
		})),
		trials,
		comparisons: [],
		findings: [],
	};
}
