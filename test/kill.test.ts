import assert from 'node:assert/strict';
import { test } from 'node:test';
import pMap from 'p-map';
import { deriveSeed, seededRandom } from '../bench/random.ts';
import { type Killed, type KillPlan, killRound, killSignals } from './support/kill-round.ts';
import { linuxOnly } from './support/processes.ts';

/** More of them find rarer moments: `KILL_ROUNDS=50 node --test test/kill.test.ts`; `KILL_SEED` draws the same moments again. */
const rounds = wholeNumber('KILL_ROUNDS', killSignals.length, 2 * killSignals.length);
const seed = wholeNumber('KILL_SEED', 0, Date.now() % 1_000_000);

/** As long as either half of the run: start, openings and a ladder; calls, a crash on purpose and the restart after it, reports. */
const halfMs = 5500;
/** Loading the program: there is nothing to leave behind yet, but the moment belongs to it. */
const fromMs = 150;

function wholeNumber(variable: string, least: number, otherwise: number): number {
	const given = process.env[variable];
	if (given === undefined) return otherwise;
	if (/^\d+$/.test(given) && Number(given) >= least) return Number(given);
	throw new Error(`${variable} is "${given}"; give a whole number from ${least} up, or leave it out.`);
}

/**
 * For each signal one moment in each part of both halves, so that few rounds still see every stage with every signal. The second
 * half counts from the first finished trial, however long the machine takes for it.
 */
function killPlans(): KillPlan[] {
	const random = seededRandom(deriveSeed(seed, 'kill'));
	const parts = Math.ceil(rounds / killSignals.length);
	return Array.from({ length: rounds }, (_, round) => {
		const part = Math.floor(round / killSignals.length);
		const after = (parts - part) % 2 === 1 ? 'the first trial' : 'the start';
		return {
			signal: killSignals[round % killSignals.length] ?? 'SIGKILL',
			after,
			atMs: Math.round(fromMs + ((Math.floor(part / 2) + random.next()) / Math.ceil(parts / 2)) * (halfMs - fromMs)),
			target: random.next() < 0.5 ? 'sse' : 'stateless',
			seed: random.below(1_000_000),
		};
	});
}

function sum(killed: readonly Killed[], of: (one: Killed) => number): number {
	return killed.reduce((total, one) => total + of(one), 0);
}

function sentence(killed: readonly Killed[]): string {
	const endings = (['in order', 'at once', 'before the signal'] as const).map(
		(ending) => `${killed.filter((one) => one.ending === ending).length} ended ${ending}`,
	);
	return [
		`${killed.length} rounds, with ${sum(killed, ({ children }) => children)} children at the moment of the signal`,
		`${sum(killed, ({ left }) => left.length)} left behind`,
		`${sum(killed, ({ finished }) => finished)} finished trials kept`,
		`${killed.filter(({ saved }) => saved).length} runs reported`,
		...endings,
	].join(', ');
}

test(`at ${rounds} random moments of a run a signal leaves no process and loses no finished trial`, {
	skip: linuxOnly,
}, async (t) => {
	t.diagnostic(`KILL_ROUNDS=${rounds} KILL_SEED=${seed}`);
	const round = (plan: KillPlan) => {
		t.diagnostic(`${plan.signal} ${plan.atMs} ms after ${plan.after}, ${plan.target}`);
		return killRound(plan);
	};
	const killed = await pMap(killPlans(), round, { concurrency: 2 });
	for (const signal of killSignals)
		t.diagnostic(`${signal}: ${sentence(killed.filter(({ plan }) => plan.signal === signal))}`);
	assert.deepEqual(
		killed.filter(({ left }) => left.length > 0),
		[],
	);
	assert.ok(Math.max(...killed.map(({ children }) => children)) >= 3, 'reaper, target and worker were running');
	assert.ok(sum(killed, ({ finished }) => finished) > 0, 'trials were finished before the signal');
});
