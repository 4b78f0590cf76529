/** A harness in small: plays a trial with a browser in the folder that is named, and waits to be killed in the middle of it. */
import { guard } from './fleet/guard.ts';
import { withOptions } from './target-options.ts';
import { knownTargets } from './targets.ts';
import { runTrial } from './trial.ts';

const [partsFolder = ''] = process.argv.slice(2);
const end = await runTrial({
	plan: { id: 'x', scenario: 'auth', target: 'sse', repeat: 1, seed: 1 },
	target: withOptions('sse', knownTargets),
	size: { load: { kind: 'browser', forMs: 9000 }, warmMs: 0, faults: [], repeats: 1 },
	limits: { fdLimit: 4096, ephemeralPorts: 28_232 },
	headers: [],
	placement: { pinned: false, target: [], swarm: [], note: '' },
	partsFolder,
	signal: new AbortController().signal,
	onPhase: (phase) => {
		if (phase === 'measure') console.log(JSON.stringify({ reaper: guard.reaperPid }));
	},
});
console.error(end);
