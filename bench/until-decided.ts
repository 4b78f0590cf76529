/**
 * More repeats while verdicts are open. Goals: what is decided gets none, nothing begins that would overrun the budget, the same seed makes the same
 * blocks, and one looks only at the sizes that `model/looks.ts` fixes beforehand. No goal: the fewest trials possible. Pure but for `perform`; time
 * comes from outside.
 */
import { blocksInCommon, repeatsOf } from './judge/looks.ts';
import { mostRepeats, nextLookSize } from './model/looks.ts';
import type { TrialPlan, TrialResult } from './model/trial.ts';
import {
	changesOf,
	type LookRecord,
	type OpenQuestion,
	type Question,
	type UntilDecided,
} from './model/until-decided.ts';
import { atOnceOf, type Plan, type PlannedScenario } from './plan.ts';
import { planBlock } from './plan-block.ts';

/** One more repeat of some arms of a scenario. */
export interface Block {
	readonly scenario: string;
	readonly trials: readonly TrialPlan[];
}

/** Start and judging of a trial, beyond what its own duration says. */
const besideMs = 500;

/**
 * The blocks up to the next look, scenario by scenario in the order of the plan, one repeat after another, so that a budget that ends early is
 * shared. Arms that have as many repeats as there may be get none.
 */
export function blocksToNextLook(
	plan: Plan,
	planned: readonly TrialPlan[],
	open: readonly OpenQuestion[],
	seed: number,
): readonly Block[] {
	const rounds = plan.scenarios.map((scenario) => blocksOf(scenario, planned, open, seed));
	const longest = Math.max(0, ...rounds.map(({ length }) => length));
	return Array.from({ length: longest }, (_, nth) => rounds.flatMap((blocks) => blocks[nth] ?? [])).flat();
}

function blocksOf(
	planned: PlannedScenario,
	before: readonly TrialPlan[],
	open: readonly OpenQuestion[],
	seed: number,
): readonly Block[] {
	const { id } = planned.scenario;
	const needs = open
		.filter(({ question }) => question.scenario === id)
		.map(({ arms }) => ({ arms, blocks: blocksNeeded(arms, planned, before) }));
	const last = Math.max(0, ...before.filter(({ scenario }) => scenario === id).map(({ repeat }) => repeat));
	const longest = Math.max(0, ...needs.map(({ blocks }) => blocks));
	return Array.from({ length: longest }, (_, n): Block => {
		const wants = (target: string, inCase: string | undefined) =>
			needs.some(({ arms, blocks }) => n < blocks && arms.some((arm) => isOf(arm, target, inCase)));
		return { scenario: id, trials: planBlock(planned, last + 1 + n, seed, wants) };
	});
}

type Arms = OpenQuestion['arms'];

function isOf(arm: Arms[number], target: string, inCase: string | undefined): boolean {
	return arm.target === target && (arm.case === undefined || arm.case === inCase);
}

/** How many more blocks the arms of a question need together until it is looked at again: its arms are compared in the blocks that all of them ran in. */
function blocksNeeded(arms: Arms, { scenario, size }: PlannedScenario, before: readonly TrialPlan[]): number {
	const byCase = Map.groupBy(arms, (arm) => arm.case);
	const counts = [...byCase].map(([inCase, own]) => {
		const targets = own.map(({ target }) => target);
		return blocksInCommon(before, scenario.id, inCase, targets).size;
	});
	const count = Math.min(...counts);
	const most = Math.max(...arms.map((arm) => repeatsOf(before, scenario.id, arm.case, arm.target)));
	return Math.min((nextLookSize(count, size.repeats) ?? count) - count, Math.max(0, mostRepeats - most));
}

/** How long a block will take, from how long its trials took before; those that share a history ran at once. */
export function estimateBlockMs({ trials, scenario }: Block, plan: Plan, before: readonly TrialResult[]): number {
	const planned = plan.scenarios.find((each) => each.scenario.id === scenario);
	const took = before.flatMap((trial) =>
		trial.scenario === scenario && 'durationMs' in trial ? [{ ...trial, durationMs: trial.durationMs }] : [],
	);
	const longestMs = Math.max(0, ...took.map(({ durationMs }) => durationMs));
	const performances = new Map(trials.map((trial) => [trial.history ?? trial.id, trial]));
	const eachMs = [...performances.values()].map(({ target, case: inCase, history }) => {
		const own = took.filter((trial) => trial.target === target && (history !== undefined || trial.case === inCase));
		return (
			besideMs + (own.length === 0 ? longestMs : own.reduce((sum, { durationMs }) => sum + durationMs, 0) / own.length)
		);
	});
	const sumMs = eachMs.reduce((sum, ms) => sum + ms, 0);
	const atOnce = planned ? atOnceOf(planned) : 1;
	return Math.max(...eachMs, sumMs / atOnce);
}

/** Each of them was run once more already: what takes the machine from the generator will not leave it to the next block. */
function isMostlyInvalid({ trials }: Block, results: readonly TrialResult[]): boolean {
	const ids = new Set(trials.map(({ id }) => id));
	const invalid = results.filter(({ id, state }) => ids.has(id) && state === 'invalid');
	return invalid.length * 2 > trials.length;
}

/** What the course needs of a run. */
export interface Growing {
	readonly plan: Plan;
	readonly seed: number;
	readonly budgetMs: number;
	/** Milliseconds that only grow. */
	readonly now: () => number;
	readonly isStopped: () => boolean;
	/** All trials that were planned so far, the added ones included. */
	readonly planned: () => readonly TrialPlan[];
	readonly results: () => readonly TrialResult[];
	/** A look: judges what was measured so far. */
	readonly look: () => readonly OpenQuestion[];
	readonly perform: (block: Block) => Promise<void>;
	/** Told before each round. */
	readonly say: (line: string) => void;
}

/** The looks of a run, and what each of them changed. */
class Looks {
	readonly #run: Growing;
	readonly #asked: readonly Question[];
	readonly #records: LookRecord[] = [];
	/** What is open now. */
	open: readonly OpenQuestion[];
	#planned: number;

	constructor(run: Growing) {
		this.#run = run;
		this.open = run.look();
		this.#asked = this.open.map(({ question }) => question);
		this.#planned = run.planned().length;
	}

	/** What is open with the trials that were added since; without any the last look stands. */
	again(): readonly OpenQuestion[] {
		const planned = this.#run.planned().length;
		if (planned === this.#planned) return this.open;
		const before = this.open.map(({ question }) => question);
		this.open = this.#run.look();
		this.#planned = planned;
		const after = this.open.map(({ question }) => question);
		this.#records.push({ planned, ...changesOf(before, after) });
		return this.open;
	}

	get record(): Pick<UntilDecided, 'asked' | 'looks'> {
		return { asked: this.#asked, looks: this.#records };
	}
}

/** Adds blocks until nothing is open, or the budget is spent. */
export async function growUntilDecided(run: Growing): Promise<UntilDecided> {
	const { plan, seed, budgetMs, now } = run;
	const startedMs = now();
	const looks = new Looks(run);
	const over = (ended: UntilDecided['ended']): UntilDecided => {
		const spentMs = Math.round(now() - startedMs);
		// What ran since the last look may have changed something.
		if (ended === 'interrupted' || ended === 'invalid') looks.again();
		return { budgetMs, spentMs, ended, ...looks.record };
	};
	/** Scenarios of which a block would have overrun the budget: what is left of it only shrinks. */
	const tooLong = new Set<string>();
	/** How much longer blocks took than estimated, where they did. */
	let pace = 1;
	for (let { open } = looks; open.length > 0; open = looks.again()) {
		const affordable = open.filter(({ question }) => !tooLong.has(question.scenario));
		const blocks = blocksToNextLook(plan, run.planned(), affordable, seed);
		if (blocks.length > 0) run.say(`Open verdicts: ${open.length}. Up to ${blocks.length} more blocks of trials.`);
		let ran = 0;
		for (const block of blocks) {
			if (run.isStopped()) return over('interrupted');
			if (tooLong.has(block.scenario)) continue;
			const [begunMs, estimateMs] = [now(), estimateBlockMs(block, plan, run.results())];
			if (begunMs - startedMs + estimateMs * pace > budgetMs) tooLong.add(block.scenario);
			else {
				await run.perform(block);
				if (isMostlyInvalid(block, run.results())) {
					run.say(
						'Most trials of this block were invalid: no more are added. Run it again when the machine has less to do.',
					);
					return over('invalid');
				}
				pace = Math.max(pace, (now() - begunMs) / estimateMs);
				ran++;
			}
		}
		if (run.isStopped()) return over('interrupted');
		if (ran === 0) return over(tooLong.size > 0 ? 'budget' : 'repeats');
	}
	return over('decided');
}
