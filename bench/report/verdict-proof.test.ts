import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf } from './columns.ts';
import { fixture } from './fixture.ts';
import { proofOfVerdicts } from './fixture-calibration.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import { proofSummary } from './proof-summary.ts';
import { summary } from './terminal.ts';
import { proofOf, proofSentences } from './verdict-proof.ts';

const proof = proofOfVerdicts(fixture.run.environment);
const proved = { ...fixture, run: { ...fixture.run, verdictProof: proof } };
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('every report says how often verdicts are right, and how many comparisons ran for real', async () => {
	const outputs = [
		markdownReport(proved),
		await htmlReport(proved),
		summary(proved, { columns: 100, colour: false }),
		proofSummary(proof, { columns: 80, colour: false, paths: ['x/calibration.json'] }),
	].map(plain);
	for (const output of outputs) {
		assert.match(
			output,
			/Of 100 comparisons of a server with itself 3 \(.*\) and 2 \(.*\) called it different; at most 5 /,
		);
		assert.match(
			output,
			/a slowdown of 5 % was found in 41 \(.*\) and 97 .* one of 10 % was found in 88 .* and 100 .*; 95 are wanted/,
		);
		assert.match(
			output,
			/Of each 100 comparisons 5 ran for real; .* without replacement, from the 60 trials of 15 blocks/,
		);
	}
	for (const line of proofSummary(proof, { columns: 80, colour: false }).split('\n'))
		assert.ok(cellsOf(line) <= 80, line);
});

test('what is not found often enough is said plainly, with what is, and nothing is said of what is', () => {
	const said = plain(proofSentences(proof).slice(2).join(' '));
	assert.match(
		said,
		/a slowdown of 5 % and 10 % is not found often enough: .* is 12\.7 %; 5 % would take about 19 repeats\./,
	);
	assert.match(said, /Of 5 %, 7 were called equal\./);
	assert.doesNotMatch(said, /CPU/);
	const tooMany = proof.rows.map((row) => ({ ...row, different: { ...row.different, count: 6 } }));
	assert.match(
		proofSentences({ ...proof, rows: tooMany }).join(' '),
		/more than is allowed for .*: its verdicts call too much different/,
	);
});

test('the repeats that a slowdown would take are told with the size that was measured of it', () => {
	const said = (more: Partial<(typeof proof.rows)[number]>) => {
		const rows = proof.rows.map((row) => {
			const { repeatsNeeded: _, ...bare } = row;
			return row.measure === 'p50Us' ? { ...bare, ...more } : row;
		});
		return plain(proofSentences({ ...proof, rows }).join(' '));
	};
	assert.match(
		said({ repeatsNeeded: 23, repeatsNeededForPercent: 4.618 }),
		/; what was measured of 5 %, 4\.62 %, would take about 23 repeats\./,
	);
	assert.match(
		said({ repeatsNeededForPercent: 3.1 }),
		/; what was measured of 5 %, 3\.10 %, is found often enough with no number of repeats up to 64\./,
	);
});

test('a proof of which too little ran for real says that it proves little', () => {
	const rows = proof.rows.map((row) => ({ ...row, different: { ...row.different, ranForReal: 1 } }));
	assert.match(proofSentences({ ...proof, rows }).join(' '), /proves little: the profiles standard and full have more/);
	assert.doesNotMatch(proofSentences(proof).join(' '), /proves little/);
});

test('a machine without a proof, and one of another machine, are shown as what they are', () => {
	const { verdictProof: _, ...without } = proved.run;
	assert.match(proofOf(without).join(' '), /was not measured; “calibrate --verdicts”/);
	const other = { ...proof, machine: { ...proof.machine, cpus: 64 } };
	assert.match(proofOf({ ...proved.run, verdictProof: other })[0] ?? '', /does not hold for this run \(cpus 64, now /);
});
