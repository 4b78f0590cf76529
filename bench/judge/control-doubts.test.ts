import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformOf } from '../model/platforms.ts';
import { controlDoubts } from './control-doubts.ts';

const share = (value: number) => ({ value, unit: '%' });

test('what is lost behind a hop without limits is a doubt; behind one with limits it is an answer', () => {
	const measures = { longCallOkShare: share(100), callsAfterIdleOkShare: share(50), streamSurvivedShare: share(0) };
	const [found, ...others] = controlDoubts(platformOf('direct'), measures);
	assert.equal(found?.id, 'control-failed');
	assert.equal(
		found?.detail.replaceAll('\u202f', ' '),
		'Behind a hop without limits (direct): streams that survived 0 %, calls after idling answered 50.0 %.',
	);
	assert.equal(others.length, 0);
	assert.deepEqual(controlDoubts(platformOf('nginx'), measures), []);
	assert.deepEqual(controlDoubts(undefined, measures), []);
	assert.deepEqual(controlDoubts(platformOf('direct'), { longCallOkShare: share(100) }), []);
});
