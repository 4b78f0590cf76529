import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, type RunFlags } from './choice.ts';
import { UserError } from './exit.ts';
import { parsePath } from './path-option.ts';
import { knownTargets } from './targets.ts';

function chosen(flags: Partial<RunFlags>) {
	return choose({ profile: 'smoke', out: '', ...flags }, 1, []);
}

function refusal(flags: Partial<RunFlags>): string {
	try {
		chosen(flags);
	} catch (error) {
		assert.ok(error instanceof UserError, `${error}`);
		return error.message;
	}
	return assert.fail('nothing was refused');
}

const balancing = { scenario: ['load-balancing'], target: ['stateless'] };

test('a named case that is for none of the targets is told beside those that run', () => {
	const cases = ['stick-table-embedded-in-turn', 'shared-store-embedded-in-turn', 'round-robin-embedded-in-turn'];
	const { plan, notes } = chosen({ ...balancing, case: cases });
	assert.deepEqual(
		plan.trials.map((trial) => trial.case),
		['round-robin-embedded-in-turn'],
	);
	assert.deepEqual(notes, [
		'The case stick-table-embedded-in-turn of load-balancing is left out: it is for sse, stateful, not for stateless.',
		'The case shared-store-embedded-in-turn of load-balancing is left out: it is for stateful, not for stateless.',
	]);
	assert.deepEqual(chosen({ ...balancing, case: cases.slice(2) }).notes, []);
});

test('where nothing remains of the named cases the command is refused, with the reason', () => {
	const flags = { case: ['shared-store-embedded-in-turn'], target: ['stateless'] };
	assert.match(
		refusal({ ...flags, scenario: ['load-balancing'] }),
		/^Nothing of load-balancing remains\. .* is for stateful, not for stateless\. Choose other/,
	);
	const everywhere = { ...flags, case: ['shared-store-embedded-at-once'] };
	assert.match(
		refusal({ ...everywhere, profile: 'standard' }),
		/^Nothing remains\. .* it is for stateful, not for stateless\. Choose other/,
	);
	assert.match(
		refusal({ scenario: ['restart', 'pause'], case: ['crash-refused'] }),
		/^Nothing of pause remains\. It has none of the cases crash-refused\. /,
	);
});

test('a case that is not here is told where it is', () => {
	const restart = { scenario: ['restart'] };
	assert.match(refusal({ ...restart, case: ['drain-502'] }), /not part of the profile smoke; add --profile standard/);
	assert.match(
		refusal({ ...restart, case: ['nope'] }),
		/^Unknown case "nope"\. In the profile smoke restart has crash-refused\. .*list --json/,
	);
	assert.match(
		refusal({ ...restart, profile: 'standard', case: ['client-tcp'] }),
		/belongs to half-open, which was not chosen; add it to --scenario/,
	);
	assert.match(
		refusal({ profile: 'standard', case: ['client-tcp'] }),
		/belongs to half-open, which the profile standard leaves out unless it is named; add --scenario half-open/,
	);
	assert.match(
		refusal({ scenario: ['steady-calls'], case: ['nope'] }),
		/none of the chosen scenarios has any in the profile smoke/,
	);
	assert.match(
		refusal({ profile: 'standard', case: ['nope'] }),
		/restart has crash-refused.*; proxy-timeouts has direct-silent, direct-heartbeat, .*… and \d+ more; /,
	);
});

test('a run of which every trial would be skipped for what its targets lack is refused', () => {
	const workerd = knownTargets.find(({ id }) => id === 'workerd-sse');
	assert.ok(workerd && !workerd.features.includes('ledger'));
	assert.match(
		refusal({ scenario: ['load-balancing'], target: ['workerd-sse'] }),
		/^Nothing can be measured: workerd-sse does not offer ledger, which load-balancing needs\. Choose /,
	);
	const beside = chosen({ scenario: ['load-balancing'], target: ['workerd-sse', 'sse'] });
	assert.ok(beside.plan.trials.some(({ target }) => target === 'workerd-sse'));
});

test('what --path puts before the servers is told, and where it does not act', () => {
	const path = parsePath('nginx+nginx');
	const { notes } = chosen({ scenario: ['steady-calls', 'load-balancing'], path });
	assert.deepEqual(notes, [
		`--path nginx+nginx: before the servers stands ${path.title}.`,
		'--path nginx+nginx does not act in load-balancing: what stands between is part of the question there.',
	]);
});

test('a target with options and other clients is an arm like any other', () => {
	const target = ['stateless?reply=sse/poll-1s', 'sse?commentMs=500/none'];
	const { plan } = chosen({ scenario: ['push'], target });
	assert.deepEqual(plan.targets.map(({ id }) => id).sort(), target.toSorted());
	assert.match(
		refusal({ scenario: ['push'], target: ['stateless/poll-1s?reply=sse'] }),
		/give 'stateless\?reply=sse\/poll-1s', the options first\.$/,
	);
});
