import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeProc, statLine } from './fixtures/fake-proc.ts';
import { Proc } from './proc.ts';
import { processGauges } from './process.ts';

const linuxOnly = process.platform === 'linux' ? false : 'no /proc';

const smapsRollup = `564fa7423000-7ffd348d6000 ---p 00000000 00:00 0                          [rollup]
Rss:              107312 kB
Pss:               88691 kB
Pss_Dirty:         60368 kB
Shared_Clean:      20000 kB
Private_Clean:      1000 kB
Private_Dirty:     60368 kB
Swap:                  0 kB
`;

test('the figures of a process are read from its files', (t) => {
	const root = fakeProc(
		t,
		{
			'42/stat': statLine({ utime: 10, stime: 5, threads: 2 }),
			'42/statm': '1000 500 100 1 0 200 0\n',
			'42/smaps_rollup': smapsRollup,
			'42/task/42/schedstat': '200000000 355416 46\n',
			'42/task/43/schedstat': '50000000 1 2\n',
			'42/task/42/status': 'Name:\tx\nvoluntary_ctxt_switches:\t38\nnonvoluntary_ctxt_switches:\t9\n',
			'42/task/43/status': 'Name:\tx\nvoluntary_ctxt_switches:\t2\nnonvoluntary_ctxt_switches:\t1\n',
		},
		{
			'42/fd/0': '/dev/null',
			'42/fd/1': 'pipe:[10]',
			'42/fd/2': 'pipe:[11]',
			'42/fd/3': 'anon_inode:[eventpoll]',
			'42/fd/4': 'socket:[12]',
			'42/fd/5': '/tmp/gone (deleted)',
			'42/fd/6': 'socket:[13]',
			'42/fd/7': 'socket:[14]',
		},
	);
	assert.deepEqual(processGauges(42, new Proc(root)), {
		rssKb: 107312,
		pssKb: 88691,
		ussKb: 61368,
		fdsSocket: 3,
		fdsPipe: 2,
		fdsFile: 2,
		fdsOther: 1,
		cpuUs: 250_000,
		threads: 2,
		voluntarySwitches: 40,
		involuntarySwitches: 10,
	});
});

test('threads that ended still count, by the ticks of the process', (t) => {
	const files = { '42/stat': statLine({ utime: 300, stime: 50 }), '42/task/42/schedstat': '200000000 1 1\n' };
	assert.equal(processGauges(42, new Proc(fakeProc(t, files)))?.cpuUs, 3_500_000);
});

test('without smaps_rollup there is RSS only', (t) => {
	const files = { '42/stat': statLine({}), '42/statm': '1000 500 100 1 0 200 0\n' };
	assert.deepEqual(processGauges(42, new Proc(fakeProc(t, files))), { rssKb: 2000, cpuUs: 0, threads: 1 });
});

test('a process that is gone, or waits to be collected, has no figures', { skip: linuxOnly }, async (t) => {
	const root = fakeProc(t, { '42/stat': statLine({ state: 'Z' }) });
	assert.equal(processGauges(42, new Proc(root)), undefined);
	assert.equal(processGauges(43, new Proc(root)), undefined);
	const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	assert.ok(processGauges(child.pid ?? 0));
	child.kill('SIGKILL');
	await once(child, 'exit');
	assert.equal(processGauges(child.pid ?? 0), undefined);
});

/** Starts the process that opens what it is asked for. */
async function startHolder(t: TestContext): Promise<ChildProcess> {
	const holder = fork(fileURLToPath(new URL('./fixtures/holder.ts', import.meta.url)));
	t.after(() => holder.kill('SIGKILL'));
	await once(holder, 'message');
	return holder;
}

async function ask(holder: ChildProcess, wish: object): Promise<{ cpuUs: number }> {
	const answer = once(holder, 'message');
	holder.send(wish);
	return ((await answer) as [{ cpuUs: number }])[0];
}

test('a real process that opens K descriptors has exactly K more', { skip: linuxOnly }, async (t) => {
	const holder = await startHolder(t);
	const pid = holder.pid ?? 0;
	// The first of each kind also opens what Node opens once.
	await ask(holder, { sockets: 1, files: 1, pipes: 1 });
	const before = processGauges(pid) ?? {};
	await ask(holder, { sockets: 150, files: 20, pipes: 7 });
	const after = processGauges(pid) ?? {};
	const more = (name: 'fdsSocket' | 'fdsFile' | 'fdsPipe' | 'fdsOther') => (after[name] ?? 0) - (before[name] ?? 0);
	assert.deepEqual([more('fdsSocket'), more('fdsFile'), more('fdsPipe'), more('fdsOther')], [300, 20, 7, 0]);
	assert.ok((after.pssKb ?? 0) > 5_000 && (after.pssKb ?? 0) <= (after.rssKb ?? 0));
	assert.ok((after.ussKb ?? 0) <= (after.pssKb ?? 0));
	assert.ok((after.threads ?? 0) >= 2);
});

test('CPU time agrees with what the process itself says', { skip: linuxOnly }, async (t) => {
	const holder = await startHolder(t);
	const own = await ask(holder, { burnMs: 200 });
	const seenUs = processGauges(holder.pid ?? 0)?.cpuUs ?? 0;
	// It used a little more to send its answer; a thread that runs may lag by a tick.
	assert.ok(own.cpuUs >= 200_000);
	assert.ok(Math.abs(seenUs - own.cpuUs) < 50_000, `${seenUs} µs seen, ${own.cpuUs} µs by its own account`);
});
