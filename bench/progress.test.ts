import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { mock, test } from 'node:test';
import { Screen } from '../test/support/screen.ts';
import { canBeDrawnOn, LiveProgress, plainProgress } from './progress.ts';

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
	progress.fault(trial, { kind: 'pause', forMs: 1 }, 'applied');
	progress.finished([done]);
	progress.close();
	assert.equal(lines.length, 1);
	assert.match(lines[0] ?? '', /3\/48.*restart.*sse.*completed in 9\.8/);
});

/** A terminal that a run is shown on, on a clock of its own. */
function watched({ columns = 80, signal }: { readonly columns?: number; readonly signal?: AbortSignal } = {}) {
	mock.timers.enable({ apis: ['setInterval'] });
	const stream = Object.assign(new PassThrough(), { columns, rows: 24, isTTY: true });
	const screen = new Screen(columns, 24);
	stream.on('data', (chunk: Buffer) => screen.write(String(chunk).replaceAll('\n', '\r\n')));
	let nowMs = 0;
	const options = { nowMs: () => nowMs, ...(signal && { signal }) };
	const progress = new LiveProgress(stream as unknown as NodeJS.WriteStream, 480_000, options);
	return {
		screen,
		progress,
		pass(ms: number) {
			for (let left = ms; left > 0; left -= 250) {
				nowMs += 250;
				mock.timers.tick(250);
			}
		},
		resize(to: number) {
			stream.columns = to;
			screen.resize(to);
			stream.emit('resize');
		},
		/** What is on the screen, with plain blanks. */
		seen: () => screen.lines.map((line) => line.replaceAll('\u202f', ' ')),
		[Symbol.dispose]() {
			progress.close();
			mock.timers.reset();
		},
	};
}

const crash = { kind: 'crash', restartAfterMs: 1000 } as const;
const busy = () => ({ open: 1000, callsOk: 7, callsNotOk: 3, perS: 250 });
const heads = (lines: readonly string[]) => lines.filter((line) => line.startsWith('trial '));

test('on a terminal a run is shown in place: its trial, timeline and faults; finished trials stand above', () => {
	using terminal = watched();
	const { progress, pass, seen, screen } = terminal;
	progress.started(trial, 1, 48);
	progress.phase(trial, 'measure', busy);
	pass(2000);
	progress.fault(trial, crash, 'applied');
	pass(2000);
	assert.equal(seen()[0], 'trial 1 of 48: restart · sse · repeat 1');
	assert.match(seen()[1] ?? '', /^measure · 1000 sessions open · 250 calls\/s · 3 lost · 7 min 56 s left$/);
	assert.match(seen()[2] ?? '', /^calls\/s {3}.█{8} +peak 250$/);
	assert.match(seen()[4] ?? '', /^last 5 s {2}────×━━━━$/);
	assert.equal(seen()[5], '× killed 2.0 s ago');
	progress.fault(trial, crash, 'healed');
	pass(500);
	assert.equal(seen()[5], '✓ killed 2.5 s ago, healed 0.5 s ago');
	progress.finished([done]);
	assert.deepEqual(heads(seen()), []);
	const next = { ...trial, id: 'restart.sse.r2', repeat: 2 };
	progress.started(next, 2, 48);
	pass(500);
	const [finished, broken, head, state, , , time, ...rest] = seen();
	assert.match(finished ?? '', /^\[ 1\/48\] restart · sse · repeat 1 · completed in 9\.8 s/);
	assert.match(broken ?? '', /^ {2}\S/, 'a long line goes on below itself');
	assert.equal(head, 'trial 2 of 48: restart · sse · repeat 2');
	assert.match(state ?? '', /^start · 0 sessions open/);
	assert.match(time ?? '', /^last \d s {2}─+$/, 'another trial has another timeline');
	assert.equal(rest.join(''), '', 'and none of its faults');
	progress.close();
	assert.deepEqual(heads(seen()), []);
	assert.equal(screen.broken, 0);
});

test('of several trials at once it says how many, with their sessions and calls together', () => {
	using terminal = watched();
	const { progress, pass, seen } = terminal;
	const second = { ...trial, id: 'restart.stateful.r1', target: 'stateful' };
	progress.started(trial, 4, 48);
	progress.started(second, 5, 48);
	progress.phase(trial, 'measure', () => ({ open: 10, callsOk: 1, callsNotOk: 0, perS: 30 }));
	progress.phase(second, 'warm', () => ({ open: 7, callsOk: 1, callsNotOk: 2, perS: 5 }));
	progress.fault(second, crash, 'applied');
	pass(1000);
	assert.equal(seen()[0], 'trial 4 of 48: restart, 2 trials at once');
	assert.match(seen()[1] ?? '', /^measure, warm · 17 sessions open · 35 calls\/s · 2 lost · /);
	assert.equal(seen()[5], '× killed 1.0 s ago (restart · stateful)');
	progress.finished([{ ...done, ...second }]);
	pass(250);
	assert.deepEqual(heads(seen()), ['trial 4 of 48: restart · sse · repeat 1']);
	assert.ok(!seen().join(' ').includes('killed'), 'faults go with their trial');
});

test('the rate beside the peak is as smooth as it, and never above', () => {
	using terminal = watched();
	const { progress, pass, seen } = terminal;
	progress.started(trial, 1, 48);
	let looks = 0;
	progress.phase(trial, 'measure', () => ({ open: 1, callsOk: 1, callsNotOk: 0, perS: ++looks % 2 === 0 ? 48 : 28 }));
	pass(3000);
	for (let n = 0; n < 6; n++) {
		pass(250);
		const rate = Number(/ (\d+) calls\/s/.exec(seen()[1] ?? '')?.[1]);
		const peak = Number(/peak (\d+)/.exec(seen()[2] ?? '')?.[1]);
		assert.ok(rate >= 28 && rate <= peak, `${rate} beside ${peak}`);
	}
});

test('cases that are one performance are in its phase together, and their clients are counted once', () => {
	using terminal = watched();
	const { progress, pass, seen } = terminal;
	const cases = ['a', 'b', 'c'].map((id) => ({ ...trial, id: `restart.${id}.sse.r1`, case: id, history: 'h' }));
	for (const [nth, each] of cases.entries()) progress.started(each, nth + 1, 48);
	progress.phase(cases[0] ?? trial, 'measure', busy);
	pass(500);
	assert.match(seen()[1] ?? '', /^measure · 1000 sessions open · 250 calls\/s/);
});

test('a terminal that becomes narrower and wider again shows it once, each time as it fits', () => {
	using terminal = watched();
	const { progress, pass, seen, resize, screen } = terminal;
	progress.started(trial, 1, 48);
	progress.finished([{ ...done, id: 'other' }]);
	progress.phase(trial, 'measure', busy);
	progress.fault(trial, crash, 'applied');
	pass(1000);
	for (const columns of [40, 33, 20, 60, 80, 25, 120]) {
		resize(columns);
		pass(1000);
		assert.equal(heads(seen()).length, 1, `${columns}: ${screen.lines.join('\n')}`);
		assert.equal(seen().filter((line) => line.startsWith('× killed')).length, 1);
		assert.equal(seen().filter((line) => line.startsWith('calls/s')).length, columns > 31 ? 1 : 0);
	}
	assert.match(screen.everything[0] ?? '', /^\[0\/0\] restart/, 'what stood above still does');
	assert.equal(screen.broken, 0, 'nothing was written that did not fit');
});

test('asked to end it makes room for the answer, and says that it is ending', () => {
	const stop = new AbortController();
	using terminal = watched({ signal: stop.signal });
	const { progress, pass, seen, screen } = terminal;
	progress.started(trial, 1, 48);
	progress.phase(trial, 'measure', busy);
	pass(500);
	stop.abort();
	screen.write('\r\nInterrupted.\r\n');
	pass(500);
	assert.deepEqual(seen().slice(0, 4), ['', 'Interrupted.', 'trial 1 of 48: restart · sse · repeat 1', seen()[3]]);
	assert.match(seen()[3] ?? '', /^ending · 1000 sessions open/);
	assert.equal(heads(seen()).length, 1);
});

test('lines are drawn in place on a terminal that can do it, and nowhere else', () => {
	assert.equal(canBeDrawnOn({ isTTY: true }, 'xterm-256color'), true);
	assert.equal(canBeDrawnOn({ isTTY: true }, undefined), true);
	assert.equal(canBeDrawnOn({ isTTY: true }, 'dumb'), false);
	assert.equal(canBeDrawnOn({ isTTY: false }, 'xterm'), false);
});
