import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolutionOf } from './calibration.ts';
import { cellsOf } from './columns.ts';
import { fixture } from './fixture.ts';
import { calibrationOf } from './fixture-calibration.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import { calibrationSummary, summary } from './terminal.ts';

const { run } = fixture;
const { calibration: _, ...without } = run;
const calibration = calibrationOf(run.environment);
const calibrated = { ...fixture, run: { ...run, calibration } };

/** What every output must hold, whatever its syntax does to spaces. */
const figures = ['1.11×', '11.3', 'fixed-50ms-sse p90', '64 100', 'wrk', '±3.10 %'];
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

test('every report shows the calibration of its machine', async () => {
	const outputs = [markdownReport(calibrated), await htmlReport(calibrated)].map(plain);
	for (const output of outputs) for (const figure of figures) assert.ok(output.includes(figure), figure);
	assert.match(plain(summary(calibrated, { columns: 100, colour: false })), /generator {2}Calibrated 2026-01-30/);
	const own = calibrationSummary(calibration, { columns: 80, colour: false, paths: ['x/calibration.json'] });
	for (const figure of figures) assert.ok(plain(own).includes(figure), figure);
	for (const line of own.split('\n')) assert.ok(cellsOf(line) <= 80, line);
	assert.match(own, /stored {2}x\/calibration.json\n$/);
});

test('a run without a calibration says so, and how to make one', async () => {
	const input = { ...fixture, run: without };
	for (const output of [
		markdownReport(input),
		await htmlReport(input),
		summary(input, { columns: 300, colour: false }),
	])
		assert.match(output.replace(/\s+/g, ' '), /not calibrated.*calibrate/);
});

test('a calibration of another machine is shown as what it is', () => {
	const other = { ...calibration, machine: { ...calibration.machine, node: '20.1.0' } };
	const [first = ''] = resolutionOf({ ...run, calibration: other }).sentences;
	assert.match(first, /does not hold for this run \(node 20\.1\.0, now /);
	assert.doesNotMatch(resolutionOf({ ...run, calibration }).sentences[0] ?? '', /does not hold/);
});
