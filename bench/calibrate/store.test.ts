import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/folders.ts';
import { calibrationOf, proofOfVerdicts } from '../report/fixture-calibration.ts';
import { run } from '../report/fixture-run.ts';
import { loadCalibration, saveCalibration } from './store.ts';

const calibration = calibrationOf(run.environment);
const verdictProof = proofOfVerdicts(run.environment);

test('each part is kept when the other is measured again, in either order', async () => {
	for (const order of [
		[{ calibration }, { verdictProof }],
		[{ verdictProof }, { calibration }],
	] as const) {
		const root = temporaryFolder('kept');
		for (const part of order) await saveCalibration(root, part);
		assert.deepEqual(loadCalibration(root), { calibration, verdictProof });
	}
	const root = temporaryFolder('kept');
	await saveCalibration(root, { calibration, verdictProof });
	await saveCalibration(root, { verdictProof: { ...verdictProof, seed: 8 } });
	assert.deepEqual(loadCalibration(root), { calibration, verdictProof: { ...verdictProof, seed: 8 } });
});

test('a part that this version cannot show is absent, and the other is there', async () => {
	const root = temporaryFolder('kept');
	const path = await saveCalibration(root, { calibration, verdictProof });
	const kept = JSON.parse(readFileSync(path, 'utf8'));
	writeFileSync(
		join(root, 'calibration.json'),
		JSON.stringify({ ...kept, verdicts: { ...kept.verdicts, rows: 'many' } }),
	);
	assert.deepEqual(loadCalibration(root), { calibration });
	const { verdicts } = kept;
	writeFileSync(join(root, 'calibration.json'), JSON.stringify({ schema: 1, verdicts }));
	assert.deepEqual(loadCalibration(root), { verdictProof });
	writeFileSync(join(root, 'calibration.json'), 'null');
	assert.deepEqual(loadCalibration(root), {});
});
