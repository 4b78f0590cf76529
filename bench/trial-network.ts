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

/**
 * Makes the network that a trial's target and swarm live in.
 * @param own takes hold of it while it is being made
 * @returns why there is none, where this machine does not allow it. @throws StartError
 */
export async function openTrialNetwork(
	own: (starting: Promise<Namespace>) => Promise<Namespace>,
): Promise<Namespace | { readonly because: string }> {
	const support = await namespaceSupport(runTool);
	if (!support.allowed) return support;
	try {
		return await own(
			openNamespace((network) => startChild({ role: 'harness', file: holderFile, network }), support.asUser),
		);
	} catch (error) {
		throw error instanceof StartError ? error : new StartError((error as Error).message);
	}
}

/** What is asked while a path is silent. */
export interface SilenceScene {
	readonly clock: () => number;
	readonly log: TrialLog;
	/** The target's processes as they are now. */
	servers(): readonly TargetProcess[];
	/** The trial is over: nobody is asked any more. */
	readonly signal: AbortSignal;
}

/** The network as a path that can fall silent. */
export function silentPath(namespace: Namespace, { servers }: Pick<SilenceScene, 'servers'>): PathControl {
	const ports = () => servers().map(({ url }) => Number(new URL(url).port || 80));
	return { halfOpen: (on) => namespace.silence(on, on ? ports() : []) };
}

/**
 * The same path, whose servers are asked over IPC while it is silent, and once more right before it is healed: only so does
 * the history know when they noticed, and whom they still believed in.
 */
export function withQuestions(path: PathControl, scene: SilenceScene): PathControl {
	const { halfOpen } = path;
	if (!halfOpen) return path;
	let over = new AbortController();
	let asking: Promise<void> | undefined;
	return {
		...path,
		halfOpen: async (on) => {
			over.abort();
			await asking;
			if (on) {
				await halfOpen(true);
				over = new AbortController();
				asking = askUntil(AbortSignal.any([over.signal, scene.signal]), scene);
			} else {
				if (asking) await noteStates(scene);
				asking = undefined;
				await halfOpen(false);
			}
		},
	};
}

/** Never rejects. */
async function askUntil(signal: AbortSignal, scene: SilenceScene): Promise<void> {
	while (!signal.aborted) {
		await noteStates(scene);
		await sleep(askEveryMs, undefined, { signal }).catch(() => {});
	}
}

/** A server that is gone or does not answer leaves a gap, which is no reason to end anything here. */
async function noteStates({ servers, clock, log, signal }: SilenceScene): Promise<void> {
	const noted = servers().map(async ({ control, pids }) => {
		const state = await control?.('state');
		const [pid = 0] = pids();
		if (state && !signal.aborted) {
			log.event({ is: 'gauge', at: clock(), role: 'target', pid, values: stateGauges(state) });
		}
	});
	await Promise.allSettled(noted);
}
