import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gateOf, parseGate } from './gate.ts';

describe('a gate is read', () => {
	const read: readonly [text: string, expected: object][] = [
		[
			'steady-calls.p99Us > 1.10x',
			{ scenario: 'steady-calls', measure: 'p99Us', fails: 'above', limit: { is: 'relative', value: 1.1 } },
		],
		['steady-calls.p99Us>50ms', { measure: 'p99Us', limit: { is: 'absolute', value: 50_000 } }],
		[
			'restart.crash-502.callsFailed@stateless > 0',
			{ case: 'crash-502', target: 'stateless', limit: { is: 'absolute', value: 0 } },
		],
		[
			'restart.recovery99Ms@sse/full-jitter > 2s',
			{ target: 'sse/full-jitter', limit: { is: 'absolute', value: 2000 } },
		],
		[
			'idle-clients.pssKbPerClient@stateful?reply=sse > 1MB',
			{ target: 'stateful?reply=sse', limit: { is: 'absolute', value: 1024 } },
		],
		['capacity.capacityPerS < 500/s', { fails: 'below', limit: { is: 'absolute', value: 500 } }],
		['capacity.capacityPerS < 0.9×', { fails: 'below', limit: { is: 'relative', value: 0.9 } }],
		['restart.recovery99Ms > 2min', { limit: { is: 'absolute', value: 120_000 } }],
		['restart.recovery99Ms > 2m', { limit: { is: 'absolute', value: 120_000 } }],
		['restart.recovery99Ms > 0.5h', { limit: { is: 'absolute', value: 1_800_000 } }],
		['steady-calls.p99Us > 50µs', { limit: { is: 'absolute', value: 50 } }],
		['steady-calls.p99Us > 50μs', { limit: { is: 'absolute', value: 50 } }],
		['steady-calls.callsOkShare < 99.9%', { limit: { is: 'absolute', value: 99.9 } }],
		['idle-clients.fdsPerClient > 1.5', { limit: { is: 'absolute', value: 1.5 } }],
	];
	for (const [text, expected] of read) test(text, () => assert.partialDeepStrictEqual(parseGate(text), expected));
});

test('its word is read as the same gate again', () => {
	const gate = parseGate('  restart.crash-502.recovery99Ms@sse  >2s ');
	assert.equal(gate.word, 'restart.crash-502.recovery99Ms@sse > 2s');
	assert.deepEqual(parseGate(gate.word), gate);
	assert.deepEqual(gateOf('restart.crash-502.recovery99Ms', 'sse', '>', '2s'), gate);
	assert.equal(gateOf('steady-calls.callsFailed', undefined, '>', 0).word, 'steady-calls.callsFailed > 0');
});

describe('what is none is refused, with what is allowed', () => {
	const wrong: readonly [text: string, pattern: RegExp][] = [
		['', /It takes scenario\[\.case\]\.measure/],
		['p99Us > 1.10x', /It takes scenario/],
		['steady-calls.p99Us', /It takes scenario/],
		['steady-calls.p99Us >= 1.10x', /is no limit|It takes/],
		['steady-calls..p99Us > 1.10x', /It takes scenario/],
		['steady-calls.p99Us@ > 1.10x', /It takes scenario/],
		['steady-calls.p99 > 1.10x', /no measure "p99"; near are .*p99Us/],
		['steady-calls.constructor > 1', /no measure "constructor"/],
		['steady-calls.p99Us > 50', /"50" is no limit of p99Us: give a ratio such as 1\.10x, or 20us, 20ms, 20s, 20m, 20h/],
		['steady-calls.p99Us > 50days', /"50days" is no limit/],
		['steady-calls.p99Us > 50KB', /"50KB" is no limit/],
		['steady-calls.p99Us > fast', /"fast" is no limit/],
		['steady-calls.p99Us > -5ms', /"-5ms" is no limit/],
		['steady-calls.p99Us > 0x', /above 0/],
		['steady-calls.callsOkShare < 99', /"99" is no limit of callsOkShare: .* 20%/],
		['steady-calls.callsFailed > 1toString', /is no limit/],
	];
	for (const [text, message] of wrong) test(text, () => assert.throws(() => parseGate(text), { message }));
});
