import { defaultObjective } from '../bench/model/objective.ts';
import type { Scenario, Size } from '../bench/model/scenario.ts';
import { pick, sdkArms } from './arms.ts';

interface Search {
	readonly from: number;
	readonly most: number;
	readonly resolution: number;
	readonly stepMs: number;
	readonly repeats: number;
}

function size({ repeats, ...search }: Search): Size {
	const bounds = { mostSteps: 40, everyMs: 1000, stepWarmMs: 300, objective: defaultObjective } as const;
	return { load: { kind: 'search', of: 'sessions', ...bounds, ...search }, warmMs: 0, faults: [], repeats };
}

export const capacitySessions: Scenario = {
	id: 'capacity-sessions',
	title: 'Capacity in sessions',
	question: 'How many clients that call once a second can one server process serve?',
	method:
		'On one server process ever more sessions are opened, each calling once a second at a random instant of it; then ' +
		'numbers between the largest that met the objective and the smallest that did not, until the two are close. A number ' +
		'counts as missed only when it was tried twice undisturbed by other programs. Where this machine can open no more ' +
		'sessions, or the generator is the limit, the figure is a lower bound. Every repeat is a fresh process and begins at ' +
		'another number.',
	needs: [],
	arms: (targets, profile) => [
		...pick(targets, 'sse', 'stateful', 'stateless', 'modern'),
		...(profile === 'full' ? sdkArms(targets, profile) : []),
	],
	sizes: {
		smoke: size({ from: 100, most: 800, resolution: 1.5, stepMs: 1000, repeats: 1 }),
		standard: size({ from: 500, most: 9000, resolution: 1.15, stepMs: 2000, repeats: 3 }),
		full: size({ from: 500, most: 19_000, resolution: 1.1, stepMs: 3000, repeats: 5 }),
	},
	inProfiles: ['full'],
	shows: ['capacitySessions', 'p99AtCapacityUs'],
	compares: ['capacitySessions'],
	charts: [{ kind: 'knee', title: 'Latency over the number of sessions' }],
	claims: [],
};
