import { setTimeout as sleep } from 'node:timers/promises';
import type { PathControl } from './faults/fault.ts';
import { StartError, startChild } from './fleet/child.ts';
import { stateGauges, type TargetProcess } from './fleet/target.ts';
import { runTool } from './fleet/tools.ts';
import { holderFile, type Namespace, openNamespace } from './path/namespace.ts';
import { namespaceSupport } from './path/namespace-support.ts';
import type { TrialLog } from './trial-log.ts';

/** While the path is silent its servers are asked this often what they still hold. */
const askEveryMs = 1000;

/** Makes the network that a trial's target and swarm live in. @throws StartError where this machine does not allow it */
export async function openTrialNetwork(): Promise<Namespace> {
	const support = await namespaceSupport(runTool);
	if (!support.allowed) throw new StartError(support.because);
	try {
		return await openNamespace((network) => startChild({ role: 'harness', file: holderFile, network }), support.asUser);
	} catch (error) {
		throw error instanceof StartError ? error : new StartError((error as Error).message);
	}
}

/** What a fault may do to a trial's network. */
export interface NetworkScene {
	readonly clock: () => number;
	readonly log: TrialLog;
	/** The target's processes as they are now. */
	servers(): readonly TargetProcess[];
	/** The trial is over: nobody is asked any more. */
	readonly signal: AbortSignal;
}

/**
 * The network as a path that can fall silent. Meanwhile, and once more right before it is healed, the servers are asked over
 * IPC: only so does the history know when they noticed, and whom they still believed in.
 */
export function silentPath(namespace: Namespace, scene: NetworkScene): PathControl {
	let over = new AbortController();
	let asking: Promise<void> | undefined;
	return {
		halfOpen: async (on) => {
			over.abort();
			await asking;
			if (on) {
				const ports = scene.servers().map(({ url }) => Number(new URL(url).port || 80));
				await namespace.silence(true, ports);
				over = new AbortController();
				asking = askUntil(AbortSignal.any([over.signal, scene.signal]), scene);
			} else {
				if (asking) await noteStates(scene);
				asking = undefined;
				await namespace.silence(false, []);
			}
		},
	};
}

/** Never rejects. */
async function askUntil(signal: AbortSignal, scene: NetworkScene): Promise<void> {
	while (!signal.aborted) {
		await noteStates(scene);
		await sleep(askEveryMs, undefined, { signal }).catch(() => {});
	}
}

/** A server that is gone or does not answer leaves a gap, which is no reason to end anything here. */
async function noteStates({ servers, clock, log, signal }: NetworkScene): Promise<void> {
	const noted = servers().map(async ({ control, pids }) => {
		const state = await control?.('state');
		const [pid = 0] = pids();
		if (state && !signal.aborted) {
			log.event({ is: 'gauge', at: clock(), role: 'target', pid, values: stateGauges(state) });
		}
	});
	await Promise.allSettled(noted);
}
