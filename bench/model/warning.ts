/** Everything that lowers the trust in a figure, as a closed set with advice. */
export const warnings = {
	clamped:
		'The size was reduced to what this machine allows; raise `ulimit -n`, or use a machine with more ports or memory.',
	'one-core':
		'Target and generator share the only CPU; figures of latency and CPU are mixed. Use a machine with two or more.',
	unpinned: 'taskset is missing, so target and generator may run on the same CPU; install util-linux.',
	'ledger-holes':
		'What the ledger says of calls without an answer is not to be trusted; the file system may have been full.',
	'calls-dropped': 'Arrivals found the generator’s queue full: the target was overloaded at this rate.',
	'no-success': 'The figures of this trial say nothing of the target’s speed; its histories say why the calls failed.',
	'not-settled': 'The reading was taken all the same and may hold connections that are about to close.',
	'not-fresh': 'One process served every repeat, unpinned and as it was started: the repeats are not independent.',
	'generator-late':
		'A good part of the high percentiles is the generator’s own delay; compare medians, or use an idle machine.',
	'not-recovered':
		'They are missing from the recovery times, or leave them undefined; the trial may have been too short.',
	'control-failed':
		'No limit was there to take that: the machine or the target lost it, and may have lost as much behind the limits; use an idle machine.',
	'ladder-incomplete': 'Not every session could be opened; the fit uses the sessions that really were open.',
	retried: 'It was invalid; this is the second.',
	'few-sessions':
		'The sessions, with one call in flight each, may be the limit and not the target: its calls take long without keeping it busy.',
	'at-least': 'The figure is a lower bound: something other than the target ended the search.',
	'not-reached': 'Not even the lowest level met the objective; see the knee, or ask for less with --objective.',
	'ceiling-not-2xx': 'The ceiling counts only answers with a status 2xx.',
	'path-substituted':
		'The path was the embedded balancer instead, whose silence TCP’s own keep-alive cannot notice; see doctor.',
	'cut-short': 'What it had measured by its last checkpoint counts; let it run to its end for narrower intervals.',
	'machine-shared': 'What they took, target and generator lacked; stop what else runs, or use a quieter machine.',
	'noisy-machine': 'Another load was running; close it and repeat the run.',
} as const;

export type WarningId = keyof typeof warnings;

export interface Warning {
	readonly id: WarningId;
	/** What exactly happened, with figures. */
	readonly detail: string;
}
