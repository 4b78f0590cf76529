/** A harness in small: plays a trial with a browser in the folder that is named, and waits to be killed in the middle of it. */

import { plainTrial } from './fixture-trial.ts';
import { guard } from './fleet/guard.ts';
import { runTrial } from './trial.ts';

const [partsFolder = ''] = process.argv.slice(2);
const end = await runTrial({
	...plainTrial('auth', 'sse', partsFolder),
	size: { load: { kind: 'browser', forMs: 9000 }, warmMs: 0, faults: [], repeats: 1 },
	onPhase: (phase) => {
		if (phase === 'measure') console.log(JSON.stringify({ reaper: guard.reaperPid }));
	},
});
console.error(end);
