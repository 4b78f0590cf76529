import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../model/fault.ts';
import type { PathFault } from '../model/path-fault.ts';
import type { Instance, PathControl, Victim } from './fault.ts';
import { createFault, faults } from './faults.ts';

interface RecorderOptions {
	readonly instances?: number;
	/** Without a balancer. */
	readonly pathless?: boolean;
	/** The first uses of a power that fail, as `restart 0`. */
	readonly fails?: readonly string[];
}

/** A victim that notes what was done to it; every deed takes a turn of the loop. Processes that run are not started again. */
function recorder({ instances = 1, pathless = false, fails = [] }: RecorderOptions = {}) {
	const log: string[] = [];
	const failing = new Set(fails);
	const deed = async (what: string): Promise<void> => {
		await Promise.resolve();
		if (failing.delete(what)) {
			log.push(`${what} failed`);
			throw new Error(`${what} was refused`);
		}
		log.push(what);
	};
	const instance = (n: number): Instance => {
		let runs = true;
		const stop = async (what: string) => {
			await deed(what);
			runs = false;
		};
		return {
			number: n,
			kill: () => stop(`kill ${n}`),
			drain: (deadlineMs) => stop(`drain ${n} in ${deadlineMs}`),
			restart: async () => {
				if (runs) return;
				await deed(`restart ${n}`);
				runs = true;
			},
			pause: () => deed(`pause ${n}`),
			resume: () => deed(`resume ${n}`),
			limitDescriptors: (spare) => deed(`fds ${n} +${spare}`),
			limitMemory: (spare) => deed(`memory ${n} +${spare}`),
			lift: () => deed(`lift ${n}`),
		};
	};
	const path: PathControl = {
		register: (n, on) => deed(`${on ? 'register' : 'deregister'} ${n}`),
		down: (on) => deed(`down ${on}`),
		halfOpen: (on) => deed(`half-open ${on}`),
		turnTo: (urls) => deed(`turn to ${urls.join()}`),
		inflict: (fault, on) => deed(`${on ? 'inflict' : 'heal'} ${JSON.stringify(fault)}`),
	};
	const all = Array.from({ length: instances }, (_, n) => instance(n));
	const victim: Victim = {
		instances: all,
		...(pathless ? {} : { path }),
		replace: async () => {
			await deed('replace');
			return all.map((_, n) => ({ drain: (deadlineMs) => deed(`drain old ${n} in ${deadlineMs}`) }));
		},
		revoke: (on) => deed(`revoke ${on}`),
		wait: (ms) => deed(`wait ${ms}`),
	};
	return { victim, log };
}

const rolling = {
	kind: 'rolling_restart',
	batch: 2,
	intervalMs: 30,
	stop: 'drain',
	deadlineMs: 9,
	deregister: true,
} as const;

interface FaultCase {
	readonly fault: Fault;
	readonly lastsMs: number;
	/** On two instances behind a balancer. */
	readonly applied: readonly string[];
	readonly healed: readonly string[];
}

const cases: { readonly [K in Fault['kind']]: FaultCase } = {
	crash: {
		fault: { kind: 'crash', restartAfterMs: 1000 },
		lastsMs: 1000,
		applied: ['kill 0', 'kill 1'],
		healed: ['restart 0', 'restart 1'],
	},
	drain: {
		fault: { kind: 'drain', deadlineMs: 300, restartAfterMs: 1000 },
		lastsMs: 1000,
		applied: ['drain 0 in 300', 'drain 1 in 300'],
		healed: ['restart 0', 'restart 1'],
	},
	pause: {
		fault: { kind: 'pause', forMs: 500 },
		lastsMs: 500,
		applied: ['pause 0', 'pause 1'],
		healed: ['resume 0', 'resume 1'],
	},
	rolling_restart: {
		fault: { ...rolling, batch: 1, stop: 'kill' },
		lastsMs: 0,
		applied: [
			...['deregister 0', 'kill 0', 'restart 0', 'register 0'],
			...['wait 30', 'deregister 1', 'kill 1', 'restart 1', 'register 1'],
		],
		healed: ['register 0', 'register 1'],
	},
	blue_green: {
		fault: { kind: 'blue_green', deadlineMs: 40 },
		lastsMs: 0,
		applied: ['replace', 'drain old 0 in 40', 'drain old 1 in 40'],
		healed: [],
	},
	fd_exhaustion: {
		fault: { kind: 'fd_exhaustion', spareFds: 4, forMs: 600 },
		lastsMs: 600,
		applied: ['fds 0 +4', 'fds 1 +4'],
		healed: ['lift 0', 'lift 1'],
	},
	memory_limit: {
		fault: { kind: 'memory_limit', spareMb: 16, forMs: 700 },
		lastsMs: 700,
		applied: ['memory 0 +16', 'memory 1 +16'],
		healed: ['lift 0', 'lift 1'],
	},
	down: { fault: { kind: 'down', forMs: 800 }, lastsMs: 800, applied: ['down true'], healed: ['down false'] },
	half_open: {
		fault: { kind: 'half_open', forMs: 900 },
		lastsMs: 900,
		applied: ['half-open true'],
		healed: ['half-open false'],
	},
	revoke: {
		fault: { kind: 'revoke', forMs: 900 },
		lastsMs: 900,
		applied: ['revoke true'],
		healed: ['revoke false'],
	},
	latency: inflictedCase({ kind: 'latency', latencyMs: 50, jitterMs: 5 }),
	bandwidth: inflictedCase({ kind: 'bandwidth', rateKbPerS: 10 }),
	slow_close: inflictedCase({ kind: 'slow_close', delayMs: 70 }),
	timeout: inflictedCase({ kind: 'timeout', timeoutMs: 0 }),
	reset_peer: inflictedCase({ kind: 'reset_peer', timeoutMs: 0 }),
	slicer: inflictedCase({ kind: 'slicer', averageBytes: 10 }),
	limit_data: inflictedCase({ kind: 'limit_data', bytes: 99 }),
	idle_timeout: inflictedCase({ kind: 'idle_timeout', idleMs: 60, end: 'rst' }),
	max_duration: inflictedCase({ kind: 'max_duration', maxMs: 80, end: 'clean' }),
	first_byte_timeout: inflictedCase({ kind: 'first_byte_timeout', firstByteMs: 30, status: 524 }),
	buffering: inflictedCase({ kind: 'buffering', mode: 'full' }),
	cut_event: inflictedCase({ kind: 'cut_event', afterEvents: 3, end: 'fin' }),
	strip_headers: inflictedCase({ kind: 'strip_headers', names: ['x-a'] }),
};

/** The proxy is told of the fault, and of its end, and not of the time between. */
function inflictedCase(fault: PathFault): FaultCase {
	const told = JSON.stringify(fault);
	return { fault: { ...fault, forMs: 400 }, lastsMs: 400, applied: [`inflict ${told}`], healed: [`heal ${told}`] };
}

test('every kind of fault has its entry', () => {
	assert.deepEqual(Object.keys(faults), Object.keys(cases));
});

for (const [kind, { fault, lastsMs, applied, healed }] of Object.entries(cases)) {
	describe(kind, () => {
		test('does what it says, and heals once, however often and at the same time it is asked to', async () => {
			const { victim, log } = recorder({ instances: 2 });
			const active = createFault(fault, victim);
			assert.equal(active.lastsMs, lastsMs);
			await active.apply();
			assert.deepEqual(log, applied);
			await Promise.all([active.heal(), active.heal()]);
			await active.heal();
			assert.deepEqual(log, [...applied, ...healed]);
		});

		test('healing what was never applied does nothing', async () => {
			const { victim, log } = recorder({ instances: 2 });
			await createFault(fault, victim).heal();
			assert.deepEqual(log, []);
		});

		test('healing while it is being applied waits for it', async () => {
			const { victim, log } = recorder({ instances: 2 });
			const active = createFault(fault, victim);
			const applying = active.apply();
			await active.heal();
			await applying;
			assert.deepEqual(log, [...applied, ...healed]);
		});

		test('what was applied by half is healed', async () => {
			const refused = applied.at(-1) ?? '';
			const { victim, log } = recorder({ instances: 2, fails: [refused] });
			const active = createFault(fault, victim);
			await assert.rejects(active.apply(), { message: `${refused} was refused` });
			log.length = 0;
			await active.heal();
			for (const step of healed) {
				// Only what was stopped is started again.
				if (step === 'restart 1') assert.ok(!log.includes(step));
				else assert.ok(log.includes(step), `${step} in ${log}`);
			}
		});
	});
}

test('a healing that failed says so and can be tried again', async () => {
	const { victim, log } = recorder({ fails: ['restart 0'] });
	const fault = createFault(cases.crash.fault, victim);
	await fault.apply();
	await assert.rejects(fault.heal(), /restart 0 was refused/);
	await fault.heal();
	assert.deepEqual(log, ['kill 0', 'restart 0 failed', 'restart 0']);
});

test('a step that fails on one instance is waited for on the others', async () => {
	const { victim, log } = recorder({ instances: 3, fails: ['kill 0'] });
	await assert.rejects(createFault(cases.crash.fault, victim).apply(), /kill 0 was refused/);
	assert.deepEqual(log, ['kill 0 failed', 'kill 1', 'kill 2']);
});

test('a roll goes batch by batch, and waits in between only', async () => {
	const { victim, log } = recorder({ instances: 3 });
	await createFault(rolling, victim).apply();
	const steps = (n: number) => [`deregister ${n}`, `drain ${n} in 9`, `restart ${n}`, `register ${n}`];
	assert.deepEqual(log.slice(0, 8).sort(), [...steps(0), ...steps(1)].sort());
	assert.deepEqual(log.slice(8), ['wait 30', ...steps(2)]);
});

test('a roll that does not deregister, or has no balancer, tells it nothing', async () => {
	const untold = ['drain 0 in 9', 'restart 0'];
	const deaf = recorder();
	await createFault({ ...rolling, deregister: false }, deaf.victim).apply();
	assert.deepEqual(deaf.log, untold);
	const pathless = recorder({ pathless: true });
	await createFault(rolling, pathless.victim).apply();
	assert.deepEqual(pathless.log, untold);
});

test('a roll that fails half-way brings back what it took', async () => {
	const { victim, log } = recorder({ instances: 3, fails: ['restart 1'] });
	const fault = createFault({ ...rolling, batch: 1 }, victim);
	await assert.rejects(fault.apply(), /restart 1 was refused/);
	assert.ok(!log.includes('drain 2 in 9'), 'the roll ends where it fails');
	log.length = 0;
	await fault.heal();
	assert.deepEqual(log.sort(), ['register 0', 'register 1', 'register 2', 'restart 1']);
});

test('faults of the path say what they need', async () => {
	for (const kind of ['down', 'half_open', 'blue_green'] as const) {
		const { victim, log } = recorder({ pathless: true });
		const fault = createFault(cases[kind].fault, victim);
		await assert.rejects(fault.apply(), new RegExp(`${kind} acts on the embedded proxy: give .* a path`));
		await fault.heal();
		assert.deepEqual(log, []);
	}
});

test('a crash may strike one process of several, and names what there is where there is no such one', async () => {
	const { victim, log } = recorder({ instances: 3 });
	const fault = createFault({ kind: 'crash', restartAfterMs: 10, instance: 1 }, victim);
	await fault.apply();
	await fault.heal();
	assert.deepEqual(log, ['kill 1', 'restart 1']);
	assert.throws(
		() => createFault({ kind: 'crash', restartAfterMs: 10, instance: 3 }, victim),
		/names instance 3, and this target has 0 to 2/,
	);
});
