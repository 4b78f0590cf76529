import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from './finding.ts';
import type { MeasureName } from './measures.ts';
import { limitNotMetS, survivalClasses } from './survival.ts';

/** Figures of a target whose streams lived so long, in seconds, this share of them to the end. */
function lived(lifeS: number | undefined, share: number | undefined): Figures {
	const values: Partial<Record<MeasureName, number | undefined>> = { streamLifeS: lifeS, streamSurvivedShare: share };
	return {
		estimate: (_target: string, measure: MeasureName) => {
			const value = values[measure];
			return value === undefined ? undefined : { value, repeats: 3 };
		},
	} as Figures;
}

const limits = { idleMs: 30_000, maxDurationMs: 900_000 };

test('who outlived the watch, but not every limit, has proved nothing: the next limit is named', () => {
	assert.equal(limitNotMetS(lived(133, 100), 'sse', limits), 900);
	assert.equal(limitNotMetS(lived(20, 100), 'sse', limits), 30);
	assert.equal(limitNotMetS(lived(899.9, 100), 'sse', limits), 900);
});

test('who outlived every limit, or met one and was cut, has', () => {
	assert.equal(limitNotMetS(lived(900, 100), 'sse', limits), undefined);
	assert.equal(limitNotMetS(lived(133, 100), 'sse', { idleMs: 30_000 }), undefined);
	assert.equal(limitNotMetS(lived(285, 100), 'sse', {}), undefined);
	assert.equal(limitNotMetS(lived(30, 0), 'sse', limits), undefined);
	assert.equal(limitNotMetS(lived(133, 50), 'sse', limits), undefined, 'some were cut');
});

test('where nothing was measured nothing is said', () => {
	assert.equal(limitNotMetS(lived(undefined, 100), 'sse', limits), undefined);
	assert.equal(limitNotMetS(lived(133, undefined), 'sse', limits), undefined);
});

test('a stream that lives long before it is cut is of another class than one that brings nothing', () => {
	const { words, classOf } = survivalClasses;
	const said = (share: number, lifeS: number) => words[classOf(share, lifeS)] ?? '';
	assert.match(said(100, 285), /^lives/);
	assert.match(said(0, 3600), /^cut after a long time/);
	assert.match(said(0, 60), /^cut sooner/);
	assert.match(said(0, 0), /^nothing arrives/);
	assert.match(said(50, 3600), /^cut for some/);
	assert.equal(new Set(words).size, 5);
	// Met a little early or late, a limit of just that length is the same limit.
	assert.equal(said(0, 299), said(0, 301));
	assert.notEqual(said(0, 240), said(0, 301));
});
