import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../model/finding.ts';
import type { MeasureName } from '../model/measures.ts';
import { decidingChart } from './deciding-chart.ts';
import { fixture } from './fixture.ts';

const [section] = fixture.sections;
assert.ok(section?.charts[0]);
const names = ['s-callsOkPerS', 's-pssKb-settled', 's-cases-callsFailed', 's-heat-streamSurvivedShare-sse'];
const [chart] = section.charts;
const sections = [{ ...section, id: 's', charts: names.map((id) => ({ ...chart, id })) }];

/** The name of the picture of a finding with these figures; those with a mark decide. */
function pictureOf(...figures: readonly (MeasureName | readonly [MeasureName])[]): string | undefined {
	const evidence = figures.map((named) => {
		const decides = typeof named === 'string' ? {} : { decides: true as const };
		const measure = typeof named === 'string' ? named : named[0];
		return { target: 'sse', measure, value: 1, unit: '', ...decides };
	});
	const finding: Finding = { id: 'x', claim: 'x', scenario: 's', verdict: 'confirmed', because: 'x', evidence };
	return decidingChart({ sections }, finding)?.id;
}

test('the picture of a claim is that of the figure which decides, wherever it stands', () => {
	assert.equal(pictureOf('callsFailed', 'streamSurvivedShare'), 's-cases-callsFailed');
	assert.equal(pictureOf('callsFailed', ['streamSurvivedShare']), 's-heat-streamSurvivedShare-sse');
	assert.equal(pictureOf(['streamLifeS'], 'streamSurvivedShare'), 's-heat-streamSurvivedShare-sse');
});

test('a slope has the picture of its gauge; a measure whose name merely begins another’s has none', () => {
	assert.equal(pictureOf(['pssKbPerClient']), 's-pssKb-settled');
	assert.equal(pictureOf(['callsOk']), undefined);
	assert.equal(pictureOf(), undefined);
});
