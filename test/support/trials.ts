import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { machinePlacement } from '../../bench/fleet/placement.ts';
import { mergeHistory, readHistory } from '../../bench/history-file.ts';
import { machineLimits } from '../../bench/machine-bounds.ts';
import type { Placement } from '../../bench/model/environment.ts';
import type { HistoryEvent } from '../../bench/model/history.ts';
import type { Size } from '../../bench/model/scenario.ts';
import { type Target, withInstances } from '../../bench/model/target.ts';
import { knownTargets } from '../../bench/targets.ts';
import { runTrial, type TrialEnd, type TrialSpec } from '../../bench/trial.ts';
import { temporaryFolder } from './folders.ts';

/** A target this project knows, perhaps as several processes. */
export function known(id: string, instances = 1): Target {
	const target = knownTargets.find((each) => each.id === id);
	if (!target) throw new Error(`there is no target ${id}`);
	return instances > 1 ? withInstances(target, instances) : target;
}

export interface Played {
	readonly end: TrialEnd;
	readonly events: readonly HistoryEvent[];
}

export type PlayOptions = Partial<Pick<TrialSpec, 'signal' | 'onPhase' | 'callTimeoutMs' | 'sharesMachine'>>;

const unpinned: Placement = { pinned: false, target: [], swarm: [], note: '' };

/** One trial as a run makes it, without the run around it. */
export async function playTrial(
	target: Target,
	size: Size,
	{ signal = new AbortController().signal, onPhase = () => {}, ...more }: PlayOptions = {},
): Promise<Played> {
	const folder = temporaryFolder('trial');
	const partsFolder = join(folder, 'parts');
	mkdirSync(partsFolder);
	const plan = { id: 'trial', scenario: 'trial', target: target.id, repeat: 1, seed: 1 };
	const placement = more.sharesMachine ? unpinned : machinePlacement();
	const machine = { limits: machineLimits(), placement, headers: [] };
	const end = await runTrial({ plan, target, size, ...machine, ...more, partsFolder, signal, onPhase });
	const history = join(folder, 'history.ndjson.gz');
	await mergeHistory(partsFolder, history);
	const events: HistoryEvent[] = [];
	for await (const event of readHistory(history)) events.push(event);
	return { end, events };
}

/** The events of one kind, in order. */
export function eventsOf<K extends HistoryEvent['is']>(
	{ events }: Played,
	kind: K,
): Extract<HistoryEvent, { readonly is: K }>[] {
	return events.filter((event): event is Extract<HistoryEvent, { readonly is: K }> => event.is === kind);
}
