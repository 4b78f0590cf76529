import type { Scenario } from '../bench/model/scenario.ts';
import { capacity } from './capacity.ts';
import { capacitySessions } from './capacity-sessions.ts';
import { clientLibraries } from './client-libraries.ts';
import { crowd } from './crowd.ts';
import { halfOpen } from './half-open.ts';
import { idleClients } from './idle-clients.ts';
import { pause } from './pause.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import { restart } from './restart.ts';
import { resume } from './resume.ts';
import { rollingDeploy } from './rolling-deploy.ts';
import { scarcity } from './scarcity.ts';
import { steadyCalls } from './steady-calls.ts';

/** Every scenario, in the order of the report. Adding one is a file and a line. */
export const scenarios: readonly Scenario[] = [
	idleClients,
	steadyCalls,
	restart,
	rollingDeploy,
	pause,
	reconnectStorm,
	halfOpen,
	resume,
	scarcity,
	clientLibraries,
	capacity,
	capacitySessions,
	crowd,
];
