import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PathLimits } from './model/path.ts';
import type { Size } from './model/scenario.ts';
import { placeEvents, swarmPlace } from './places.ts';
import { knownTargets } from './targets.ts';

const [target] = knownTargets;
assert.ok(target);
const size: Size = {
	load: { kind: 'periodic', sessions: 2, everyMs: 100, forMs: 1000 },
	warmMs: 0,
	faults: [],
	repeats: 1,
};

test('clients of a compressed place wait for as much less, unless it says that they do not; either way it is written down', () => {
	const sizes: readonly Size[] = [size, { ...size, factor: 30 }, { ...size, factor: 360, realWaits: true }];
	assert.deepEqual(
		sizes.map((each) => swarmPlace(target, each, []).factor),
		[undefined, 30, undefined],
	);
	assert.deepEqual(
		placeEvents(target, sizes, size.load).map(({ place, factor, sessions }) => ({ place, factor, sessions })),
		[
			{ place: 1, factor: 30, sessions: 2 },
			{ place: 2, factor: 360, sessions: 2 },
		],
	);
});

test('the limits that end a stream are written down, and no others', () => {
	const behind = (limits: PathLimits): Size => ({
		...size,
		factor: 30,
		path: { kind: 'proxy', by: 'embedded', limits },
	});
	const sizes = [behind({ idleMs: 2000, maxDurationMs: 9000, firstByteMs: 7 }), behind({ firstByteMs: 7 })];
	assert.deepEqual(
		placeEvents(target, sizes, size.load).map(({ limitsMs }) => limitsMs),
		[[2000, 9000], undefined],
	);
});
