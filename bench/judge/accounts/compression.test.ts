import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlaceEvent } from '../../model/path-events.ts';
import { Compression } from './compression.ts';

const place: PlaceEvent = { is: 'place', at: 0, place: 0, factor: 30, sessions: 2, stream: true };

test('the factor of a place is a measure, watched or not; a trial without a place says nothing of it', () => {
	for (const event of [place, { ...place, callers: 1 }]) {
		const account = new Compression();
		account.take(event);
		assert.deepEqual(account.measures(), { timeFactor: { value: 30, unit: '' } });
	}
	const other = new Compression();
	other.take({ is: 'phase', at: 1, phase: 'measure' });
	assert.deepEqual(other.measures(), {});
});
