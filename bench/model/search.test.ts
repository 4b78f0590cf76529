import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { defaultObjective } from './objective.ts';
import {
	isLowerBound,
	nextStep,
	type SearchBounds,
	type SearchResult,
	type StepFigures,
	type StepVerdict,
	type Tried,
	verdictOf,
} from './search.ts';

const rate: SearchBounds = { from: 200, most: 50_000, resolution: 1.1, mostSteps: 60, whole: false };

/** Searches a target that answers each level as `at` says, told the attempt (0 or 1) at that level. */
function search(bounds: SearchBounds, at: (level: number, attempt: number) => StepVerdict) {
	const tried: Tried[] = [];
	for (;;) {
		const state = nextStep(bounds, tried);
		if (state.done) return { result: state.result, tried };
		const { level } = state;
		assert.ok(level <= bounds.most && level >= 1 && tried.length < bounds.mostSteps);
		const attempt = tried.filter((step) => step.level === level).length;
		const counted = tried.filter((step) => step.level === level && step.verdict !== 'disturbed').length;
		assert.ok(counted < 2 && attempt < 4, 'no level is tried more often than need be');
		tried.push({ level, verdict: at(level, attempt) });
	}
}

const knee = (true_: number) => (level: number) => (level <= true_ ? 'met' : 'missed') as StepVerdict;

/** The true level lies where the result says. */
function holds({ level, missedAt, ended }: SearchResult, truth: number, bounds: SearchBounds): void {
	assert.equal(ended, 'resolved');
	assert.ok(level <= truth && truth < (missedAt ?? 0), `${level} ≤ ${truth} < ${missedAt}`);
	assert.ok((missedAt ?? 0) / level <= bounds.resolution * 1.001 || (bounds.whole && (missedAt ?? 0) - level <= 1));
}

test('any knee is found within the resolution, above and below the first level', () => {
	const random = seededRandom(1);
	for (let n = 0; n < 2000; n++) {
		const truth = 1.2 * 40_000 ** random.next();
		const bounds = { ...rate, from: 50 + 1000 * random.next(), resolution: 1.02 + 0.5 * random.next() };
		holds(search(bounds, knee(truth)).result, truth, bounds);
	}
});

test('numbers of sessions are whole, and found exactly where the resolution is finer than one', () => {
	for (let truth = 1; truth < 300; truth++) {
		const bounds = { from: 7.3, most: 1000, resolution: 1.05, mostSteps: 60, whole: true };
		const { result, tried } = search(bounds, knee(truth));
		holds(result, truth, bounds);
		assert.ok(tried.every(({ level }) => Number.isInteger(level)));
	}
});

test('a level that missed by chance is tried again, and the search goes on from it', () => {
	const random = seededRandom(2);
	for (let n = 0; n < 500; n++) {
		const truth = 300 + 20_000 * random.next();
		// A third of the first attempts at sound levels miss; the second attempt does not.
		const at = (level: number, attempt: number): StepVerdict =>
			level > truth || (attempt === 0 && random.next() < 0.33) ? 'missed' : 'met';
		const { result, tried } = search(rate, at);
		holds(result, truth, rate);
		assert.ok(tried.length <= 40, `${tried.length}`);
	}
});

test('a target that always meets the objective gives the most as a lower bound', () => {
	const { result, tried } = search(rate, () => 'met');
	assert.deepEqual(result, { level: rate.most, ended: 'most' });
	assert.ok(isLowerBound(result));
	assert.equal(tried.at(-1)?.level, rate.most);
});

test('a target that never meets it gives zero, and no bound', () => {
	const { result } = search(rate, () => 'missed');
	assert.deepEqual(result, { level: 0, missedAt: 1, ended: 'none' });
	assert.ok(!isLowerBound(result));
});

test('where the generator gives out first the result is a lower bound, close below that', () => {
	const { result } = search(rate, (level) => (level <= 9000 ? 'met' : 'generator'));
	assert.equal(result.ended, 'generator');
	assert.ok(isLowerBound(result));
	assert.ok(result.level <= 9000 && result.level > 9000 / rate.resolution);
});

test('a generator that gives out above the knee does not hide it', () => {
	const at = (level: number): StepVerdict => (level > 6000 ? 'generator' : level > 5000 ? 'missed' : 'met');
	holds(search(rate, at).result, 5000, rate);
});

test('the second attempt decides whose fault a level was', () => {
	const { result } = search(rate, (level, attempt) => (level <= 900 ? 'met' : attempt === 0 ? 'missed' : 'generator'));
	assert.equal(result.ended, 'generator');
	const other = search(rate, (level, attempt) => (level <= 900 ? 'met' : attempt === 0 ? 'generator' : 'missed'));
	assert.equal(other.result.ended, 'resolved');
});

test('disturbed attempts are made again, and where nothing else is to be had the result is a lower bound', () => {
	const random = seededRandom(3);
	for (let n = 0; n < 500; n++) {
		const truth = 300 + 20_000 * random.next();
		// A quarter of the attempts are disturbed, but never more than two at the same level.
		const disturbed = new Map<number, number>();
		const at = (level: number): StepVerdict => {
			const before = disturbed.get(level) ?? 0;
			if (before === 2 || random.next() > 0.25) return level <= truth ? 'met' : 'missed';
			disturbed.set(level, before + 1);
			return 'disturbed';
		};
		holds(search(rate, at).result, truth, rate);
	}
	const { result } = search(rate, (level) => (level <= 4000 ? 'met' : 'disturbed'));
	assert.equal(result.ended, 'disturbed');
	assert.ok(isLowerBound(result) && result.level <= 4000 && result.level > 4000 / rate.resolution);
});

test('a search ends when its steps do, with what it knows', () => {
	const few = { ...rate, mostSteps: 4 };
	assert.deepEqual(search(few, () => 'met').result, { level: 1600, ended: 'steps' });
	const { result } = search({ ...rate, mostSteps: 6 }, knee(900));
	assert.equal(result.ended, 'steps');
	assert.ok(result.level === 800 && result.missedAt === 1600 && isLowerBound(result));
});

const good: StepFigures = { ok: 1000, notOk: 0, dropped: 0, p99Us: 40_000, lagP99Us: 500, busyShare: 0.3 };

test('a step is judged by its latency and its errors', () => {
	const verdict = (step: Partial<StepFigures>) => verdictOf({ ...good, ...step }, defaultObjective);
	assert.equal(verdict({}), 'met');
	assert.equal(verdict({ p99Us: 50_001 }), 'missed');
	assert.equal(verdict({ ok: 999, notOk: 1 }), 'met');
	assert.equal(verdict({ ok: 998, notOk: 1, dropped: 1 }), 'missed');
	const { p99Us, ...silent } = good;
	assert.ok(p99Us);
	assert.equal(verdictOf({ ...silent, ok: 0 }, defaultObjective), 'missed', 'nothing was answered');
});

test('a missed step is not the target’s when the generator had no time, its lag made the difference, or others ran', () => {
	const verdict = (step: Partial<StepFigures>) => verdictOf({ ...good, p99Us: 60_000, ...step }, defaultObjective);
	assert.equal(verdict({ busyShare: 0.99 }), 'generator');
	assert.equal(verdict({ lagP99Us: 15_000 }), 'generator');
	assert.equal(verdict({ lagP99Us: 5000 }), 'missed', 'the lag is too small to matter');
	assert.equal(verdict({ lagP99Us: 15_000, p99Us: 900_000 }), 'missed', 'the target would have missed without it');
	assert.equal(verdict({ lagP99Us: 15_000, dropped: 50 }), 'missed', 'errors are not made by lag');
	assert.equal(verdict({ waitShare: 0.2, busyShare: 0.99 }), 'disturbed', 'other programs took the CPU');
	assert.equal(verdict({ waitShare: 0.2, p99Us: 40_000 }), 'met');
	assert.equal(verdict({ busyShare: 0.99, p99Us: 40_000 }), 'met', 'a step that met the objective did so all the more');
});
