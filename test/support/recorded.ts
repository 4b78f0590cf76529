import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf } from '../../bench/history-file.ts';
import type { HistoryEvent } from '../../bench/model/history.ts';

/** Everything that recorders wrote into a folder, in the order of time: for tests. */
export async function recordedEvents(folder: string): Promise<HistoryEvent[]> {
	const events: HistoryEvent[] = [];
	for (const part of readdirSync(folder)) {
		for await (const entries of entriesOf(join(folder, part))) {
			for (const { line } of entries) events.push(JSON.parse(line) as HistoryEvent);
		}
	}
	return events.sort((one, other) => one.at - other.at);
}
