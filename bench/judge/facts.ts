import type { HistoryEvent } from '../model/history.ts';
import type { Measures } from '../model/measures.ts';
import { Balancing } from './accounts/balancing.ts';
import { Billing } from './accounts/billing.ts';
import { Browser } from './accounts/browser.ts';
import { Bystanders } from './accounts/bystanders.ts';
import { Capacity } from './accounts/capacity.ts';
import { CaseLatency } from './accounts/case-latency.ts';
import { Compression } from './accounts/compression.ts';
import { CpuUse } from './accounts/cpu-use.ts';
import { Deliveries } from './accounts/deliveries.ts';
import { Generator } from './accounts/generator.ts';
import { Goodbyes } from './accounts/goodbyes.ts';
import { Growth } from './accounts/growth.ts';
import { HalfOpen } from './accounts/half-open.ts';
import { Ladder } from './accounts/ladder.ts';
import { LargeAnswers } from './accounts/large-answers.ts';
import { Latency } from './accounts/latency.ts';
import { Ledger } from './accounts/ledger.ts';
import { Libraries } from './accounts/libraries.ts';
import { LongCalls } from './accounts/long-calls.ts';
import { Outcomes } from './accounts/outcomes.ts';
import { Recovery } from './accounts/recovery.ts';
import { Resources } from './accounts/resources.ts';
import { Revocation } from './accounts/revocation.ts';
import { Soak } from './accounts/soak.ts';
import { StalledClients } from './accounts/stalled-clients.ts';
import { Storm } from './accounts/storm.ts';
import { StreamLives } from './accounts/stream-lives.ts';
import { Timeline } from './accounts/timeline.ts';
import { Vanished } from './accounts/vanished.ts';
import { WatchedCalls } from './accounts/watched-calls.ts';
import { Places } from './places.ts';

/** Everything that one trial's history says, read in one pass. A new account is a file and a line here. */
export interface TrialFacts {
	readonly balancing: Balancing;
	readonly billing: Billing;
	readonly bystanders: Bystanders;
	readonly browser: Browser;
	readonly capacity: Capacity;
	readonly caseLatency: CaseLatency;
	readonly compression: Compression;
	readonly cpuUse: CpuUse;
	readonly deliveries: Deliveries;
	readonly generator: Generator;
	readonly goodbyes: Goodbyes;
	readonly halfOpen: HalfOpen;
	readonly ladder: Ladder;
	readonly largeAnswers: LargeAnswers;
	readonly latency: Latency;
	readonly ledger: Ledger;
	readonly libraries: Libraries;
	readonly longCalls: LongCalls;
	readonly outcomes: Outcomes;
	readonly recovery: Recovery;
	readonly resources: Resources;
	readonly revocation: Revocation;
	readonly timeline: Timeline;
	readonly growth: Growth;
	readonly stalledClients: StalledClients;
	readonly soak: Soak;
	readonly storm: Storm;
	readonly streamLives: StreamLives;
	readonly vanished: Vanished;
	readonly watchedCalls: WatchedCalls;
}

export async function readFacts(history: AsyncIterable<HistoryEvent>): Promise<TrialFacts> {
	const [facts] = await readPlaces(history, 1);
	return facts as TrialFacts;
}

/**
 * What the history of cases side by side says of each of them, in one pass.
 * @returns one for each place, in order
 */
export async function readPlaces(history: AsyncIterable<HistoryEvent>, count: number): Promise<readonly TrialFacts[]> {
	const facts = Array.from({ length: count }, newFacts);
	const accounts = facts.map((each) => Object.values(each));
	const all = accounts.keys().toArray();
	const router = new Places(count);
	for await (const whole of history) {
		for (const { places = all, event } of count === 1 ? [{ event: whole }] : router.route(whole)) {
			for (const place of places) for (const account of accounts[place] ?? []) account.take(event);
		}
	}
	return facts;
}

function newFacts(): TrialFacts {
	return {
		balancing: new Balancing(),
		billing: new Billing(),
		bystanders: new Bystanders(),
		browser: new Browser(),
		capacity: new Capacity(),
		caseLatency: new CaseLatency(),
		compression: new Compression(),
		cpuUse: new CpuUse(),
		deliveries: new Deliveries(),
		generator: new Generator(),
		goodbyes: new Goodbyes(),
		halfOpen: new HalfOpen(),
		ladder: new Ladder(),
		largeAnswers: new LargeAnswers(),
		latency: new Latency(),
		ledger: new Ledger(),
		libraries: new Libraries(),
		longCalls: new LongCalls(),
		outcomes: new Outcomes(),
		recovery: new Recovery(),
		resources: new Resources(),
		revocation: new Revocation(),
		timeline: new Timeline(),
		growth: new Growth(),
		stalledClients: new StalledClients(),
		soak: new Soak(),
		storm: new Storm(),
		streamLives: new StreamLives(),
		vanished: new Vanished(),
		watchedCalls: new WatchedCalls(),
	};
}

export function measuresOf(facts: TrialFacts): Measures {
	return Object.assign({}, ...Object.values(facts).map((account) => account.measures()));
}
