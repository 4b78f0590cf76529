import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulatedPlatforms } from '../bench/model/platforms.ts';
import {
	type Behind,
	becauseOf,
	calls,
	cutAfter,
	figuresOf,
	lives,
	mixed,
	nothing,
	rulingOf,
	streams,
	type Values,
	verdictOf,
} from './fixture-platforms.ts';
import { longCallAnswer } from './long-call-answer.ts';
import { proxyClaims } from './proxy-claims.ts';

test('what was not measured is not decided', () => {
	for (const { id } of proxyClaims)
		assert.equal(
			verdictOf(id, () => undefined),
			'inconclusive',
			id,
		);
});

test('where everything lives every claim against SSE is refuted, and those for Streamable HTTP are confirmed', () => {
	const free = streams(() => lives);
	for (const { id } of proxyClaims) {
		const isForIt = id.endsWith('-streamable') || id === 'heartbeats-rescue';
		assert.equal(verdictOf(id, free), isForIt ? 'confirmed' : 'refuted', id);
	}
});

test('Cloud Run: a default that cuts and a setting that lengthens confirm it; a setting that changes nothing refutes it', () => {
	const limits = streams((platform) => cutAfter(platform === 'cloud-run-max' ? 3600 : 300));
	const { verdict, because, evidence } = rulingOf('cloud-run-timeout', limits);
	assert.equal(verdict, 'confirmed');
	assert.match(because, /300 s.*3600 s.*heartbeats do not help/s);
	assert.ok(evidence.length > 0);
	assert.equal(
		verdictOf(
			'cloud-run-timeout',
			streams(() => cutAfter(300)),
		),
		'refuted',
	);
});

test('Cloudflare: it depends on whether anything flows, unless heartbeats do not help', () => {
	const idle = streams((_, heart) => (heart === 'heartbeat' ? lives : cutAfter(120)));
	const { verdict, because } = rulingOf('cloudflare-sse', idle);
	assert.equal(verdict, 'depends');
	assert.match(because, /none on the number/);
	assert.equal(
		verdictOf(
			'cloudflare-sse',
			streams(() => cutAfter(120)),
		),
		'confirmed',
	);
});

test('API gateways: none, some or all of the modes carry a stream, and a long call', () => {
	const streaming = streams((platform) => (platform.includes('streaming') ? cutAfter(900) : nothing));
	const { verdict, because } = rulingOf('api-gateway-sse', streaming);
	assert.equal(verdict, 'depends');
	assert.match(because, /REST APIs can stream now/);
	assert.equal(
		verdictOf(
			'api-gateway-sse',
			streams(() => nothing),
		),
		'confirmed',
	);
	const short: Behind = (platform, heart, target) =>
		target === 'stateless' && !platform.includes('streaming')
			? { ...calls, longCallOkShare: 0, longCallStatus: 504 }
			: streaming(platform, heart, target);
	const ofCalls = rulingOf('api-gateway-streamable', short);
	assert.equal(ofCalls.verdict, 'depends');
	assert.match(ofCalls.because, /45 s call refused with 504/);
	assert.equal(
		verdictOf('api-gateway-streamable', () => ({ ...nothing, callsAfterIdleOkShare: 0 })),
		'refuted',
	);
});

test('corporate proxies: one that cuts is enough to confirm that they may; one that lets nothing through kills nothing', () => {
	const some = streams((platform) => (platform === 'tls-inspection' ? nothing : lives));
	assert.equal(verdictOf('corporate-sse', some), 'depends');
	const cutting = streams((platform) => (platform === 'squid' ? cutAfter(900) : lives));
	assert.equal(verdictOf('corporate-sse', cutting), 'confirmed');
	assert.equal(verdictOf('corporate-streamable', some), 'depends');
});

test('heartbeats rescue from limits on silence, and it depends where other limits are', () => {
	const isOf = (kind: 'idle' | 'whole', id: string) => {
		const { buffering, maxDurationMs, idleMs } = emulatedPlatforms.find((each) => each.id === id) ?? {};
		if (kind === 'whole') return maxDurationMs !== undefined && !buffering;
		return idleMs !== undefined && maxDurationMs === undefined && !buffering;
	};
	const real = streams((id, heart) => {
		if (isOf('idle', id)) return heart === 'heartbeat' ? lives : cutAfter(60);
		return isOf('whole', id) ? cutAfter(300) : lives;
	});
	const { verdict, because } = rulingOf('heartbeats-rescue', real);
	assert.equal(verdict, 'depends');
	assert.match(because, /behind 0 of \d+ that limit the whole answer/);
	assert.equal(
		verdictOf(
			'heartbeats-rescue',
			streams(() => cutAfter(60)),
		),
		'refuted',
	);
});

test('Cloud Run: that heartbeats do not help, and that the limit stays, is said where it was seen', () => {
	const of = (silentS: number, beatingS: number, longest: Values) =>
		becauseOf(
			'cloud-run-timeout',
			streams((platform, heart) =>
				platform === 'cloud-run-max' ? longest : cutAfter(heart === 'silent' ? silentS : beatingS),
			),
		);
	assert.match(of(300, 301, cutAfter(3600)), /does not free it, and heartbeats do not help\./);
	assert.doesNotMatch(of(60, 300, cutAfter(3600)), /do not help/);
	assert.doesNotMatch(of(300, 300, lives), /does not free|do not help/);
});

test('Cloudflare: what is documented stands beside figures that fit it, and beside no others', () => {
	const of = (silent: Values, beating: Values) =>
		becauseOf(
			'cloudflare-sse',
			streams((_, heart) => (heart === 'silent' ? silent : beating)),
		);
	assert.match(of(cutAfter(120), lives), /^It depends on whether anything flows: .*maker documents/);
	for (const text of [of(cutAfter(120), cutAfter(120)), of(lives, lives), of(cutAfter(120), mixed)]) {
		assert.doesNotMatch(text, /documents|whether anything flows/);
	}
	assert.match(of(cutAfter(120), mixed), /^Not all streams fared alike: /);
});

test('gateways and corporate proxies: an explanation comes only with what it explains', () => {
	const carry = (id: string) => streams((platform) => (platform === id ? cutAfter(30) : nothing));
	assert.match(becauseOf('api-gateway-sse', carry('api-gateway-http')), /^It depends on the mode: /);
	assert.match(becauseOf('api-gateway-sse', carry('api-gateway-rest-streaming')), /REST APIs can stream now/);
	const inspected = streams((platform) => (platform === 'tls-inspection' ? nothing : lives));
	assert.match(becauseOf('corporate-sse', inspected), /lets nothing through either/);
	for (const all of [lives, cutAfter(60)]) {
		assert.doesNotMatch(
			becauseOf(
				'corporate-sse',
				streams(() => all),
			),
			/buffers/,
		);
	}
});

test('Streamable HTTP: held streams are not compared with SSE unseen, and how long a call takes matters where short ones pass', () => {
	const failing =
		(own: Values): Behind =>
		(platform, _, target) =>
			target === 'stateless' ? (platform === 'squid' ? own : calls) : lives;
	const long = becauseOf('corporate-streamable', failing({ ...calls, longCallOkShare: 0 }));
	assert.match(long, /^It depends on which of them it is and on how long a call takes\. /);
	const none = becauseOf('corporate-streamable', failing({ longCallOkShare: 0, callsAfterIdleOkShare: 0 }));
	assert.match(none, /^It depends on which of them it is\. /);
	const cut = becauseOf(
		'corporate-streamable',
		streams((platform) => (platform === 'squid' ? cutAfter(900) : lives)),
	);
	assert.match(cut, /^It depends on whether clients hold a stream\. .*Held streams that did not live: /);
	assert.doesNotMatch(cut, /SSE/);
});

test('heartbeats and short lives: the reason, and streams that died for some clients only, are told from the figures', () => {
	const some = streams((platform, heart) => (heart === 'heartbeat' && platform === 'nginx' ? lives : cutAfter(60)));
	const rescued = rulingOf('heartbeats-rescue', some);
	assert.equal(rescued.verdict, 'depends');
	assert.match(rescued.because, /^With a comment every 15 s the stream lived behind 1 of/);
	assert.doesNotMatch(
		becauseOf(
			'heartbeats-rescue',
			streams(() => cutAfter(60)),
		),
		/rescues|ping/,
	);
	const partly = streams((platform) => (platform === 'nginx' ? mixed : platform === 'squid' ? cutAfter(900) : lives));
	assert.match(
		becauseOf('infrastructure-short-lived', partly),
		/did not live behind 2 of .*, behind 1 of them for some/,
	);
});

test('a stream that outlives its watch but not its limits proves nothing, and is left out of the tallies', () => {
	const watchedS = ({ factor }: { factor: number }) => 9.5 * factor;
	const kept = streams((id, heart) => {
		const platform = emulatedPlatforms.find((each) => each.id === id);
		const { idleMs = Number.POSITIVE_INFINITY, maxDurationMs = Number.POSITIVE_INFINITY, buffering } = platform ?? {};
		const endS = Math.min(heart === 'silent' ? idleMs : Number.POSITIVE_INFINITY, maxDurationMs) / 1000;
		if (buffering || !platform) return nothing;
		return endS > watchedS(platform) ? { ...lives, streamLifeS: watchedS(platform) } : cutAfter(endS);
	});
	const { verdict, because } = rulingOf('heartbeats-rescue', kept);
	assert.equal(verdict, 'depends');
	assert.match(
		because,
		/lived behind 14 of 14 platforms that limit silence \(without: 0 of 14\), behind 0 of 9 that limit the whole/,
	);
	assert.match(
		because,
		/Left out: squid and api-gateway-rest-streaming-edge, whose limit on the whole answer was not met\. Emulated limits\.$/,
	);
	assert.match(
		rulingOf('corporate-sse', kept).because,
		/squid: silent cut after 900 s, with heartbeats alive for at least 2850 s, its limit of 86400 s not met/,
	);
});

test('what happens behind several platforms in the same way is said once', () => {
	const same = streams((platform) => (platform.includes('streaming') ? cutAfter(900) : nothing));
	assert.match(
		rulingOf('api-gateway-sse', same).because,
		/: api-gateway-rest and api-gateway-http: with heartbeats nothing arrives; api-gateway-rest-streaming and api-gateway-rest-streaming-edge: with heartbeats cut after 900 s\./,
	);
	const { because } = rulingOf('api-gateway-streamable', same);
	assert.match(because, /nothing arrives, silent or with heartbeats/);
	assert.match(
		because,
		/^.*Without sessions, api-gateway-rest, api-gateway-rest-streaming, [^:]*: 45 s call answered\. /,
	);
	assert.equal(because.match(/nothing arrives/g)?.length, 1);
});

test('the answer names the platforms behind which a long call is answered over SSE alone', () => {
	const lost = { ...lives, longCallOkShare: 0 };
	const refused = { ...lost, longCallStatus: 503 };
	const behind =
		(stateful: Values, silentSse: Values = refused): Behind =>
		(platform, heart, target) => {
			if (platform !== 'heroku' && platform !== 'azure-front-door') return lives;
			if (target === 'stateful') return stateful;
			if (target === 'sse') return heart === 'heartbeat' ? lives : silentSse;
			return refused;
		};
	const answer = (of: Behind) => longCallAnswer(figuresOf(of));
	assert.match(
		answer(behind(refused)) ?? '',
		/^Behind azure-front-door and heroku a call of 45 s is answered over SSE/,
	);
	assert.match(answer(behind(refused, lives)) ?? '', /^Behind azure-front-door and heroku /);
	assert.equal(answer(behind(lives)), undefined);
	assert.equal(answer(behind(lost)), undefined, 'lost, and not refused');
	assert.equal(
		answer(() => lives),
		undefined,
	);
	assert.equal(
		answer(() => undefined),
		undefined,
	);
});
