import type { Evidence, Figures, Ruling } from '../bench/model/finding.ts';
import { streamsOfPage } from '../bench/model/load.ts';
import type { MeasureName } from '../bench/model/measures.ts';
import { enumerated, figure } from '../bench/model/quantity.ts';
import { least, most, rulingsOn } from './words.ts';

/** The two that the article compares: whose streams a browser can open by EventSource, and whose it cannot. */
export const [sse, streamable] = ['sse', 'stateful'] as const;

export const logMeasures = [
	['urlTokensInServerLog', 'the reference server’s access log'],
	['urlTokensInNginxLog', 'nginx’s access log'],
	['urlTokensInNginxErrors', 'nginx’s error log'],
	['urlTokensInHaproxyHttpLog', 'HAProxy’s httplog'],
	['urlTokensInHaproxyOtherLogs', 'HAProxy’s log without httplog'],
] as const satisfies readonly (readonly [MeasureName, string])[];

/** Reads figures, and remembers which it has read. */
function reader(figures: Figures) {
	const evidence: Evidence[] = [];
	return {
		evidence,
		/** A ruling on what was read, decided by these figures of it. */
		by: (verdict: Ruling['verdict'], because: string, ...deciding: readonly (readonly Evidence[])[]): Ruling =>
			rulingsOn(evidence)(verdict, because, ...deciding),
		/** What was read of one of these measures. */
		read: (...names: readonly MeasureName[]): readonly Evidence[] =>
			evidence.filter(({ measure }) => names.includes(measure)),
		/** @returns the mean over repeats; undefined where it was not measured */
		get(target: string, name: MeasureName): number | undefined {
			evidence.push(...figures.evidence(target, name));
			return figures.estimate(target, name)?.value;
		},
	};
}

function undecided(what: string, evidence: readonly Evidence[]): Ruling {
	return { verdict: 'inconclusive', because: `It was not measured ${what}.`, evidence };
}

export function eventSourceHeader(figures: Figures): Ruling {
	const { get, evidence, by, read } = reader(figures);
	const found = [sse, streamable].flatMap((target) => {
		const arrived = get(target, 'headersByEventSource');
		const tried = get(target, 'headersTriedByEventSource');
		const control = get(target, 'headersByFetch');
		return tried && arrived !== undefined && control !== undefined ? [{ tried, arrived, control }] : [];
	});
	if (found.length === 0) return undecided('what EventSource and fetch send', evidence);
	const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
	const tried = sum(found.map((each) => each.tried));
	const arrived = sum(found.map((each) => each.arrived));
	if (arrived > 0) {
		const because = `${figure(arrived)} of ${figure(tried)} requests of EventSource arrived with the Authorization header that it was given.`;
		return by('refuted', because, most(read('headersByEventSource')));
	}
	const none = `None of ${figure(tried)} requests of EventSource arrived with the Authorization header that it was given in several ways`;
	if (found.some(({ control }) => control === 0)) {
		const because = `${none}; but neither did that of a fetch in the same page, so that it may have been lost elsewhere.`;
		return by('inconclusive', because, least(read('headersByFetch')));
	}
	const because = `${none}; that of a fetch in the same page did.`;
	return by('confirmed', because, most(read('headersByEventSource')));
}

export function sseHeader(figures: Figures): Ruling {
	const { get, evidence, by, read } = reader(figures);
	const [byFetch, node] = [get(sse, 'headersByFetch'), get(sse, 'headersByNode')];
	const source = get(sse, 'headersByEventSource');
	if (byFetch === undefined || node === undefined)
		return undecided('what fetch and Node send to an SSE server', evidence);
	const did = [...(byFetch > 0 ? ['by fetch in a page'] : []), ...(node > 0 ? ['from Node'] : [])];
	const both = read('headersByFetch', 'headersByNode');
	const didNot = [...(byFetch > 0 ? [] : ['by fetch in a page']), ...(node > 0 ? [] : ['from Node'])];
	if (did.length === 0) {
		const because = `A GET of the stream with an Authorization header did not arrive with it, ${enumerated(didNot)}.`;
		return by('confirmed', because, both);
	}
	const arrived = `A GET of the SSE stream arrived with its Authorization header ${enumerated(did)}`;
	if (didNot.length > 0) return by('depends', `${arrived}, but not ${enumerated(didNot)}.`, both);
	const cannot = source === 0 ? ': what cannot is the API EventSource, and not the transport' : '';
	return by('refuted', `${arrived}${cannot}.`, both);
}

export function urlToken(figures: Figures): Ruling {
	const { get, evidence, by, read } = reader(figures);
	const counts = logMeasures.flatMap(([name, words]) => {
		const values = [sse, streamable].flatMap((target) => get(target, name) ?? []);
		return values.length === 0 ? [] : [{ words, most: Math.max(...values), line: most(read(name)) }];
	});
	if (counts.length === 0) return undecided('where tokens in URLs end up', evidence);
	const names = (some: typeof counts) => enumerated(some.map(({ words }) => words));
	const lines = (some: typeof counts) => some.flatMap(({ line }) => line);
	const seen = counts.filter((each) => each.most > 0);
	const unseen = counts.filter((each) => each.most === 0);
	if (seen.length === 0) return by('refuted', `It did not stand in ${names(unseen)}.`, most(lines(unseen)));
	const because = `It stood in ${names(seen)}${unseen.length === 0 ? '' : `, but not in ${names(unseen)}`}.`;
	if (unseen.length === 0) return by('confirmed', because, least(lines(seen)));
	return by('depends', because, most(lines(seen)), least(lines(unseen)));
}

export function standardHeader(figures: Figures): Ruling {
	const { get, evidence, by, read } = reader(figures);
	const sent = get(streamable, 'headersByFetch');
	const seen = get(streamable, 'headerTokensSeen');
	const places = get(streamable, 'placesLookedAt');
	if (sent === undefined || seen === undefined || places === undefined) {
		return undecided('what becomes of a token in the header', evidence);
	}
	if (sent === 0) {
		return by('refuted', 'The Authorization header of a page’s fetch did not arrive.', read('headersByFetch'));
	}
	if (seen > 0) {
		const because = `The header arrived, and its token stood ${figure(seen)} times in logs, history or Referer.`;
		return by('refuted', because, read('headerTokensSeen'));
	}
	const because = `The Authorization header of a page’s fetch arrived, and its token stood in none of the ${figure(places)} places that were looked at.`;
	return by('confirmed', because, read('headersByFetch', 'headerTokensSeen'));
}

export function cookies(figures: Figures): Ruling {
	const { get, evidence, by } = reader(figures);
	const node = get(sse, 'cookiesByNode');
	if (node === undefined) return undecided('whether a client in Node sends a cookie', evidence);
	if (node === 0) {
		return by('confirmed', 'The Cookie header of a plain client in Node did not arrive.', evidence);
	}
	const because =
		'A plain client in Node that was given a cookie sent it with the GET of the stream, and the server received it: to such a client it is a ' +
		'header like any other.';
	return by('refuted', because, evidence);
}

export function simple(figures: Figures): Ruling {
	const { get, evidence, by, read } = reader(figures);
	const reconnects = get(sse, 'eventSourceReconnects');
	const ids = get(sse, 'lastEventIds');
	const posts = get(sse, 'eventSourcePosts');
	const statuses = get(sse, 'statusesByEventSource');
	const headers = get(sse, 'headersByEventSource');
	if (reconnects === undefined || ids === undefined || posts === undefined || statuses === undefined) {
		return undecided('what EventSource does by itself', evidence);
	}
	if (reconnects === 0) {
		const because = 'EventSource did not come back by itself after the server had ended its stream.';
		return by('refuted', because, read('eventSourceReconnects'));
	}
	const itself =
		ids > 0
			? 'After the server had ended its stream EventSource came back by itself, with the id of the last event.'
			: 'After the server had ended its stream EventSource came back by itself, but without the id of the last event.';
	const cannot = [
		...(headers === 0 ? ['send a header'] : []),
		...(posts === 0 ? ['send a POST'] : []),
		...(statuses === 0 ? ['tell the page that it was refused with 401'] : []),
	];
	const back = read('eventSourceReconnects');
	if (cannot.length === 0) return by(ids > 0 ? 'confirmed' : 'depends', itself, back, read('lastEventIds'));
	const because = `${itself} It could not ${cannot.join(', nor ')}.`;
	const powers = read('headersByEventSource', 'eventSourcePosts', 'statusesByEventSource');
	return by('depends', because, back, least(powers));
}

/** What a page can do, in a few sentences; of what was not measured nothing is said. */
export function answer(figures: Figures): readonly string[] | undefined {
	const { get } = reader(figures);
	// Of both, as in the finding.
	const sum = (name: MeasureName): number | undefined => {
		const values = [sse, streamable].flatMap((target) => get(target, name) ?? []);
		return values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0);
	};
	const points = [
		...headerPoints(
			sum('headersTriedByEventSource'),
			sum('headersByEventSource'),
			get(sse, 'headersByFetch'),
			get(sse, 'headersByNode'),
		),
		...logPoints(figures),
		...cookiePoints(get(sse, 'crossSiteLaxCookies'), get(sse, 'crossSiteNoneCookies')),
		...crowdPoints(figures),
	];
	return points.length === 0 ? undefined : points;
}

function headerPoints(tried?: number, source?: number, byFetch?: number, node?: number): string[] {
	if (!tried || source === undefined) return [];
	const others = [
		...(byFetch === undefined ? [] : [`fetch in the same page ${byFetch > 0 ? 'sent it' : 'did not'}`]),
		...(node === undefined ? [] : [`a client in Node ${node > 0 ? 'sent it' : 'did not'}`]),
	];
	const so = others.length === 0 ? '' : `; ${others.join(', ')}`;
	return [
		`EventSource sent an Authorization header in ${figure(source)} of ${figure(tried)} requests that were to have one${so}.`,
	];
}

function logPoints(figures: Figures): string[] {
	const { get } = reader(figures);
	const [inUrl, inHeader] = [urlToken(figures), get(streamable, 'headerTokensSeen') ?? get(sse, 'headerTokensSeen')];
	const [ticket, replays] = [get(sse, 'ticketsSeen'), get(sse, 'ticketReplays')];
	const streamableTicket = get(streamable, 'ticketsSeen');
	const both = streamableTicket === undefined ? '' : ` (${sse}), ${figure(streamableTicket)} times (${streamable})`;
	return [
		...(inUrl.verdict === 'inconclusive' ? [] : [`A token in the URL: ${inUrl.because.replace(/^It/, 'it')}`]),
		...(inHeader === undefined
			? []
			: [
					`A token in the Authorization header stood ${figure(inHeader)} times in a log, in the history or in Referer.`,
				]),
		...(ticket === undefined || replays === undefined
			? []
			: [
					`A ticket that is good once stood in logs ${figure(ticket)} times${both}; used a second time it was ${replays > 0 ? 'let in' : 'refused'}.`,
				]),
	];
}

function cookiePoints(lax: number | undefined, none: number | undefined): string[] {
	if (lax === undefined || none === undefined) return [];
	const sent = (count: number) => (count > 0 ? 'was sent' : 'was not sent');
	return [
		`From a page of another site, with credentials, a cookie with SameSite=None ${sent(none)}, one with SameSite=Lax or without the attribute ${sent(lax)}.`,
	];
}

function crowdPoints(figures: Figures): string[] {
	const { get } = reader(figures);
	const target = figures.estimate(sse, 'streamsOpenAtOnce') ? sse : streamable;
	const open = get(target, 'streamsOpenAtOnce') ?? get(target, 'fetchStreamsOpenAtOnce');
	const [heldUp, released] = [get(target, 'requestsHeldUp'), get(target, 'requestsReleased')];
	if (open === undefined) return [];
	const first = `Of ${streamsOfPage} streams that a page opened on one host over HTTP/1.1, ${figure(open)} were open at the same time`;
	if (heldUp === undefined || released === undefined) return [`${first}.`];
	if (heldUp === 0) return [`${first}; another request of the page to that host was answered meanwhile.`];
	const then = released === heldUp ? ' until streams were closed' : ', and had no answer when two streams were closed';
	return [`${first}; another request of the page to that host waited${then}.`];
}
