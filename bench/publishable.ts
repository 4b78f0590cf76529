import { counted } from './model/quantity.ts';
import type { RunRecord } from './model/run.ts';
import type { TrialResult } from './model/trial.ts';

/** Share of the trials that the generator, or another program, may have spoiled: they enter no figure, but too many are no luck. */
const mostInvalid = 0.02;

/**
 * Why a run is not fit to be published, as a sentence with the next step; undefined where it is. What a reader takes for the result
 * of a plan must be all of it: a run that was not finished, or in which a target or the harness failed, is none.
 */
export function whyNotPublishable(run: RunRecord): string | undefined {
	const { id, state, trials, planned } = run;
	const of = (...states: TrialResult['state'][]) => trials.filter((trial) => states.includes(trial.state));
	const ran = `${trials.length} of ${counted(planned.length, 'trial')} ran`;
	if (state === 'running')
		return `The run ${id} is not finished, or was killed: ${ran}. Publish it when it is over, or make another with \`npm run bench\`.`;
	if (state === 'interrupted' || trials.length < planned.length)
		return `The run ${id} was interrupted: ${ran}. Publish one that ran to its end.`;
	const [failed, invalid] = [of('aborted', 'failed-to-start'), of('invalid')];
	if (failed.length > 0)
		return `The run ${id} has failures: ${named(failed)}. Publish one in which every trial could be measured.`;
	if (invalid.length > mostInvalid * planned.length)
		return `The run ${id} has too many invalid trials, ${invalid.length} of ${planned.length}, where ${mostInvalid * 100} % may be: ${named(invalid)}. Repeat it on an idle machine.`;
	if (of('completed').length === 0) return `The run ${id} has no completed trial: there is nothing to publish.`;
	const own = run.targets.filter(({ implementation }) => implementation === 'user').map((target) => target.id);
	if (own.length > 0)
		return `The run ${id} measured servers of your own (${own.join(', ')}), whose addresses and commands are private: publish takes runs of this project’s targets; its report.html can be given away instead.`;
	return undefined;
}

const mostNamed = 3;

/** `restart.sse.r1 (invalid: it was late), … and 2 more`. */
function named(trials: readonly TrialResult[]): string {
	const told = trials.slice(0, mostNamed).map((trial) => {
		const because = trial.state === 'completed' ? '' : `: ${trial.because.replace(/[.\s]+$/, '')}`;
		return `${trial.id} (${trial.state}${because})`;
	});
	const more = trials.length - told.length;
	return `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
