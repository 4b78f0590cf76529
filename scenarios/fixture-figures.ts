import assert from 'node:assert/strict';
import type { Estimate, Figures, Ruling } from '../bench/model/finding.ts';
import { type MeasureName, measures } from '../bench/model/measures.ts';
import { assertDecided } from './fixture-deciding.ts';
import { scenarios } from './index.ts';

/** Figures as a test says: value and half of the interval, per target and measure. */
export function figures(
	values: Record<string, Partial<Record<MeasureName, readonly [value: number, half: number]>>>,
	sessions = 1000,
	cases: Record<string, Figures> = {},
): Figures {
	const estimate = (target: string, measure: MeasureName): Estimate | undefined => {
		const found = values[target]?.[measure];
		return found && { value: found[0], ci: [found[0] - found[1], found[0] + found[1]], repeats: 3 };
	};
	return {
		sessions,
		cases: Object.keys(cases),
		in: (id) => inCase(id, cases[id] ?? figures({}, sessions)),
		targets: Object.keys(values),
		estimate,
		// Three repeats, whose spread the interval tells.
		values: (target, measure) => {
			const found = values[target]?.[measure];
			return found ? [found[0] - found[1], found[0], found[0] + found[1]] : [];
		},
		evidence: (target, measure) => {
			const found = estimate(target, measure);
			return found ? [{ target, measure, value: found.value, unit: measures[measure].unit }] : [];
		},
		added: (target, measure, from, to) => {
			const [before, after] = [from, to].map((id) => cases[id]?.estimate(target, measure));
			return before && after && { value: after.value - before.value, repeats: 3 };
		},
		ratio: (measure, a, b) => {
			const [of, by] = [estimate(b, measure), estimate(a, measure)];
			if (!of?.ci || !by) return undefined;
			const ci = [of.ci[0] / by.value, of.ci[1] / by.value] as const;
			return { scenario: 's', measure, a, b, ratio: of.value / by.value, ci, verdict: 'inconclusive' };
		},
	};
}

/** Its lines of evidence say of which case they are. */
export function inCase(id: string, found: Figures): Figures {
	const evidence: Figures['evidence'] = (target, measure) =>
		found.evidence(target, measure).map((line) => ({ case: id, ...line }));
	return { ...found, evidence };
}

/** What the rule of a claim decides of these figures. */
export function rulingOf(claimId: string, given: Figures): Ruling {
	const claim = scenarios.flatMap(({ claims }) => claims).find(({ id }) => id === claimId);
	assert.ok(claim, claimId);
	const ruling = claim.rule(given);
	assert.match(ruling.because, /\.$/, 'a sentence');
	assertDecided(claimId, ruling, given);
	return ruling;
}

export function verdictOf(claimId: string, given: Figures): string {
	return rulingOf(claimId, given).verdict;
}
