import type { Scenario } from '../bench/model/scenario.ts';
import { auth } from './auth.ts';
import { capacity } from './capacity.ts';
import { capacitySessions } from './capacity-sessions.ts';
import { clientLibraries } from './client-libraries.ts';
import { crowd } from './crowd.ts';
import { halfOpen } from './half-open.ts';
import { heartbeatLimits } from './heartbeat-limits.ts';
import { idleClients } from './idle-clients.ts';
import { largeAnswers } from './large-answers.ts';
import { loadBalancing } from './load-balancing.ts';
import { longCalls } from './long-calls.ts';
import { pause } from './pause.ts';
import { proxyTimeouts } from './proxy-timeouts.ts';
import { push } from './push.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import { restart } from './restart.ts';
import { resume } from './resume.ts';
import { revocation } from './revocation.ts';
import { rollingDeploy } from './rolling-deploy.ts';
import { scarcity } from './scarcity.ts';
import { serverless } from './serverless.ts';
import { slowReaders } from './slow-readers.ts';
import { soak } from './soak.ts';
import { steadyCalls } from './steady-calls.ts';
import { tokenCost } from './token-cost.ts';
import { vanishedClients } from './vanished-clients.ts';

/** Every scenario, in the order of the report. Adding one is a file and a line. */
export const scenarios: readonly Scenario[] = [
	idleClients,
	steadyCalls,
	restart,
	rollingDeploy,
	pause,
	reconnectStorm,
	halfOpen,
	push,
	resume,
	proxyTimeouts,
	heartbeatLimits,
	loadBalancing,
	scarcity,
	slowReaders,
	largeAnswers,
	longCalls,
	serverless,
	tokenCost,
	revocation,
	clientLibraries,
	auth,
	capacity,
	capacitySessions,
	crowd,
	vanishedClients,
	soak,
];
