import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Calibration } from '../bench/model/calibration.ts';
import type { RunRecord } from '../bench/model/run.ts';
import type { VerdictProof } from '../bench/model/verdict-proof.ts';
import { bench, startBench } from './support/command.ts';
import { temporaryFolder } from './support/folders.ts';
import { linuxOnly, survivors } from './support/processes.ts';
import { oneTrial, recordOf } from './support/runs.ts';

const positive = (value: number, what: string) => assert.ok(Number.isFinite(value) && value > 0, `${what} is ${value}`);

test('calibrate measures, prints JSON and nothing else, and every later run shows what it found', async () => {
	const out = temporaryFolder('calibrate');
	const {
		code,
		out: said,
		err,
	} = await bench(['calibrate', '--profile', 'smoke', '--json', '--out', out], {
		withinMs: 240_000,
	});
	assert.equal(code, 0, err);
	const found = JSON.parse(said) as Calibration;
	positive(found.verifiedCallsPerS, 'verified calls per second');
	positive(found.autocannonPerS, 'autocannon');
	positive(found.connectsPerS, 'sessions opened per second');
	positive(found.connectRatio, 'its ratio');
	positive(found.kbPerHeldStream, 'KB per held stream');
	assert.ok(Number.isFinite(found.historyCostShare) && found.historyCostShare < 1);
	// One pair only: the ratio is that of the two figures, and there is no interval.
	const { value, ci } = found.ratioToAutocannon;
	assert.ok(Math.abs(value / (found.verifiedCallsPerS / found.autocannonPerS) - 1) < 1e-9);
	assert.equal(ci, undefined);
	assert.deepEqual(
		found.contenders.map(({ id }) => id).filter((id) => id !== 'wrk' && id !== 'hey'),
		['autocannon', 'undici', 'connection'],
	);
	assert.ok(found.timing.length >= 15);
	for (const { expectedUs, measuredUs, toleranceUs, within, disturbed } of found.timing) {
		assert.equal(toleranceUs, Math.max(200, expectedUs * 0.02));
		assert.equal(within, Math.abs(measuredUs - expectedUs) <= toleranceUs);
		// On a busy machine an answer may come later than it should, but none comes before its time.
		if (disturbed === undefined) assert.ok(measuredUs > expectedUs - toleranceUs);
	}
	assert.deepEqual(JSON.parse(readFileSync(join(out, 'calibration.json'), 'utf8')), found);

	const run = await bench([...oneTrial, '--out', out]);
	const record = recordOf(join(out, 'latest'));
	assert.deepEqual(record.calibration, found);
	assert.match(run.out, /generator {2}Calibrated/);
	for (const report of ['report.md', 'report.html']) {
		assert.match(readFileSync(join(out, 'latest', report), 'utf8'), /What this generator can resolve/);
	}
});

test('an interrupted calibration stores nothing, and leaves no process', { skip: linuxOnly }, async () => {
	const out = temporaryFolder('calibrate');
	mkdirSync(out, { recursive: true });
	await using running = startBench(['calibrate', '--profile', 'smoke', '--out', out]);
	await running.until(() => running.said.err.includes('block 1'), 'the first contender');
	running.interrupt();
	const { code } = await running.ended;
	assert.equal(code, 130);
	assert.equal(existsSync(join(out, 'calibration.json')), false);
	assert.deepEqual(await survivors(running.mark, 5000), []);
});

test('calibrate --verdicts compares a server with itself and with slower ones, and keeps what was measured before', async () => {
	const out = temporaryFolder('verdicts');
	let said = await prove(out);
	// Other programs may have had the CPUs, of which a proof says so and is none.
	for (let attempt = 1; said.code === 4 && attempt < 3; attempt++) said = await prove(out);
	assert.equal(said.code, 0, said.err);
	const proof = JSON.parse(said.out) as VerdictProof;
	assert.ok(proof.blocks >= 3 && proof.trials === 4 * proof.blocks);
	assert.deepEqual(
		proof.rows.map(({ measure }) => measure),
		['p50Us', 'cpuUsPerCall'],
	);
	for (const { different, slowdowns, perRepeat } of proof.rows) {
		positive(perRepeat, 'spread');
		assert.ok(different.ranForReal >= 1 && different.count <= different.of);
		assert.deepEqual([different.of, ...slowdowns.map(({ found }) => found.of)], [100, 100, 100]);
		assert.deepEqual(
			slowdowns.map(({ percent }) => percent),
			[5, 10],
		);
	}
	// Whatever the noise, a server that works more is dearer, by about what was told.
	const [, cpu] = proof.rows;
	const ratios = cpu?.slowdowns.map(({ measured }) => measured.value) ?? [];
	assert.ok((ratios[1] ?? 0) > 1.03 && (ratios[1] ?? 2) < 1.2, String(ratios));
	const kept = JSON.parse(readFileSync(join(out, 'calibration.json'), 'utf8'));
	assert.deepEqual(kept, { schema: 1, verdicts: proof });
	const run = await bench([...oneTrial, '--out', out]);
	const record = JSON.parse(readFileSync(join(out, 'latest', 'run.json'), 'utf8')) as RunRecord;
	assert.deepEqual(record.verdictProof, proof);
	assert.match(run.out, /Verdicts proved/);
});

function prove(out: string) {
	return bench(['calibrate', '--verdicts', '--profile', 'smoke', '--json', '--seed', '3', '--out', out], {
		withinMs: 240_000,
	});
}

test('an interrupted proof of the verdicts leaves the calibration before, and no process', {
	skip: linuxOnly,
}, async () => {
	const out = temporaryFolder('verdicts');
	mkdirSync(out, { recursive: true });
	const path = join(out, 'calibration.json');
	writeFileSync(path, '{"schema":1,"verdicts":"of before"}');
	await using running = startBench(['calibrate', '--verdicts', '--profile', 'smoke', '--out', out]);
	await running.until(() => running.said.err.includes('block 1'), 'the first block');
	running.interrupt();
	const { code } = await running.ended;
	assert.equal(code, 130);
	assert.equal(readFileSync(path, 'utf8'), '{"schema":1,"verdicts":"of before"}');
	assert.deepEqual(await survivors(running.mark, 5000), []);
});
