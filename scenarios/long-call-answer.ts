import type { Figures } from '../bench/model/finding.ts';
import type { PlatformProfile } from '../bench/model/platform.ts';
import { emulatedPlatforms } from '../bench/model/platforms.ts';
import { enumerated } from '../bench/model/quantity.ts';
import { allFromShare } from '../bench/model/survival.ts';
import { type Heart, seenOf } from './platform-cases.ts';

/** Whoever answers a call with the answer to its POST. */
const inTheAnswer = ['stateful', 'stateless'] as const;

/**
 * Where a long call speaks against Streamable HTTP: the platforms behind which SSE with heartbeats brings its result, and Streamable
 * HTTP is refused. Undefined where it was seen behind none.
 */
export function longCallAnswer(figures: Figures): string | undefined {
	const seen = (target: string, platform: PlatformProfile, heart: Heart) => seenOf(figures, target, platform, heart);
	const names = emulatedPlatforms
		.filter((platform) => {
			const streamed = seen('sse', platform, 'heartbeat')?.longCalls;
			const others = inTheAnswer.map((target) => seen(target, platform, 'silent'));
			const isRefused = others.every((other) => other?.longCalls === 0 && other.longCallStatus !== undefined);
			return streamed !== undefined && streamed >= allFromShare && isRefused;
		})
		.map(({ id }) => id);
	if (names.length === 0) return undefined;
	return (
		`Behind ${enumerated(names)} a call of 45 s is answered over SSE with heartbeats, and refused over Streamable HTTP, with sessions and without: ` +
		'these servers answer it in plain JSON, of which nothing comes before the result. Emulated limits.'
	);
}
