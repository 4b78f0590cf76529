import type { Scenario } from '../bench/model/scenario.ts';
import { withInstances } from '../bench/model/target.ts';
import { pick } from './arms.ts';

/** So that each server, and each worker, keeps below 20,000 descriptors. */
const processes = 6;

export const crowd: Scenario = {
	id: 'crowd',
	title: 'A crowd of idle clients',
	question: 'What do 100,000 idle clients cost, and how long until all are connected?',
	method:
		`Idle sessions are opened in four steps, spread over ${processes} processes of the server on one machine. Each client ` +
		'opens its connections from an address of its neighbourhood in 127.0.0.0/8, because one address has too few ports. After each step ' +
		'idle connections have expired, the servers have collected their garbage, and servers, workers and kernel are read. The cost per ' +
		'client is the slope of a straight line through the readings, over all processes together.',
	needs: ['memory'],
	arms: (targets) =>
		pick(targets, 'sse', 'stateful', 'modern-listen').map((target) => withInstances(target, processes)),
	sizes: {
		full: {
			load: { kind: 'hold', rungs: [0, 25_000, 50_000, 75_000, 100_000] },
			warmMs: 0,
			faults: [],
			repeats: 1,
		},
	},
	shows: [
		'opensFailed',
		'sessionsLost',
		'openMs',
		'opensPerS',
		'fdsPerClient',
		'pssKbPerClient',
		'ussKbPerClient',
		'heapKbPerClient',
		'kernelKbPerClient',
		'swarmKbPerClient',
		'r2',
	],
	compares: ['ussKbPerClient'],
	charts: [
		{ kind: 'ladder', gauge: 'ussKb', state: 'settled', title: 'Memory of all servers over idle clients' },
		{
			kind: 'bars',
			measures: ['ussKbPerClient', 'kernelKbPerClient', 'swarmKbPerClient'],
			title: 'Memory per idle client',
		},
	],
	claims: [],
};
