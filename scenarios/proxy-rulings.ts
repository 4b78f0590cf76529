import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import type { PlatformProfile } from '../bench/model/platform.ts';
import { emulatedPlatforms } from '../bench/model/platforms.ts';
import { enumerated } from '../bench/model/quantity.ts';
import { type Heart, type Seen, seenOf, streamInWords } from './platform-cases.ts';
import { least, rulingsOn } from './words.ts';

// What was seen behind the platforms that the claims of `proxy-claims.ts` speak of, in words and as rulings.

export type Row = NonNullable<PlatformProfile['row']>;

const emulated = 'Emulated limits.';

export function ofRow(row: Row): readonly PlatformProfile[] {
	return emulatedPlatforms.filter((platform) => platform.row === row);
}

export function seenIn(
	figures: Figures,
	platforms: readonly PlatformProfile[],
	targets: readonly string[],
	hearts: readonly Heart[] = ['silent', 'heartbeat'],
): readonly Seen[] {
	return platforms.flatMap((platform) =>
		targets.flatMap((target) => hearts.flatMap((heart) => seenOf(figures, target, platform, heart) ?? [])),
	);
}

type Lines = readonly Evidence[];

export function ruling(
	verdict: Ruling['verdict'],
	because: string,
	seen: readonly Seen[],
	...deciding: readonly Lines[]
): Ruling {
	const by = rulingsOn(seen.flatMap(({ evidence }) => evidence));
	return by(verdict, `${because} ${emulated}`, ...deciding);
}

/** What was measured of one kind, of all that was seen. */
export function linesOf(seen: readonly Seen[], ...measures: readonly MeasureName[]): Lines {
	return seen.flatMap(({ evidence }) => evidence.filter(({ measure }) => measures.includes(measure)));
}

/** The shares of streams that lived. */
export const survival = (seen: readonly Seen[]): Lines => linesOf(seen, 'streamSurvivedShare');

export function notMeasured(): Ruling {
	return { verdict: 'inconclusive', because: 'The platforms that it speaks of were not measured.', evidence: [] };
}

/** Where a stream lived only because the watch was shorter than a limit, nothing was seen of that limit. */
export const isProved = ({ stream }: Seen): boolean => stream?.limitNotMetS === undefined;

/** The platforms behind which a stream lived whose limit was not met. */
export function unproved(seen: readonly Seen[]): readonly string[] {
	return [...new Set(seen.filter((each) => !isProved(each)).map(({ platform }) => platform.id))];
}

/** Where a verdict would rest on streams that lived: it does so only where they outlived their limits. */
export function rulingOnLives(
	verdict: Ruling['verdict'],
	because: string,
	seen: readonly Seen[],
	...deciding: readonly Lines[]
): Ruling {
	const open = unproved(seen);
	if (open.length === 0) return ruling(verdict, because, seen, ...deciding);
	const lived = least(
		linesOf(
			seen.filter((each) => !isProved(each)),
			'streamLifeS',
		),
	);
	const why = `Nothing is proved of ${enumerated(open)}: the watch ended before a limit.`;
	return ruling('inconclusive', `${because} ${why}`, seen, lived);
}

/** `cloud-run: cut after 300 s, silent or with heartbeats`; platforms that fare alike together. */
export function streamsInWords(seen: readonly Seen[]): string {
	const platforms = [...Map.groupBy(seen, ({ platform }) => platform.id)];
	return alike(platforms.map(([id, own]) => ({ id, words: fatesInWords(own) })));
}

/** The fates of a platform's streams, silent and with heartbeats. */
function fatesInWords(seen: readonly Seen[]): string {
	const byFate = [...Map.groupBy(seen, streamInWords)];
	return byFate
		.map(([words, own]) => {
			const hearts = new Set(own.map(({ heart }) => heart));
			if (hearts.size === 2) return `${words}, silent or with heartbeats`;
			return `${hearts.has('silent') ? 'silent' : 'with heartbeats'} ${words}`;
		})
		.join(', ');
}

/** What is said of several in the same words is said once: `nginx and haproxy: cut after 60 s; caddy: alive`. */
export function alike(said: readonly { readonly id: string; readonly words: string }[]): string {
	return [...Map.groupBy(said, ({ words }) => words)]
		.map(([words, own]) => `${enumerated(own.map(({ id }) => id))}: ${words}`)
		.join('; ');
}
