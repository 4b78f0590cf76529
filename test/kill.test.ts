import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveSeed, seededRandom } from '../bench/random.ts';
import { type Killed, type KillPlan, killRound, killSignals } from './support/kill-round.ts';
import { linuxOnly } from './support/processes.ts';

/** More of them find rarer moments: `KILL_ROUNDS=50 node --test test/kill.test.ts`; `KILL_SEED` draws the same moments again. */
const rounds = wholeNumber('KILL_ROUNDS', killSignals.length, 2 * killSignals.length);
const seed = wholeNumber('KILL_SEED', 0, Date.now() % 1_000_000);

/** As long as the run: start, openings, a ladder, calls, a crash on purpose and the restart after it, reports. */
const spanMs = 11_000;
/** Loading the program: there is nothing to leave behind yet, but the moment belongs to it. */
const fromMs = 150;

function wholeNumber(variable: string, least: number, otherwise: number): number {
	const given = process.env[variable];
	if (given === undefined) return otherwise;
	if (/^\d+$/.test(given) && Number(given) >= least) return Number(given);
	throw new Error(`${variable} is "${given}"; give a whole number from ${least} up, or leave it out.`);
}

/** For each signal one moment in each part of the span, so that few rounds still see every stage with every signal. */
function killPlans(): KillPlan[] {
	const random = seededRandom(deriveSeed(seed, 'kill'));
	const parts = Math.ceil(rounds / killSignals.length);
	return Array.from({ length: rounds }, (_, round) => ({
		signal: killSignals[round % killSignals.length] ?? 'SIGKILL',
		atMs: Math.round(fromMs + ((Math.floor(round / killSignals.length) + random.next()) / parts) * (spanMs - fromMs)),
		target: random.next() < 0.5 ? 'sse' : 'stateless',
		seed: random.below(1_000_000),
	}));
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
		`${sum(killed, ({ completed }) => completed)} completed trials kept`,
		`${killed.filter(({ saved }) => saved).length} runs reported`,
		...endings,
	].join(', ');
}

test(`at ${rounds} random moments of a run a signal leaves no process and loses no finished trial`, {
	skip: linuxOnly,
}, async (t) => {
	t.diagnostic(`KILL_ROUNDS=${rounds} KILL_SEED=${seed}`);
	const killed: Killed[] = [];
	for (const plan of killPlans()) {
		const what = `${plan.signal} after ${plan.atMs} ms, ${plan.target}`;
		t.diagnostic(what);
		killed.push(await killRound(plan));
	}
	for (const signal of killSignals)
		t.diagnostic(`${signal}: ${sentence(killed.filter(({ plan }) => plan.signal === signal))}`);
	assert.deepEqual(
		killed.filter(({ left }) => left.length > 0),
		[],
	);
	assert.ok(Math.max(...killed.map(({ children }) => children)) >= 3, 'reaper, target and worker were running');
	assert.ok(sum(killed, ({ completed }) => completed) > 0, 'trials were finished before the signal');
});
