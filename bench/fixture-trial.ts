import { withOptions } from './target-options.ts';
import { knownTargets } from './targets.ts';
import type { TrialSpec } from './trial-spec.ts';

/** A trial as a test plays it: once, on the whole machine, watched by nobody; what it asks is in its size. */
export function plainTrial(scenario: string, target: string, partsFolder: string): Omit<TrialSpec, 'size'> {
	return {
		plan: { id: 'x', scenario, target, repeat: 1, seed: 1 },
		target: withOptions(target, knownTargets),
		limits: { fdLimit: 4096, ephemeralPorts: 28_232 },
		headers: [],
		placement: { pinned: false, target: [], swarm: [], note: '' },
		partsFolder,
		signal: new AbortController().signal,
		onPhase: () => {},
	};
}
