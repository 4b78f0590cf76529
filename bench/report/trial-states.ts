import { counted, duration, tick } from '../model/quantity.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';

// What became of trials, in words.

export const stateWords: Readonly<Record<TrialResult['state'], string>> = {
	completed: 'completed',
	invalid: 'invalid',
	aborted: 'aborted',
	'failed-to-start': 'failed to start',
	skipped: 'skipped',
};

/** Of a trial that was stopped, and whose part counts: after how long of how long. Undefined: it came to its end, or to another. */
function stoppedWord(trial: TrialResult): string | undefined {
	if (trial.state !== 'completed' || !trial.stopped) return undefined;
	const { afterMs, ofMs } = trial.stopped;
	return `stopped after ${duration(afterMs)}${ofMs === undefined ? '' : ` of ${duration(ofMs)}`}`;
}

/** The state of a trial for people, who do not call complete what was stopped half-way. */
export function stateWord(trial: TrialResult): string {
	return stoppedWord(trial) ?? stateWords[trial.state];
}

type Ended = Pick<RunRecord, 'trials' | 'planned'>;

/** `3 of 5 planned trials completed`, and how far those came that were stopped; `trial`: what they are called. */
export function completedWords({ trials, planned }: Ended, trial: string): string {
	const stopped = trials.flatMap((each) => stoppedWord(each) ?? []);
	const completed = trials.filter(({ state }) => state === 'completed').length - stopped.length;
	return [
		`${tick(completed)} of ${counted(planned.length, trial)} completed`,
		...stopped.map((word) => `1 ${word}`),
	].join(', ');
}

/** The same, and what became of the others: `…, 1 aborted, 1 not run`. */
export function endedWords(run: Ended, trial: string): string {
	const others = (['invalid', 'aborted', 'failed-to-start', 'skipped'] as const).flatMap((state) => {
		const n = run.trials.filter((each) => each.state === state).length;
		return n === 0 ? [] : [`${n} ${stateWords[state]}`];
	});
	const missing = run.planned.length - run.trials.length;
	return [completedWords(run, trial), ...others, ...(missing > 0 ? [`${missing} not run`] : [])].join(', ');
}

/** Whether the figures rest on a part of a trial, too. */
export function hasPart({ trials }: Pick<RunRecord, 'trials'>): boolean {
	return trials.some((trial) => stoppedWord(trial) !== undefined);
}
