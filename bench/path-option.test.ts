import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restart } from '../scenarios/restart.ts';
import { steadyCalls } from '../scenarios/steady-calls.ts';
import { UserError } from './exit.ts';
import type { PathFault } from './model/path-fault.ts';
import { parsePathFault, pathFaultKinds, pathFaultWord } from './model/path-fault-parameters.ts';
import { emulatedPlatforms, limitsOf, platformOf, platforms } from './model/platforms.ts';
import { onPath, parsePath, proxiesInWords } from './path-option.ts';
import { makePlan } from './plan.ts';
import { knownTargets } from './targets.ts';

const examples: { readonly [K in PathFault['kind']]: string } = {
	latency: 'latency?latencyMs=50&jitterMs=10&stream=upstream&toxicity=0.5',
	bandwidth: 'bandwidth?rateKbPerS=0.5',
	slow_close: 'slow_close?delayMs=10',
	timeout: 'timeout?timeoutMs=0',
	reset_peer: 'reset_peer?timeoutMs=100',
	slicer: 'slicer?averageBytes=10&variationBytes=2&delayUs=5',
	limit_data: 'limit_data?bytes=1000',
	idle_timeout: 'idle_timeout?idleMs=2000&end=rst',
	max_duration: 'max_duration?maxMs=3000&end=clean',
	first_byte_timeout: 'first_byte_timeout?firstByteMs=500&status=524',
	buffering: 'buffering?mode=full&maxBytes=1000',
	cut_event: 'cut_event?afterEvents=3&end=silent',
	strip_headers: 'strip_headers?names=x-a,x-b',
};

/** The limits of a platform that is known. */
function limits(id: string) {
	const profile = platformOf(id);
	assert.ok(profile, id);
	return limitsOf(profile);
}

test('every fault is read as it is written', () => {
	assert.deepEqual(Object.keys(examples), pathFaultKinds);
	for (const word of Object.values(examples)) assert.equal(pathFaultWord(parsePathFault(word)), word);
});

test('faults, a platform and a proxy make one path', () => {
	const { path, title } = parsePath('latency?latencyMs=50+aws-alb+strip_headers?names=x-a');
	assert.deepEqual([path.by, path.limits], ['embedded', limits('aws-alb')]);
	assert.deepEqual(
		path.faults?.map(({ kind }) => kind),
		['latency', 'strip_headers'],
	);
	assert.match(title, /limits of aws-alb .*divided by 30; emulated limits, not the platform itself.* and latency\?/);
});

test('a name that is a platform’s and a proxy’s means the proxy, and after a proxy the platform', () => {
	assert.deepEqual([parsePath('nginx').path.by, parsePath('nginx').path.limits], ['nginx', undefined]);
	const emulated = parsePath('embedded+nginx').path;
	assert.deepEqual([emulated.by, emulated.limits], ['embedded', limits('nginx')]);
	assert.equal(parsePath('nginx+nginx-buffering').path.limits?.buffering, 'fill');
	assert.equal(parsePath('nginx').title, 'the real nginx, set to cut nothing');
	assert.match(parsePath('embedded+nginx').title, /^the embedded proxy with the limits of nginx \(.*emulated limits/);
});

test('a platform that no proxy can stand for is refused, and one that is not known is answered with those that are', () => {
	for (const { id, emulated } of platforms) {
		if (emulated !== false) assert.doesNotThrow(() => parsePath(`embedded+${id}`));
		else assert.throws(() => parsePath(id), new RegExp(`platform ${id} cannot be emulated.*for information`));
	}
	assert.throws(() => parsePath('aws-elb'), /"aws-elb"\. Known are .*platforms direct, .*aws-alb/);
});

test('a real proxy with a platform of its own is that program with other settings, and says so', () => {
	assert.match(parsePath('nginx').title, /^the real nginx, set to cut nothing$/);
	assert.match(
		parsePath('haproxy+haproxy').title,
		/^the real HAProxy, its own settings changed to the limits of haproxy \(.*; times divided by 14\)$/,
	);
	const explained = proxiesInWords().flatMap(([, words]) => words.match(/\w+\+[\w-]+/g) ?? []);
	assert.ok(explained.includes('caddy+tls-inspection'));
	for (const profile of emulatedPlatforms.filter(({ twin }) => twin !== undefined)) {
		const { twin } = profile;
		const word = `${twin}+${profile.id}`;
		if (explained.includes(word)) assert.deepEqual(parsePath(word).path.limits, limitsOf(profile), word);
		else
			assert.throws(
				() => parsePath(word),
				(error) => error instanceof UserError && /which has none; give --path /.test(error.message),
			);
	}
	assert.throws(
		() => parsePath('caddy+caddy'),
		/the limits of the platform caddy, which has none; give --path caddy\./,
	);
});

test('it stands before what has no path of its own, and nowhere else', () => {
	const asked = parsePath('latency?latencyMs=50');
	const chosen = [steadyCalls, restart].map((scenario) => onPath(scenario, asked));
	const selection = { profile: 'smoke', scenarios: chosen, scenariosNamed: true, targets: [], seed: 1 } as const;
	const plan = makePlan({ ...selection, path: asked }, knownTargets, { fdLimit: 100_000, ephemeralPorts: 28_000 });
	for (const { scenario, cases } of plan.scenarios) {
		for (const planned of cases) {
			const original = scenario.id === restart.id ? restart : steadyCalls;
			const size = original.sizes.smoke;
			const own = planned.case?.size?.path ?? size?.path;
			assert.equal(planned.size.path, own ?? asked.path, `${scenario.id} ${planned.case?.id}`);
		}
	}
	assert.equal(plan.asked.path, asked);
});
