import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlatformProfile, timeFactors } from './platform.ts';
import {
	compressed,
	emulatedPlatforms,
	emulatedTitle,
	heartbeatMs,
	limitsOf,
	limitWords,
	platformOf,
	platforms,
	profileInWords,
	sdkHeartbeatMs,
} from './platforms.ts';

const shortestMs = 2000;

function known(id: string): PlatformProfile {
	const profile = platformOf(id);
	assert.ok(profile, id);
	return profile;
}

function timesOf({ firstByteMs, idleMs, maxDurationMs }: PlatformProfile): number[] {
	return [firstByteMs, idleMs, maxDurationMs].filter((ms) => ms !== undefined);
}

test('ids are unique, and each profile says where its numbers come from and when', () => {
	assert.equal(new Set(platforms.map(({ id }) => id)).size, platforms.length);
	for (const { id, title, source, checked } of platforms) {
		assert.match(id, /^[a-z][a-z0-9-]*$/);
		assert.ok(title.length > 0 && source.length > 0, id);
		assert.match(checked, /^\d{4}-\d\d(-\d\d)?$/, id);
	}
});

test('every row of the article is spoken to by something that is measured', () => {
	for (const row of ['lambda', 'cloud-run', 'cloudflare', 'api-gateway', 'corporate']) {
		assert.ok(
			emulatedPlatforms.some((each) => each.row === row),
			row,
		);
	}
});

test('a limit comes with what happens at it, and never without', () => {
	for (const profile of platforms) {
		const { id, firstByteMs, onFirstByte, idleMs, onIdle, maxDurationMs, onMax } = profile;
		assert.equal(firstByteMs === undefined, onFirstByte === undefined, `${id}: first byte`);
		assert.equal(idleMs === undefined, onIdle === undefined, `${id}: idle`);
		assert.equal(maxDurationMs === undefined, onMax === undefined, `${id}: duration`);
	}
});

test('no compressed limit is below 2 s, and no factor is smaller than it need be', () => {
	for (const profile of platforms) {
		const shortest = Math.min(...timesOf(profile));
		if (shortest === Number.POSITIVE_INFINITY) continue;
		assert.ok(shortest / profile.factor >= shortestMs, `${profile.id}: ${shortest} / ${profile.factor}`);
		const largest = timeFactors.filter((factor) => shortest / factor >= shortestMs).at(-1);
		assert.equal(profile.factor, largest, `${profile.id} may be faster`);
	}
});

test('limits and heartbeats are compressed alike, sizes are not', () => {
	const alb = known('aws-alb');
	assert.deepEqual(limitsOf(alb), { firstByteMs: 2000, onFirstByte: 504, idleMs: 2000, onIdle: 'fin' });
	assert.equal(heartbeatMs(alb), sdkHeartbeatMs / 30);
	assert.equal(compressed(45_000, alb), 1500);
	assert.deepEqual(limitsOf(known('direct')), {});
	assert.equal(limitsOf(known('netlify-buffered')).maxBytes, 6 * 1024 * 1024);
	for (const profile of emulatedPlatforms) {
		const beats = (profile.idleMs ?? 0) / sdkHeartbeatMs;
		const compressedBeats = (limitsOf(profile).idleMs ?? 0) / heartbeatMs(profile);
		// Whole milliseconds: the heartbeat of factor 110, 136 ms, is off by 0.3 %.
		assert.ok(Math.abs(compressedBeats - beats) <= beats * 0.004, `${profile.id}: ${compressedBeats} for ${beats}`);
	}
});

test('a platform is known by its id alone', () => {
	for (const profile of platforms) assert.equal(platformOf(profile.id), profile);
	assert.equal(platformOf('aws-elb'), undefined);
});

test('limits are told in one short line', () => {
	assert.equal(profileInWords(known('aws-alb')), 'head 60 s: 504, idle 60 s: fin, ÷30');
	assert.equal(profileInWords(known('tls-inspection')), 'buffers all, ÷30');
	assert.equal(profileInWords(known('direct')), 'no limit, ÷30');
	assert.equal(profileInWords(known('browser')), 'not emulated, for information');
	for (const profile of platforms) assert.ok(profileInWords(profile).length <= 64, profile.id);
});

test('limits as applied are told in the same words', () => {
	assert.equal(limitWords(limitsOf(known('aws-alb'))), 'head 2 s: 504, idle 2 s: fin');
	assert.equal(limitWords(limitsOf(known('netlify-buffered'))), 'head 2 s: 504, total 2 s: fin, buffers all, 6 MB');
	assert.equal(limitWords({}), 'no limit');
});

test('what could be taken for a program of this machine is called emulated', () => {
	assert.equal(emulatedTitle(known('nginx')), 'nginx, proxy_buffering off, emulated');
	assert.equal(emulatedTitle(known('heroku')), 'Heroku router');
});
