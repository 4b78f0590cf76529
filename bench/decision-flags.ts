import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from './exit.ts';
import { parseDuration } from './time-word.ts';

/** How long a run may go on because verdicts are open. */
export interface DecisionFlags {
	/** Add repeats while verdicts are open. */
	readonly untilDecided?: boolean;
	/** For so long at most, in ms. */
	readonly budget?: number;
}

const usualBudgetMs = 20 * 60_000;

export function withDecisionFlags(command: Command): Command {
	return command
		.option('--until-decided', 'add repeats where a verdict is open, until all are decided or the budget is spent')
		.option('--budget <time>', 'how long repeats may be added: 20m unless told; with --until-decided', time);
}

/** How long repeats may be added, in ms; undefined where none are. @throws UserError */
export function budgetOf({ untilDecided, budget }: DecisionFlags): number | undefined {
	if (budget !== undefined && !untilDecided) {
		throw new UserError('--budget is how long repeats may be added while verdicts are open; add --until-decided.');
	}
	return untilDecided ? (budget ?? usualBudgetMs) : undefined;
}

function time(text: string): number {
	try {
		return parseDuration(text);
	} catch (error) {
		throw new InvalidArgumentError((error as Error).message);
	}
}
