import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differsByFactors, isPassingTime, isShareOfWhole, mayBeBelowZero } from './measure-kinds.ts';

test('slopes of memory and descriptors may be below zero, amounts, times and counts may not', () => {
	assert.ok(mayBeBelowZero('pssKbPerClient') && mayBeBelowZero('fdsPerClient'));
	for (const measure of ['answersPeakMb', 'p99Us', 'callsFailed', 'callsOkShare'] as const)
		assert.ok(!mayBeBelowZero(measure), measure);
});

test('measured times differ by factors, CPU time too; the life of a stream, which a limit ends, does not', () => {
	assert.ok(differsByFactors('p50Us') && differsByFactors('recovery95Ms') && differsByFactors('cpuUsPerCall'));
	assert.ok(!differsByFactors('streamLifeS') && !differsByFactors('callsOk'));
	assert.ok(isPassingTime('p50Us') && isPassingTime('streamLifeS') && !isPassingTime('cpuUsPerCall'));
});

test('a share has an end at 100 %, but that of one CPU', () => {
	assert.ok(isShareOfWhole('callsOkShare') && !isShareOfWhole('targetCpuShare') && !isShareOfWhole('p50Us'));
});
