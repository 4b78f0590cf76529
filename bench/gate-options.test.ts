import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { type AskedGates, gateLines, gateWords, judgedGates, tellGates } from './gate-options.ts';
import { parseGate } from './model/gate.ts';
import { variedRun } from './report/fixture-comparison.ts';

const run = variedRun({ id: 'run', seed: 1, spread: 0.02, repeats: 5 });
const asked = (flags: string[], objectives: string[] = []): AskedGates => ({
	...{ flags: flags.map(parseGate), objectives: objectives.map(parseGate) },
	strict: false,
});
const states = (gates: AskedGates) => judgedGates(gates, run).map(({ gate, state }) => `${gate}: ${state}`);

/** The exit code, and the lines on stderr. */
function told(gates: AskedGates, strict = false): { code: number; lines: unknown[] } {
	const error = mock.method(console, 'error', () => {});
	try {
		const code = tellGates(judgedGates(gates, run), strict);
		return { code, lines: error.mock.calls.map(({ arguments: [line] }) => line) };
	} finally {
		error.mock.restore();
	}
}

describe('the limits of a run', () => {
	test('objectives apply where the run asked about them, and are skipped elsewhere', () => {
		const objectives = [
			'steady-calls.p99Us@sse > 1ms',
			'steady-calls.p99Us@sse > 1s',
			'pause.callsFailed > 0',
			'restart.callsFailed@yours > 0',
		];
		assert.deepEqual(states(asked([], objectives)), [
			'steady-calls.p99Us@sse > 1ms: broken',
			'steady-calls.p99Us@sse > 1s: held',
			'pause.callsFailed > 0: skipped',
			'restart.callsFailed@yours > 0: skipped',
		]);
	});

	test('what stands in flags and file is checked once', () => {
		const word = 'steady-calls.p99Us@sse > 1s';
		assert.deepEqual(states(asked([word], [word])), [`${word}: held`]);
	});

	test('broken: 1 and a sentence for each; void: 2; skipped and held: 0', () => {
		const broken = told(asked(['steady-calls.p99Us@sse > 1ms', 'steady-calls.p99Us@stateless > 1ms']));
		assert.equal(broken.code, 1);
		assert.equal(broken.lines.length, 2);
		assert.match(String(broken.lines[0]), /^bench: The gate steady-calls\.p99Us@sse > 1ms is broken by sse: 3\.\d+ \[/);
		assert.equal(told(asked(['steady-calls.recovery99Ms > 1s'])).code, 2);
		assert.equal(told(asked(['steady-calls.recovery99Ms > 1s', 'steady-calls.p99Us@sse > 1ms'])).code, 1);
		assert.deepEqual(told(asked(['steady-calls.p99Us@sse > 1s'], ['pause.callsFailed > 0'])), { code: 0, lines: [] });
	});

	test('open: 0, and 1 when strict', () => {
		// The mean lies within its own interval.
		const p99Us = judgedGates(asked(['steady-calls.p99Us@sse > 1ms']), run)[0]?.b?.value ?? 0;
		const open = asked([`steady-calls.p99Us@sse > ${p99Us.toFixed(1)}us`]);
		assert.deepEqual(told(open), { code: 0, lines: [] });
		assert.equal(told(open, true).code, 1);
		assert.match(gateLines(judgedGates(open, run), false)[0] ?? '', /is open for sse/);
		assert.deepEqual(gateLines(judgedGates(open, run), true), []);
	});

	test('are words of a shell in the command that runs it again', () => {
		const failOn = ['steady-calls.p99Us > 50ms'].map(parseGate);
		assert.deepEqual(gateWords({ failOn, strict: true }), ["--fail-on 'steady-calls.p99Us > 50ms'", '--strict']);
		assert.deepEqual(gateWords({}), []);
	});
});
