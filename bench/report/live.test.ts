import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { cellsOf } from './columns.ts';
import { faultWord } from './fault-words.ts';
import { type LiveView, liveLines, type RunningTrial, timelineColumns } from './live.ts';
import { Timeline } from './timeline.ts';

function trial(target: string, inCase?: string): RunningTrial {
	const id = `restart.${target}.r1`;
	const plan = { id, scenario: 'restart', ...(inCase !== undefined && { case: inCase }), target, repeat: 1, seed: 1 };
	return { plan, n: 4, of: 48, phase: 'measure' };
}

/** A hundred clients that call once a second each, a crash at 4 s that is healed at 6 s, seen at 8 s. */
function view(more: Partial<LiveView> = {}): LiveView {
	const timeline = new Timeline();
	for (let ms = 0; ms <= 8000; ms += 250) {
		if (ms === 4000) timeline.strike(ms);
		if (ms === 6000) timeline.heal(ms);
		const isDown = ms >= 4000 && ms < 6000;
		timeline.look(ms, isDown ? { perS: 0, open: 0 } : { perS: 100, open: 100 });
	}
	return {
		...{ columns: 80, colour: false, nowMs: 8000, running: [trial('sse', 'crash-refused')] },
		...{ open: 100, perS: 99.6, callsNotOk: 0, leftMs: 432_000, isEnding: false },
		timeline: timeline.last(timelineColumns(80)),
		columnMs: timeline.columnMs,
		faults: [{ trial: 'restart.sse.r1', word: 'killed', struckMs: 4000, healedMs: 6000 }],
		...more,
	};
}

const plain = (lines: readonly string[]) => lines.map((line) => line.replaceAll('\u202f', ' ').trimEnd());

test('one trial: what, its phase and figures, what is left, the timeline, the fault', () => {
	assert.deepEqual(plain(liveLines(view())), [
		'trial 4 of 48: restart · crash-refused · sse · repeat 1',
		'measure · 100 sessions open · 100 calls/s · 7 min 12 s left',
		`calls/s   ████████▁▁▁▁█████${' '.repeat(39)} peak 100`,
		`sessions  ████████▁▁▁▁█████${' '.repeat(39)} peak 100`,
		'last 9 s  ────────×━━━✓────',
		'✓ killed 4.0 s ago, healed 2.0 s ago',
	]);
});

test('a fault that acts is told of with its age; calls that are lost, too', () => {
	const faults = [{ trial: 'restart.sse.r1', word: 'killed', struckMs: 5900 }];
	const lines = plain(liveLines(view({ faults, callsNotOk: 1204 })));
	assert.equal(lines[1], 'measure · 100 sessions open · 100 calls/s · 1 204 lost · 7 min 12 s left');
	assert.equal(lines.at(-1), '× killed 2.1 s ago');
});

test('several at once are a sum with their number; their faults say whose they are, the newest first', () => {
	const running = [trial('sse'), { ...trial('stateless'), n: 5, phase: 'warm' as const }];
	const faults = [1, 2, 3, 4, 5].map((n) => ({
		trial: n === 5 ? 'restart.stateless.r1' : 'restart.sse.r1',
		word: `process ${n} killed`,
		struckMs: n * 1000,
	}));
	const lines = plain(liveLines(view({ running, faults })));
	assert.equal(lines[0], 'trial 4 of 48: restart, 2 trials at once');
	assert.match(lines[1] ?? '', /^measure, warm · 100 sessions open/);
	assert.deepEqual(lines.slice(-4), [
		'× process 5 killed 3.0 s ago (restart · stateless)',
		'× process 4 killed 4.0 s ago (restart · sse)',
		'× process 3 killed 5.0 s ago (restart · sse)',
		'… and 2 faults before',
	]);
});

test('it fits any terminal, with names that are long, wide or hostile', () => {
	const names = ['sse', 'x'.repeat(200), '数据服务器'.repeat(20), '👩‍👩‍👧‍👦'.repeat(30), '\u001b[2J\u202eevil\nname'];
	for (const columns of [1, 5, 20, 39, 40, 79, 80, 81, 200]) {
		for (const name of names) {
			for (const colour of [false, true]) {
				const running = [trial(name, name), trial('sse')].slice(0, columns % 2 === 0 ? 1 : 2);
				const lines = liveLines(view({ columns, running, colour, callsNotOk: 10_000_000 }));
				for (const line of lines) {
					const text = stripVTControlCharacters(line);
					assert.ok(cellsOf(text) <= columns, `${cellsOf(text)} of ${columns}: ${text}`);
					assert.doesNotMatch(text, /\p{Cc}|\u202e/u);
					assert.ok(colour || text === line);
				}
			}
		}
	}
});

test('at 40 columns all of it is still there; what is too narrow for a timeline has none', () => {
	const lines = plain(liveLines(view({ columns: 40 })));
	assert.equal(lines[1], '100 open · 100/s · 7 min 12 s left');
	assert.match(lines[2] ?? '', /^calls\/s {3}[▁█]{16} peak 100$/);
	assert.equal(lines[4], 'last 8 s  ───────×━━━✓────');
	assert.equal(lines.length, 6);
	assert.equal(timelineColumns(25), 0);
	assert.equal(liveLines(view({ columns: 25 })).length, 3);
});

test('a run that was asked to end says so; one that takes longer than estimated, too', () => {
	assert.equal(plain(liveLines(view({ isEnding: true })))[1], 'ending · 100 sessions open · 100 calls/s');
	assert.match(plain(liveLines(view({ leftMs: 0 })))[1] ?? '', / · longer than estimated$/);
	assert.deepEqual(liveLines(view({ running: [] })), []);
});

test('faults are told of in words', () => {
	assert.equal(faultWord({ kind: 'crash', restartAfterMs: 1 }), 'killed');
	assert.equal(faultWord({ kind: 'crash', restartAfterMs: 1, instance: 2 }), 'process 2 killed');
	assert.equal(faultWord({ kind: 'latency', latencyMs: 50, forMs: 1000 }), 'latency on the path since');
});
