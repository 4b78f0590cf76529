import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { cellsOf } from './columns.ts';
import { fixture, hostile } from './fixture.ts';
import { plainTrialLine, summary, terminalOptions } from './terminal.ts';

test('no line is wider than the terminal, nor than 100 columns', () => {
	for (const columns of [20, 40, 80, 100, 300]) {
		for (const colour of [false, true]) {
			const text = summary(fixture, { columns, colour, paths: ['results/runs/20260131T120500Z-standard/report.html'] });
			for (const line of stripVTControlCharacters(text).split('\n')) {
				assert.ok(cellsOf(line) <= Math.min(100, columns), `${cellsOf(line)} columns: ${line}`);
			}
		}
	}
});

test('verdicts come before figures, paths come last', () => {
	const text = summary(fixture, { columns: 100, colour: false, paths: ['out/report.html'] });
	const places = [
		'✓ confirmed',
		'✗ refuted',
		'◐ depends',
		'? inconclusive',
		'stateful-no-stream',
		'Trials that did not complete',
		'report  out/report.html',
	].map((part) => text.indexOf(part));
	assert.ok(places.every((place) => place >= 0));
	assert.deepEqual(
		places,
		[...places].sort((a, b) => a - b),
	);
});

test('claims and scenarios have the ids that the documentation calls them by', () => {
	const text = summary(fixture, { columns: 100, colour: false });
	for (const { id } of [...fixture.run.findings, ...fixture.sections]) assert.ok(text.includes(`(${id})`), id);
});

test('without colour there is no code at all; what a target wrote never brings one', () => {
	const plain = summary(fixture, { columns: 100, colour: false });
	const coloured = summary(fixture, { columns: 100, colour: true });
	assert.ok(!plain.includes('\u001b') && !plain.includes('\u202e'));
	assert.ok(coloured.includes('\u001b[32m✓ confirmed'));
	assert.ok(!coloured.includes('\u001b[31mred'));
	assert.equal(stripVTControlCharacters(coloured), plain);
});

test('a finished trial is one line', () => {
	const line = (id: string) => {
		const trial = fixture.run.trials.find((each) => each.id === id);
		assert.ok(trial);
		return plainTrialLine([trial], 3, 48).replaceAll('\u202f', ' ');
	};
	assert.equal(
		line('restart.sse.r1'),
		'[ 3/48] restart · sse · repeat 1 · completed in 9.8 s · 7 912 ok, 1 204 failed, 10 unknown',
	);
	assert.match(line('idle-clients.sse.r1'), /· 1\.00 fd, 15\.8 KB PSS per client$/);
	assert.match(line('restart.sse.r3'), /· aborted after 2\.1 s: the target died: SIGSEGV$/);
	const failed = line('restart.modern.r2');
	assert.ok(!failed.includes(hostile) && !failed.includes('\u001b') && !failed.includes('\n'));
});

test('a terminal has its own width; elsewhere COLUMNS says it, and 100 where it says nothing of use', (context) => {
	const before = process.env.COLUMNS;
	context.after(() => {
		if (before === undefined) delete process.env.COLUMNS;
		else process.env.COLUMNS = before;
	});
	const widthWith = (word: string, columns?: number) => {
		process.env.COLUMNS = word;
		return terminalOptions(Object.assign(new PassThrough(), { columns }) as unknown as NodeJS.WriteStream).columns;
	};
	assert.deepEqual(
		['72', '300', '', '0', '-5', '7.5', 'wide'].map((word) => widthWith(word)),
		[72, 100, 100, 100, 100, 100, 100],
	);
	assert.equal(widthWith('72', 90), 90);
});
