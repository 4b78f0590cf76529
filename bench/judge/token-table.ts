import { type Approach, approaches, type CookiesEvent, cookieKinds, type TokenPlace } from '../model/browser.ts';
import { enumerated } from '../model/quantity.ts';
import type { ReportTable } from '../model/report.ts';
import type { RunRecord } from '../model/run.ts';
import type { Browser } from './accounts/browser.ts';
import type { JudgedTrial } from './library-table.ts';

const approachWords: Readonly<Record<Approach, string>> = {
	url: 'token in every URL',
	'page-url': 'token in a page’s URL',
	cookie: 'token in a cookie',
	header: 'token in the header, by fetch',
	ticket: 'ticket in the URL',
	exchanged: 'token behind the ticket',
};

/** What belongs together, with the words for its columns. */
const placeGroups: readonly {
	readonly title: string;
	readonly places: Readonly<Partial<Record<TokenPlace, string>>>;
}[] = [
	{ title: 'reference server', places: { 'server-log': 'access log', 'server-error': 'stderr' } },
	{ title: 'nginx', places: { 'nginx-log': 'access log', 'nginx-error': 'error log' } },
	{ title: 'HAProxy', places: { 'haproxy-http': 'httplog', 'haproxy-tcp': 'tcplog', 'haproxy-plain': 'neither' } },
	{ title: 'browser', places: { history: 'history', profile: 'files' } },
	{ title: 'Referer', places: { 'referer-same': 'own origin', 'referer-cross': 'others' } },
];

/**
 * How often a token of each approach was found in each place: a row for each target and approach, a column for each place that was looked
 * at. Undefined where there was no browser.
 */
export function tokenTable(run: RunRecord, _scenario: string, trials: readonly JudgedTrial[]): ReportTable | undefined {
	const seen = withBrowser(run, trials);
	const looked = new Set(seen.flatMap(({ facts }) => facts.browser.tokens.map(({ place }) => place)));
	const groups = placeGroups
		.map(({ title, places }) => {
			const columns = Object.entries(places).filter(([place]) => looked.has(place as TokenPlace));
			return { title, columns };
		})
		.filter(({ columns }) => columns.length > 0);
	const columns = groups.flatMap((group) => group.columns);
	if (columns.length === 0) return undefined;
	const rows = seen.flatMap(({ result: { target }, facts: { browser } }) =>
		approaches
			.filter((approach) => browser.tokens.some((each) => each.approach === approach))
			.map((approach) => [
				`${target}: ${approachWords[approach]}`,
				...columns.map(([place]) => browser.count(approach, place as TokenPlace)?.toString() ?? '–'),
			]),
	);
	return {
		title: 'Where tokens end up',
		note: tokenNote(seen.map(({ facts }) => facts.browser)),
		head: ['server and approach', ...columns.map(([, words]) => words)],
		rows,
		groups: groups.map(({ title, columns }) => ({ title, columns: columns.length })),
	};
}

/** Which programs, how it was counted, and what was left out. */
function tokenNote(browsers: readonly Browser[]): string {
	const named = (label: string, version: string | undefined) => (version === undefined ? [] : [`${label} ${version}`]);
	const programs = browsers.flatMap(({ programs }) => [
		...named('Chromium', programs?.chromium),
		...named('nginx', programs?.nginx),
		...named('HAProxy', programs?.haproxy),
	]);
	const leftOut = browsers.flatMap((browser) => browser.leftOut);
	return [
		`${[...new Set(programs)].join(', ')}, each with its default formats.`,
		'One stream and one call from a page; what a browser asks before a call to another origin has the same URL, and is logged, too.',
		'Logs: occurrences. nginx’s error log: of one request by Node that met a server that was down. HAProxy: with option httplog, with option tcplog, with neither. History: entries; a stream is no page that is visited. Files: those of the profile in which the token stands as it is. Referer: requests that arrived with it.',
		'A dash: not sent there.',
		...new Set(leftOut),
	].join(' ');
}

/** Which cookies a page's requests took along, by site, client and credentials. Undefined where none was asked. */
export function cookieTable(
	run: RunRecord,
	_scenario: string,
	trials: readonly JudgedTrial[],
): ReportTable | undefined {
	const asked = withBrowser(run, trials).flatMap(({ result: { target }, facts: { browser } }) =>
		browser.cookies.map((event) => ({ target, row: cookieRow(event) })),
	);
	// What a browser sends depends on the server's address only: most rows are alike.
	const rows = [...Map.groupBy(asked, ({ row }) => JSON.stringify(row)).values()].flatMap((alike) => {
		const targets = [...new Set(alike.map(({ target }) => target))];
		return alike.slice(0, 1).map(({ row }) => [...row, enumerated(targets)]);
	});
	if (rows.length === 0) return undefined;
	return {
		title: 'Which cookies cross origins',
		note: 'The server is at 127.0.0.1, whose cookies are strict (SameSite=Strict), lax (SameSite=Lax), unset (no SameSite) and none (SameSite=None; Secure). Cookies do not tell ports apart; the other site is localhost. Received: by the server’s own record; why none was kept back: the browser’s own word.',
		head: ['page', 'client', 'CORS', 'cookies received', 'none kept back: why', 'page could read', 'server'],
		rows,
	};
}

function cookieRow({
	page,
	client,
	credentials,
	cors,
	received,
	readable,
	noneBlocked,
}: CookiesEvent): readonly string[] {
	const kinds = received && cookieKinds.filter((kind) => received.includes(kind));
	return [
		page === 'same-site' ? 'same site, other port' : 'another site',
		`${client}${credentials ? ', with credentials' : ''}`,
		cors ? 'allowed' : 'not allowed',
		kinds === undefined ? 'no request arrived' : kinds.join(', ') || 'no cookie',
		noneBlocked ?? '–',
		readable ? 'yes' : 'no',
	];
}

/** Of each target the first trial with a browser, in the order of the run: repeats count the same. */
function withBrowser({ targets }: RunRecord, trials: readonly JudgedTrial[]): readonly JudgedTrial[] {
	const seen = trials.filter(({ facts }) => facts.browser.programs !== undefined);
	return targets.flatMap(({ id }) => seen.find(({ result }) => result.target === id) ?? []);
}
