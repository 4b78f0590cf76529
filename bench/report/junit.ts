import { join } from 'node:path';
import { create } from 'xmlbuilder2';
import type { ReportInput } from '../model/report.ts';
import type { RunRecord, ScenarioRecord } from '../model/run.ts';
import type { TrialPlan, TrialResult } from '../model/trial.ts';
import { trialFigures, trialMs, trialReason, trialStderr } from './content.ts';
import { gateSuite, gateTotals } from './junit-gates.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './whole-file.ts';

/** For CI systems: one suite per scenario, one case per planned trial; the limits that were set are a suite of their own. */
export const junit: Reporter = {
	id: 'junit',
	async write(input, folder) {
		const path = join(folder, 'junit.xml');
		await writeWhole(path, junitXml(input.run, input.gates));
		return [path];
	},
};

type Builder = ReturnType<typeof create>;

/** The run as JUnit XML, with a suite for its gates. Verdicts on claims are no test results: a refuted claim is a finding, not a failure. */
export function junitXml(run: RunRecord, gates: ReportInput['gates'] = { results: [], strict: false }): string {
	const doc = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: ' ' });
	const suites = doc.ele('testsuites', {
		name: run.id,
		...sums(totals(run, run.planned), gateTotals(gates.results, gates)),
	});
	for (const scenario of run.scenarios) suite(suites, run, scenario);
	gateSuite(suites, gates.results, gates);
	return `${doc.end({ prettyPrint: true })}\n`;
}

function suite(parent: Builder, run: RunRecord, scenario: ScenarioRecord): void {
	const plans = run.planned.filter((plan) => plan.scenario === scenario.id);
	const ele = parent.ele('testsuite', { name: scenario.id, ...totals(run, plans), timestamp: run.startedAt });
	const properties = ele.ele('properties');
	for (const [name, value] of [
		['profile', run.profile],
		['seed', run.seed],
		['command', run.command],
		['sessions', scenario.sessions],
	]) {
		properties.ele('property', { name, value });
	}
	for (const plan of plans) testCase(ele, plan, resultOf(run, plan));
}

function testCase(parent: Builder, plan: TrialPlan, trial: TrialResult | undefined): void {
	const place = plan.case === undefined ? '' : `${plan.case} · `;
	const name = `${place}${plan.target} · repeat ${plan.repeat}`;
	const ele = parent.ele('testcase', { classname: plan.scenario, name, time: seconds(trial) });
	if (trial === undefined) {
		ele.ele('skipped', { message: 'not run: the run ended before it' });
		return;
	}
	const message = trialReason(trial);
	switch (trial.state) {
		case 'completed':
			break;
		case 'skipped':
			ele.ele('skipped', { message });
			break;
		case 'invalid':
			ele.ele('error', { type: 'invalid', message });
			break;
		case 'aborted':
		case 'failed-to-start':
			ele.ele('failure', { type: trial.state, message }).txt(trialStderr(trial).join('\n'));
			break;
	}
	const figures = [trialFigures(trial), ...trial.warnings.map((warning) => `${warning.id}: ${warning.detail}`)];
	const said = figures.filter(Boolean).join('\n');
	if (said !== '') ele.ele('system-out').txt(said);
}

function resultOf(run: RunRecord, plan: TrialPlan): TrialResult | undefined {
	return run.trials.find((trial) => trial.id === plan.id);
}

function totals(run: RunRecord, plans: readonly TrialPlan[]) {
	const results = plans.map((plan) => resultOf(run, plan));
	const count = (...states: (TrialResult['state'] | undefined)[]) =>
		results.filter((trial) => states.includes(trial?.state)).length;
	const ms = results.reduce((sum, trial) => sum + (trial === undefined ? 0 : (trialMs(trial) ?? 0)), 0);
	return {
		tests: plans.length,
		failures: count('aborted', 'failed-to-start'),
		errors: count('invalid'),
		skipped: count('skipped', undefined),
		time: (ms / 1000).toFixed(3),
	};
}

/** The numbers of all suites together; gates take no time. */
function sums(trials: ReturnType<typeof totals>, gates: ReturnType<typeof gateTotals>): ReturnType<typeof totals> {
	const { tests, failures, errors, skipped } = gates;
	return {
		...trials,
		tests: trials.tests + tests,
		failures: trials.failures + failures,
		errors: trials.errors + errors,
		skipped: trials.skipped + skipped,
	};
}

function seconds(trial: TrialResult | undefined): string {
	return ((trial === undefined ? 0 : (trialMs(trial) ?? 0)) / 1000).toFixed(3);
}
