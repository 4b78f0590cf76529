import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Child, describeExit, startChild } from './child.ts';
import { allowedCpus } from './cpus.ts';
import { survivors } from './fixtures/gone.ts';
import { findTool } from './tools.ts';
import { startWorker } from './worker.ts';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const linuxOnly = process.platform === 'linux' ? false : 'reads /proc';
const waitMs = 10_000;

interface WorkerAnswer {
	readonly echo: unknown;
	readonly cpus: string;
	readonly nodeOptions: string | null;
	readonly colour: string | null;
	readonly execArgv: readonly string[];
}

/** One question to the worker fixture. */
function ask(worker: Child, message: object): Promise<WorkerAnswer> {
	return new Promise((resolve) => {
		const stop = worker.onMessage((answer) => {
			stop();
			resolve(answer as WorkerAnswer);
		});
		worker.send(message);
	});
}

/** Starts the stubborn fixture and waits for the line with its pids. */
async function startStubborn(...args: string[]): Promise<{ child: Child; pids: number[] }> {
	const line = Promise.withResolvers<string>();
	const child = startChild({
		role: 'target',
		file: fixture('stubborn.ts'),
		args,
		ipc: false,
		onStdoutLine: line.resolve,
	});
	const said = JSON.parse(await line.promise) as { pid: number; child: number | null };
	return { child, pids: said.child === null ? [said.pid] : [said.pid, said.child] };
}

test('a worker talks over IPC, with typed arrays, flags and environment', { skip: linuxOnly }, async () => {
	process.env.NODE_OPTIONS = '--no-deprecation';
	const worker = startWorker(fixture('worker.ts'), {
		nodeFlags: ['--max-semi-space-size=4'],
		env: { FIXTURE_COLOUR: 'blue' },
	});
	delete process.env.NODE_OPTIONS;
	const answer = await ask(worker, { values: new Float64Array([1, 2.5]) });
	assert.deepEqual(answer.echo, { values: new Float64Array([1, 2.5]) });
	assert.equal(answer.colour, 'blue');
	assert.equal(answer.nodeOptions, null);
	assert.deepEqual(answer.execArgv, ['--max-semi-space-size=4']);
	worker.send({ exitWith: 7 });
	assert.deepEqual(await worker.exited, { code: 7, signal: null });
	assert.equal(describeExit(await worker.exited), 'exit code 7');
	assert.equal(worker.send({ late: true }), false);
});

test('a pinned child keeps its pid and runs where it must', {
	skip: linuxOnly || (findTool('taskset') ? false : 'taskset is missing'),
}, async () => {
	const cpu = allowedCpus().at(-1) ?? 0;
	const worker = startWorker(fixture('worker.ts'), { cpus: [cpu] });
	const { cpus } = await ask(worker, {});
	assert.equal(cpus, String(cpu));
	assert.deepEqual(worker.cpus, [cpu]);
	await worker.kill();
	assert.equal(describeExit(await worker.exited), 'SIGKILL');
});

test('terminate kills what ignores SIGTERM, with its descendants', { skip: linuxOnly }, async () => {
	const { child, pids } = await startStubborn('--child');
	assert.equal(pids.length, 2);
	assert.equal(pids[0], child.pid);
	assert.equal(child.exit(), undefined);
	assert.deepEqual(await child.terminate(100), { code: null, signal: 'SIGKILL' });
	assert.deepEqual(child.exit(), { code: null, signal: 'SIGKILL' });
	assert.deepEqual(await survivors(pids, waitMs), []);
	assert.deepEqual(await child.kill(), { code: null, signal: 'SIGKILL' });
});

test('descendants of a child that leaves go with it', { skip: linuxOnly }, async () => {
	const { child, pids } = await startStubborn('--child', '--leave');
	assert.deepEqual(await child.exited, { code: 0, signal: null });
	assert.deepEqual(await survivors(pids, waitMs), []);
});

test('a stopped child can be killed', { skip: linuxOnly }, async () => {
	const { child } = await startStubborn();
	assert.equal(child.signal('SIGSTOP'), true);
	assert.deepEqual(await child.kill(), { code: null, signal: 'SIGKILL' });
	assert.equal(child.signal('SIGCONT'), false);
});

test('what a child writes is kept, up to a limit', async () => {
	const code = `for (let i = 0; i < 5000; i++) { console.error('line ' + i); console.log('x'.repeat(5000)); }`;
	const child = startChild({ role: 'target', nodeFlags: ['--eval'], file: code, ipc: false });
	await child.closed;
	assert.equal(child.stderrTail().at(-1), 'line 4999');
	assert.equal(child.stderrTail().length, 50);
	assert.ok(child.stdoutTail().every((line) => line.length === 2000));
});

test('a script that does not exist ends with a reason', async () => {
	const child = startChild({ role: 'target', file: fixture('nothing.ts') });
	assert.deepEqual(await child.exited, { code: 1, signal: null });
	await child.closed;
	assert.match(child.stderrTail().join('\n'), /Cannot find module/);
});

test('several listeners hear every message, until they stop', async () => {
	const worker = startWorker(fixture('worker.ts'));
	let heard = 0;
	const stop = worker.onMessage(() => {
		heard += 1;
	});
	await ask(worker, {});
	stop();
	await ask(worker, {});
	assert.equal(heard, 1);
	await worker.terminate(waitMs);
});
