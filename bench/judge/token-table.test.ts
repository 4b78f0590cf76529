import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserEvent, TokenPlace } from '../model/browser.ts';
import type { RunRecord } from '../model/run.ts';
import type { TrialResult } from '../model/trial.ts';
import { Browser } from './accounts/browser.ts';
import type { TrialFacts } from './facts.ts';
import type { JudgedTrial } from './library-table.ts';
import { picturesOf } from './pictures.ts';
import { cookieTable, tokenTable } from './token-table.ts';

type Told = BrowserEvent extends infer E ? (E extends BrowserEvent ? Omit<E, 'is' | 'at'> : never) : never;

function accountOf(...events: readonly Told[]): Browser {
	const browser = new Browser();
	for (const [at, event] of events.entries()) browser.take({ is: 'browser', at, ...event });
	return browser;
}

const run = { targets: [{ id: 'sse' }, { id: 'stateful' }] } as unknown as RunRecord;
const trial = (target: string, browser: Browser): JudgedTrial => ({
	result: { target, scenario: 'auth' } as TrialResult,
	facts: { browser } as TrialFacts,
});
const tokens = (place: TokenPlace, count: number, approach: 'url' | 'header' = 'url'): Told => ({
	what: 'tokens',
	...{ approach, place, count },
});
const programs: Told = { what: 'programs', chromium: '156.0', nginx: '1.22.1' };

test('tokens: a row for each target and approach, a column for each place that was looked at, and why others are left out', () => {
	const because = 'HAProxy is not installed: `apt-get install haproxy` brings it.';
	const sse = accountOf(programs, { what: 'left-out', because }, tokens('server-log', 3), tokens('nginx-log', 2));
	const stateful = accountOf(programs, tokens('server-log', 0, 'header'));
	const table = tokenTable(run, 'auth', [trial('stateful', stateful), trial('sse', sse), trial('sse', stateful)]);
	assert.deepEqual(table?.head, ['server and approach', 'access log', 'access log']);
	assert.deepEqual(table?.rows, [
		['sse: token in every URL', '3', '2'],
		['stateful: token in the header, by fetch', '0', '–'],
	]);
	assert.deepEqual(table?.groups, [
		{ title: 'reference server', columns: 1 },
		{ title: 'nginx', columns: 1 },
	]);
	assert.match(table?.note ?? '', /^Chromium 156\.0, nginx 1\.22\.1, each/);
	assert.ok(table?.note.endsWith(because));
	assert.equal(tokenTable(run, 'auth', [trial('sse', new Browser())]), undefined);
});

test('cookies: what was received, by the server’s record, and the browser’s own word for what was not', () => {
	const asked = { what: 'cookies', client: 'fetch', credentials: true, cors: true, readable: true } as const;
	const browser = accountOf(
		programs,
		{ ...asked, page: 'same-site', received: ['strict', 'lax', 'unset', 'none'] },
		{ ...asked, page: 'cross-site', received: ['none'] },
		{ ...asked, page: 'cross-site', received: [], noneBlocked: 'UserPreferences', readable: false },
		{ ...asked, page: 'cross-site', client: 'EventSource', credentials: false, received: ['lax'] },
		{ ...asked, page: 'cross-site' },
	);
	const other = accountOf(programs, { ...asked, page: 'same-site', received: ['strict', 'lax', 'unset', 'none'] });
	const table = cookieTable(run, 'auth', [trial('stateful', other), trial('sse', browser)]);
	assert.deepEqual(
		table?.rows.map((row) => row.slice(3)),
		[
			['strict, lax, unset, none', '–', 'yes', 'sse and stateful'],
			['none', '–', 'yes', 'sse'],
			['no cookie', 'UserPreferences', 'no', 'sse'],
			['lax', '–', 'yes', 'sse'],
			['no request arrived', '–', 'yes', 'sse'],
		],
	);
	// Without credentials, or without a request that arrived, nothing is said of what credentials are.
	const { crossSiteLaxCookies, crossSiteNoneCookies } = browser.measures();
	assert.deepEqual([crossSiteLaxCookies?.value, crossSiteNoneCookies?.value], [0, 1]);
});

test('measures: a place that was not looked at has no figure, one where nothing was found has 0', () => {
	const measures = accountOf(programs, tokens('server-log', 3), tokens('haproxy-tcp', 0)).measures();
	assert.deepEqual(measures.urlTokensInServerLog, { value: 3, unit: '' });
	assert.equal(measures.urlTokensInHaproxyOtherLogs?.value, 0);
	assert.equal(measures.urlTokensInNginxLog, undefined);
	assert.equal(measures.streamsOpenAtOnce, undefined);
	assert.equal(measures.requestsHeldUp, undefined);
	assert.deepEqual(new Browser().measures(), {});
	const places = accountOf(programs, tokens('server-log', 0, 'header'), tokens('profile', 0, 'header')).measures();
	assert.equal(places.placesLookedAt?.value, 1, 'the browser’s own files are nobody else’s');
	const ticket = (status: number) => accountOf(programs, { what: 'ticket', use: 2, status }).measures().ticketReplays;
	assert.deepEqual([ticket(401)?.value, ticket(200)?.value, ticket(400)?.value], [0, 1, 1]);
});

test('streams: those that had arrived before one was closed, and the requests that waited meanwhile', () => {
	const crowd = (client: 'EventSource' | 'fetch', arrived: number, otherAnswered: boolean): Told => ({
		...{ what: 'crowd', client, asked: 7, arrived, watchedMs: 1, otherAnswered },
		afterOne: { arrived: 7, otherAnswered },
		afterTwo: { arrived: 7, otherAnswered: true },
	});
	const measures = accountOf(programs, crowd('EventSource', 6, false), crowd('fetch', 7, true)).measures();
	assert.deepEqual([measures.streamsOpenAtOnce?.value, measures.fetchStreamsOpenAtOnce?.value], [6, 7]);
	assert.deepEqual([measures.requestsHeldUp?.value, measures.requestsReleased?.value], [1, 1]);
});

test('pictures: the first of each target', () => {
	const picture = (text: string): Told => ({
		...{ what: 'picture', title: text, caption: text, type: 'image/png' },
		base64: Buffer.from(text).toString('base64'),
	});
	const trials = [trial('sse', accountOf(picture('one'), picture('two'))), trial('sse', accountOf(picture('three')))];
	const { pictures = [] } = picturesOf(run, trials);
	assert.deepEqual(
		pictures.map(({ id, title, bytes }) => [id, title, Buffer.from(bytes).toString()]),
		[['auth-sse', 'one (sse)', 'one']],
	);
	assert.deepEqual(picturesOf(run, []), {});
});
