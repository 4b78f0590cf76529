import { create } from 'xmlbuilder2';
import type { GateResult } from '../model/gate.ts';
import { clean } from './clean.ts';

type Builder = ReturnType<typeof create>;

/** An open gate fails only where that was asked for. */
export interface GateRules {
	readonly strict: boolean;
}

type Kind = 'failure' | 'error' | 'skipped' | undefined;

function kindOf({ state }: GateResult, { strict }: GateRules): Kind {
	if (state === 'broken' || (state === 'open' && strict)) return 'failure';
	if (state === 'void') return 'error';
	return state === 'skipped' || state === 'open' ? 'skipped' : undefined;
}

/** How many test cases of each kind gates make: the numbers of a suite. */
export function gateTotals(gates: readonly GateResult[], rules: GateRules) {
	const count = (kind: Kind) => gates.filter((gate) => kindOf(gate, rules) === kind).length;
	return { tests: gates.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

/** A suite with a test case for each place that a gate stands at; none without gates. */
export function gateSuite(parent: Builder, gates: readonly GateResult[], rules: GateRules): void {
	if (gates.length === 0) return;
	const suite = parent.ele('testsuite', { name: 'gates', ...gateTotals(gates, rules), time: '0.000' });
	for (const gate of gates) {
		const place = [gate.case, gate.target].filter((part) => part !== undefined).join(', ') || 'as a whole';
		const ele = suite.ele('testcase', {
			classname: `gates.${gate.scenario}`,
			name: `${gate.gate} · ${place}`,
			time: '0.000',
		});
		const kind = kindOf(gate, rules);
		if (kind === 'skipped') ele.ele('skipped', { message: gate.sentence });
		else if (kind !== undefined) ele.ele(kind, { type: gate.state, message: gate.sentence }).txt(gate.sentence);
		else ele.ele('system-out').txt(gate.sentence);
	}
}

/** The gates of a comparison as JUnit XML. */
export function gatesXml(name: string, unclean: readonly GateResult[], rules: GateRules): string {
	const gates = clean(unclean);
	const doc = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: ' ' });
	gateSuite(doc.ele('testsuites', { name, ...gateTotals(gates, rules), time: '0.000' }), gates, rules);
	return `${doc.end({ prettyPrint: true })}\n`;
}
