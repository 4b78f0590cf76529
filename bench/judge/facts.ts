import type { HistoryEvent } from '../model/history.ts';
import type { Measures } from '../model/measures.ts';
import { Capacity } from './accounts/capacity.ts';
import { Generator } from './accounts/generator.ts';
import { Goodbyes } from './accounts/goodbyes.ts';
import { Growth } from './accounts/growth.ts';
import { HalfOpen } from './accounts/half-open.ts';
import { Ladder } from './accounts/ladder.ts';
import { Latency } from './accounts/latency.ts';
import { Ledger } from './accounts/ledger.ts';
import { Libraries } from './accounts/libraries.ts';
import { Outcomes } from './accounts/outcomes.ts';
import { Recovery } from './accounts/recovery.ts';
import { Resources } from './accounts/resources.ts';
import { Storm } from './accounts/storm.ts';
import { Timeline } from './accounts/timeline.ts';

/** Everything that one trial's history says, read in one pass. A new account is a file and a line here. */
export interface TrialFacts {
	readonly capacity: Capacity;
	readonly generator: Generator;
	readonly goodbyes: Goodbyes;
	readonly halfOpen: HalfOpen;
	readonly ladder: Ladder;
	readonly latency: Latency;
	readonly ledger: Ledger;
	readonly libraries: Libraries;
	readonly outcomes: Outcomes;
	readonly recovery: Recovery;
	readonly resources: Resources;
	readonly timeline: Timeline;
	readonly growth: Growth;
	readonly storm: Storm;
}

export async function readFacts(history: AsyncIterable<HistoryEvent>): Promise<TrialFacts> {
	const facts: TrialFacts = {
		capacity: new Capacity(),
		generator: new Generator(),
		goodbyes: new Goodbyes(),
		halfOpen: new HalfOpen(),
		ladder: new Ladder(),
		latency: new Latency(),
		ledger: new Ledger(),
		libraries: new Libraries(),
		outcomes: new Outcomes(),
		recovery: new Recovery(),
		resources: new Resources(),
		timeline: new Timeline(),
		growth: new Growth(),
		storm: new Storm(),
	};
	const accounts = Object.values(facts);
	for await (const event of history) for (const account of accounts) account.take(event);
	return facts;
}

export function measuresOf(facts: TrialFacts): Measures {
	return Object.assign({}, ...Object.values(facts).map((account) => account.measures()));
}
