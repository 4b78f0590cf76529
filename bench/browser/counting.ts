import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TokenPlace } from '../model/browser.ts';
import { type Canary, streamProbe } from './canaries.ts';
import type { Studio } from './studio.ts';
import { within } from './wait.ts';

/** How long the lines of requests that are over may take to be in a log. */
const writtenWithinMs = 10_000;

/** Formats in which no URL stands: a line tells of a connection only. */
const withoutUrls: readonly TokenPlace[] = ['haproxy-tcp', 'haproxy-plain'];

/** Looks for each secret where it was sent, and for those of the reference server in all that the browser told or kept. */
export async function countTokens(
	studio: Studio,
	canaries: readonly Canary[],
	withinMs = writtenWithinMs,
): Promise<void> {
	for (const [place, mine] of Map.groupBy(canaries, (canary) => canary.place)) {
		if (place === 'history') continue;
		const text = () => textOf(studio, place);
		// A log that lacks the lines of the requests themselves says nothing of what is not in it.
		const isWhole = () => mine.every((canary) => isLogged(text(), canary));
		if (!(await within(withinMs, isWhole))) throw new Error(`the log ${place} lacks lines of its requests`);
		for (const canary of mine) tell(studio, canary, place, occurrences(text(), canary.secret));
	}
	const direct = canaries.filter(({ place }) => place === 'server-log' || place === 'history');
	const elsewhere = everywhere(studio);
	for (const canary of direct) {
		if (canary.approach !== 'page-url') {
			tell(studio, canary, 'server-error', occurrences(textOf(studio, 'server-error'), canary.secret));
		}
		for (const [place, texts] of elsewhere) {
			tell(studio, canary, place, texts.filter((text) => text.includes(canary.secret)).length);
		}
	}
}

function tell(studio: Studio, { approach }: Canary, place: TokenPlace, count: number): void {
	studio.tell({ what: 'tokens', approach, place, count });
}

function occurrences(text: string, secret: string): number {
	return text.split(secret).length - 1;
}

function textOf({ scene, syslog }: Studio, place: TokenPlace): string {
	const file = scene.files[place];
	if (file === undefined) return syslog.of(place);
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function isLogged(text: string, { approach, place }: Canary): boolean {
	if (withoutUrls.includes(place)) return text !== '';
	// The exchange of a token for a ticket is one story with the ticket's stream.
	const probe = streamProbe(approach === 'exchanged' ? 'ticket' : approach, place);
	return text.includes(`probe=${probe}`);
}

/** Every entry of a place in which a secret can stand once. The browser has ended. */
function everywhere(studio: Studio): ReadonlyMap<TokenPlace, readonly string[]> {
	const { home, abroad, chromium } = studio;
	const referers = (seen: typeof home.seen) => seen.map(({ headers }) => headers.referer ?? '');
	return new Map<TokenPlace, readonly string[]>([
		['history', historyOf(chromium.profile)],
		['profile', filesOf(chromium.profile)],
		['referer-same', referers(home.seen)],
		['referer-cross', referers([...abroad.seen, ...studio.requests()])],
	]);
}

/** The URLs in the browser's history. */
function historyOf(profile: string): readonly string[] {
	const history = new DatabaseSync(join(profile, 'Default', 'History'), { readOnly: true });
	try {
		return history
			.prepare('SELECT url FROM urls')
			.all()
			.map(({ url }) => String(url));
	} finally {
		history.close();
	}
}

/** What each file of the profile holds, byte for byte. */
function filesOf(profile: string): readonly string[] {
	return readdirSync(profile, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
}
