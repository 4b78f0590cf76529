import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from './limits.ts';
import { benchTools, type ToolCaller, type ToolResult } from './tools.ts';

/** A caller that remembers what it was told, and lags as long as `lag` says. */
function caller(lag?: Promise<void>): ToolCaller & { steps: number[]; controller: AbortController } {
	const controller = new AbortController();
	const steps: number[] = [];
	return {
		steps,
		controller,
		signal: controller.signal,
		report: (step) => {
			steps.push(step);
			return lag;
		},
		log: () => undefined,
	};
}

function run(name: string, args: unknown, by: ToolCaller = caller()): ToolResult | Promise<ToolResult> {
	const checked = benchTools.find(name)?.check(args);
	assert.ok(checked && 'run' in checked, `${name} refused ${JSON.stringify(args)}`);
	return checked.run(by);
}

function fault(name: string, args: unknown): string {
	const checked = benchTools.find(name)?.check(args);
	assert.ok(checked && 'wrong' in checked, `${name} took ${JSON.stringify(args)}`);
	return checked.wrong;
}

test('echo and payload answer in the same turn', () => {
	assert.equal(run('echo', { text: 'grüß' }), 'grüß');
	assert.equal(run('echo', { text: '' }), '');
	assert.equal(run('payload', { bytes: 0 }), '');
	assert.equal((run('payload', { bytes: 1000 }) as string).length, 1000);
	assert.equal((run('payload', { bytes: limits.payloadBytes }) as string).length, limits.payloadBytes);
});

test('sleep and notify answer later', async () => {
	assert.equal(await run('sleep', { ms: 1 }), 'slept 1 ms');
	const by = caller();
	assert.equal(await run('notify', { count: 1000 }, by), 'sent 1000 notifications');
	assert.deepEqual([by.steps.length, by.steps[0], by.steps.at(-1)], [1000, 1, 1000]);
	assert.equal(run('notify', { count: 0 }), 'sent 0 notifications');
	assert.equal(await run('notify', { count: 2, text: 'a-1' }, by), 'a-1');
});

test('notify waits for a caller that lags', async () => {
	let catchUp = (): void => undefined;
	const by = caller(new Promise((resolve) => (catchUp = resolve)));
	const answer = run('notify', { count: 3 }, by);
	await new Promise((resolve) => setTimeout(resolve, 5));
	assert.deepEqual(by.steps, [1]);
	catchUp();
	await answer;
	assert.deepEqual(by.steps, [1, 2, 3]);
});

test('a cancelled call ends at once', async () => {
	for (const [name, args] of [
		['sleep', { ms: limits.waitMs }],
		['notify', { count: 2, everyMs: limits.waitMs }],
		['notify', { count: limits.notifications }],
	] as const) {
		const by = caller();
		const answer = run(name, args, by);
		by.controller.abort();
		await assert.rejects(async () => answer, { name: 'AbortError' });
	}
});

test('wrong arguments are refused with what was given and what is allowed', () => {
	assert.equal(fault('echo', {}), 'text must be a string, got nothing');
	assert.equal(fault('echo', undefined), 'text must be a string, got nothing');
	assert.equal(fault('echo', []), 'arguments must be an object');
	assert.equal(fault('echo', { text: 5 }), 'text must be a string, got 5');
	assert.equal(fault('sleep', { ms: 600_001 }), 'ms must be a whole number from 0 to 600000, got 600001');
	for (const ms of [-1, 1.5, '1', null, Number.NaN])
		assert.match(fault('sleep', { ms }), /whole number from 0 to 600000/);
	assert.match(fault('payload', { bytes: limits.payloadBytes + 1 }), /from 0 to 16777216/);
	assert.match(fault('notify', { count: 100_001 }), /from 0 to 100000/);
	assert.match(fault('notify', { count: 1, everyMs: 600_001 }), /from 0 to 600000/);
	assert.equal(benchTools.find('nothing'), undefined);
	assert.equal(benchTools.find('toString'), undefined);
	assert.equal(benchTools.find(5), undefined);
});

test('the listing says the same bounds', () => {
	const listing = JSON.parse(benchTools.listing) as {
		name: string;
		inputSchema: { properties: object; required: string[] };
	}[];
	assert.deepEqual(
		listing.map((tool) => tool.name),
		['echo', 'sleep', 'payload', 'notify'],
	);
	const notify = listing[3]?.inputSchema;
	assert.deepEqual(notify?.required, ['count']);
	assert.deepEqual(notify?.properties, {
		count: { type: 'integer', minimum: 0, maximum: 100_000, description: 'how many' },
		everyMs: { type: 'integer', minimum: 0, maximum: 600_000, default: 0, description: 'milliseconds before each' },
		text: { type: 'string', default: '', description: 'the answer, where it is to be another than their count' },
	});
});
