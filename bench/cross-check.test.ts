import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../test/support/folders.ts';
import { type CheckedRow, checkable, crossCheck, crossCheckTable, judged, nearMs, situations } from './cross-check.ts';
import { proxyPrograms } from './real-proxy.ts';

describe('what is said of an outcome', () => {
	const fin = (atMs: number) => ({ outcome: 'fin', atMs });

	test('the same class at about the same time is the same', () => {
		assert.equal(judged(fin(2000), [fin(2000 + nearMs)]).verdict, 'same');
		assert.equal(judged({ outcome: 'lives' }, [{ outcome: 'lives' }]).verdict, 'same');
	});

	test('another class differs, and so does another time', () => {
		assert.equal(judged(fin(2000), [{ outcome: 'clean', atMs: 2000 }]).verdict, 'differs');
		assert.equal(judged(fin(2000), [fin(2001 + nearMs)]).verdict, 'differs');
		assert.equal(judged(fin(2000), [fin(2000), { outcome: 'rst', atMs: 2000 }]).verdict, 'differs');
	});

	test('a declared difference must be there, and no larger than it was declared', () => {
		const known = { apartAtMostMs: 1500, because: 'a coarse timer' };
		assert.deepEqual(judged(fin(3000), [fin(2900), fin(2100)], known), {
			real: fin(2100),
			apartMs: 900,
			because: 'a coarse timer',
			verdict: 'declared',
		});
		assert.equal(judged(fin(3000), [fin(3000), fin(2900)], known).verdict, 'vanished');
		assert.equal(judged(fin(3000), [fin(1400)], known).verdict, 'differs');
		// Never nearer than half a second to the emulated one, but apart from each other.
		assert.equal(judged(fin(3000), [fin(2600), fin(3450)], known).verdict, 'declared');
		assert.equal(judged(fin(3000), [{ outcome: 'rst', atMs: 2500 }], known).verdict, 'differs');
	});
});

const required = process.env.REQUIRE_REAL === '1';
const { profiles, missing } = checkable();
const packages = missing.map((name) => proxyPrograms[name].debianPackage).join(', ');

test('nothing is missing where nothing may be', { skip: required ? false : 'REQUIRE_REAL is not set' }, () => {
	assert.deepEqual(missing, [], `install ${packages}`);
});

test('every profile with a twin does what its real proxy does', {
	skip: profiles.length > 0 ? false : `no real proxy is here; install ${packages}`,
}, async (t) => {
	const bad = ({ verdict }: CheckedRow) => verdict === 'differs' || verdict === 'vanished';
	let rows = await crossCheck(profiles, temporaryFolder('cross-check'));
	t.diagnostic(`\n${crossCheckTable(rows)}`);
	if (missing.length > 0) t.diagnostic(`not checked, because it is missing: ${packages}`);
	assert.equal(rows.length, profiles.length * situations.length);
	const doubtful = new Set(rows.filter(bad).map(({ profile }) => profile));
	if (doubtful.size > 0) {
		// A machine that stood still for a moment is no difference between proxies: what is one is found again.
		const again = profiles.filter(({ id }) => doubtful.has(id));
		rows = await crossCheck(again, temporaryFolder('cross-check'));
		t.diagnostic(`once more:\n${crossCheckTable(rows)}`);
	}
	assert.deepEqual(rows.filter(bad), []);
});
