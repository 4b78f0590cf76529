import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { mock, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { LiveProgress, plainProgress } from './progress.ts';

const trial = { id: 'restart.sse.r1', scenario: 'restart', target: 'sse', repeat: 1, seed: 1 };
const done = {
	...trial,
	warnings: [],
	state: 'completed',
	startedAt: '',
	durationMs: 9800,
	measures: { callsOk: { value: 7, unit: '' } },
} as const;

test('without a terminal there is one line per finished trial, and nothing else', () => {
	const lines: string[] = [];
	const progress = plainProgress((line) => lines.push(line));
	progress.started(trial, 3, 48);
	progress.phase(trial, 'warm', () => ({ open: 1, callsOk: 0, callsNotOk: 0, perS: 0 }));
	progress.finished([done]);
	progress.close();
	assert.equal(lines.length, 1);
	assert.match(lines[0] ?? '', /3\/48.*restart.*sse.*completed in 9\.8/);
});

test('on a terminal the running trial is shown with its phase, sessions, rate and time left, within 80 columns', () => {
	mock.timers.enable({ apis: ['setInterval'] });
	const stream = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
	let written = '';
	stream.on('data', (chunk) => {
		written += String(chunk);
	});
	const progress = new LiveProgress(stream as unknown as NodeJS.WriteStream, 480_000);
	progress.started(trial, 1, 48);
	let callsOk = 0;
	progress.phase(trial, 'measure', () => {
		callsOk += 250;
		return { open: 1000, callsOk, callsNotOk: 3, perS: 1000 };
	});
	mock.timers.tick(250);
	progress.finished([done]);
	progress.close();
	mock.timers.reset();
	const text = stripVTControlCharacters(written);
	assert.match(text, /trial 1 of 48: restart · sse · repeat 1/);
	assert.match(text, /measure · 1000 sessions open · 1000 calls\/s · 3 lost · .* left/);
	const live = text.match(/measure · .* left/g) ?? [];
	assert.ok(live.length > 0 && live.every((line) => line.length <= 80));
});

test('of several trials at once it says how many, with their sessions and calls together', () => {
	mock.timers.enable({ apis: ['setInterval'] });
	const stream = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
	let written = '';
	stream.on('data', (chunk) => {
		written += String(chunk);
	});
	const progress = new LiveProgress(stream as unknown as NodeJS.WriteStream, 480_000);
	const second = { ...trial, id: 'restart.stateful.r1', target: 'stateful' };
	progress.started(trial, 4, 48);
	progress.started(second, 5, 48);
	progress.phase(trial, 'measure', () => ({ open: 10, callsOk: 1, callsNotOk: 0, perS: 0 }));
	progress.phase(second, 'warm', () => ({ open: 7, callsOk: 1, callsNotOk: 0, perS: 0 }));
	mock.timers.tick(250);
	progress.close();
	mock.timers.reset();
	const text = stripVTControlCharacters(written);
	assert.match(text, /trial 4 of 48: restart, 2 trials at once/);
	assert.match(text, /measure, warm · 17 sessions open/);
});
